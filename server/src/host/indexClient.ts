// The index of a folder seen from outside its thread: the same interface, answered by messages. The thread reads
// files, scans vectors and waits for the disk, so that nobody else has to; the model stays where it is and is asked
// from there. In: where things lie, and a model. Out: a `WorkspaceIndex`.

import { Worker } from 'node:worker_threads';
import { CancelledError } from '../engine/cancellation.ts';
import { EngineError, type EngineErrorCode } from '../engine/errors.ts';
import type { IndexModel } from '../engine/index/indexModel.ts';
import type { IndexStatus, WorkspaceIndex } from '../engine/index/workspaceIndex.ts';
import type { Logger } from '../engine/log.ts';
import { type CallHandlers, type CallPort, createCallPort } from './callPort.ts';

export interface IndexClientOptions {
  /** indexWorker as it lies beside the process entry, source or bundle. */
  readonly workerUrl: URL;
  /** What is indexed. */
  readonly root: string;
  /** Where the index is kept; made when it is not there. */
  readonly indexFolder: string;
  /** Connection string of the database where a team keeps its index; absent: in `indexFolder`. */
  readonly teamIndex: string | undefined;
  /** True: what is stored there is thrown away first. */
  readonly isFresh: boolean;
  /** True: nobody waits for the model to read, so it makes way for git. */
  readonly isInBackground: boolean;
  /** True: it also waits for the machine to be plugged in. */
  readonly pauseOnBattery: boolean;
  /** Absent: words alone. */
  readonly model: IndexModel | undefined;
  readonly logger: Logger;
}

/** What the thread is told when it starts. */
export interface IndexWorkerSettings {
  readonly root: string;
  readonly indexFolder: string;
  readonly teamIndex: string | undefined;
  readonly isFresh: boolean;
  readonly isInBackground: boolean;
  readonly pauseOnBattery: boolean;
  readonly hasModel: boolean;
}

const emptyStatus: IndexStatus = {
  state: 'empty',
  files: 0,
  passages: 0,
  embedded: 0,
  secondsLeft: undefined,
  skipped: {},
  sizeBytes: 0,
  message: undefined,
};

const disposeGraceMs = 5000;
/** Rows and results are short-lived and small; V8's own limit would let 48 MB of them pile up. */
const maxYoungGenerationSizeMb = 12;

export function createIndexClient(options: IndexClientOptions): WorkspaceIndex {
  const settings: IndexWorkerSettings = {
    root: options.root,
    indexFolder: options.indexFolder,
    teamIndex: options.teamIndex,
    isFresh: options.isFresh,
    isInBackground: options.isInBackground,
    pauseOnBattery: options.pauseOnBattery,
    hasModel: options.model !== undefined,
  };
  const worker = new Worker(options.workerUrl, {
    workerData: settings,
    name: 'marginalia-index',
    resourceLimits: { maxYoungGenerationSizeMb },
  });
  const listeners = new Set<(status: IndexStatus) => void>();
  let status = emptyStatus;
  let isDisposed = false;
  let failure: Error | undefined;

  const setStatus = (next: IndexStatus) => {
    status = next;
    for (const listener of listeners) listener(next);
  };
  let explanation: EngineError | undefined;
  const port = createCallPort(worker, {
    ...modelHandlers(options.model),
    explain: ([code, message]) => {
      explanation = new EngineError(code as EngineErrorCode, message as string);
    },
    status: ([next]) => setStatus(next as IndexStatus),
    log: (values) => options.logger.log(...(values as Parameters<Logger['log']>)),
  });
  let reason = 'it ended without saying why';
  worker.on('error', (error) => {
    reason = (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
  });
  worker.on('exit', () => {
    failure = isDisposed
      ? new CancelledError()
      : (explanation ??
        new EngineError('runtimeUnavailable', `Search stopped unexpectedly: ${reason}. Restart Marginalia.`));
    port.rejectAll(failure);
    if (!isDisposed)
      setStatus({ ...status, state: 'error', message: failure.message, secondsLeft: undefined });
  });
  const call: CallPort['call'] = async (method, values, cancellation) => {
    if (failure) throw failure;
    return await port.call(method, values, cancellation);
  };

  return {
    search: (query, cancellation) => call('search', [query], cancellation),
    ask: (question, cancellation) => call('ask', [question], cancellation),
    similar: (target, count, cancellation) => call('similar', [target, count], cancellation),
    status: () => status,
    skippedFiles: () => call('skippedFiles', []),
    onStatus(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    refresh: (cancellation) => call('refresh', [], cancellation),
    fileChanged: (file) => call('fileChanged', [file]),
    prefer: (files) => port.notify('prefer', [files]),
    pause: () => port.notify('pause', []),
    resume: () => port.notify('resume', []),
    async dispose() {
      if (isDisposed) return;
      isDisposed = true;
      listeners.clear();
      if (failure) return;
      const hasExited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
      port.notify('dispose', []);
      const timer = setTimeout(() => void worker.terminate(), disposeGraceMs);
      await hasExited;
      clearTimeout(timer);
    },
  };
}

/** The thread asks through the same port for what only the model knows. */
function modelHandlers(model: IndexModel | undefined): CallHandlers {
  if (!model) return {};
  return {
    modelInfo: () => model.info(),
    modelRead: ([texts], cancellation) => model.read(texts as readonly string[], cancellation),
    modelEncodeQuery: ([text], cancellation) => model.encodeQuery(text as string, cancellation),
    modelEncodeSentences: ([texts], cancellation) =>
      model.encodeSentences(texts as readonly string[], cancellation),
    modelAnswer: ([question, contexts], cancellation) =>
      model.answer(question as string, contexts as readonly string[], cancellation),
  };
}
