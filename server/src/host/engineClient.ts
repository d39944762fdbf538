// The engine seen from outside its thread: the same interface, answered by messages.
// In: calls. Out: their answers; if the worker dies, a clear error, and a new worker for the next call.

import { Worker } from 'node:worker_threads';
import { type Cancellation, CancelledError } from '../engine/cancellation.ts';
import { type Engine, type ModelInfo, toTextInput } from '../engine/engine.ts';
import { EngineError } from '../engine/errors.ts';
import type { Logger } from '../engine/log.ts';
import type { ModelFiles } from '../engine/model/modelFolder.ts';
import type { Extraction } from '../engine/passages/passage.ts';
import { createCancelForwarder } from './cancelForwarder.ts';
import type {
  CallMessage,
  FromWorker,
  PackedReadings,
  PackedScores,
  PackedVectors,
  ToWorker,
  WorkerSettings,
} from './messages.ts';
import { fromWireError, toWireError, unpackReadings, unpackScores, unpackVectors } from './messages.ts';
import { silenceRuntime } from './silenceRuntime.ts';

export interface EngineClientOptions {
  /** engineWorker as it lies beside the process entry, source or bundle. */
  readonly workerUrl: URL;
  readonly files: ModelFiles;
  /** `auto`, `cpu`, `wasm`, or an accelerator by name. */
  readonly device: string;
  /** Absent: chosen for this machine. */
  readonly threads: number | undefined;
  /** The process entry that tries runtimes; absent: the native one is trusted, and there are no accelerators. */
  readonly probeUrl?: URL;
  readonly logger: Logger;
}

/** Starts at once, so that the model loads while its caller is still getting ready. */
export function createEngineClient(options: EngineClientOptions): Engine {
  const connection = new WorkerConnection(options);
  const never = undefined;
  return {
    extract: (file) => connection.call<Extraction>('extract', [file], never),
    async labelPassages(passages, work, cancellation) {
      if (passages.length === 0) return [];
      const texts = passages.map(toTextInput);
      const packed = await connection.call<PackedScores>('labelTexts', [texts, work], cancellation);
      return unpackScores(packed).map((scores, index) => ({ passage: passages[index]!, scores }));
    },
    async classify(task, inputs, work, cancellation) {
      const packed = await connection.call<PackedScores>('classify', [task, inputs, work], cancellation);
      return unpackScores(packed).map(([scores]) => scores!);
    },
    async embed(texts, work, cancellation) {
      return unpackVectors(await connection.call<PackedVectors>('embed', [texts, work], cancellation));
    },
    async readTexts(texts, work, cancellation) {
      return unpackReadings(await connection.call<PackedReadings>('readTexts', [texts, work], cancellation));
    },
    answer: (questions, work, cancellation) => connection.call('answer', [questions, work], cancellation),
    coherence: (pairs, work, cancellation) => connection.call('coherence', [pairs, work], cancellation),
    fillMasks: (texts, work, cancellation) => connection.call('fillMasks', [texts, work], cancellation),
    summarize: (file, work, cancellation) => connection.call('summarize', [file, work], cancellation),
    modelInfo: () => connection.call<ModelInfo>('modelInfo', [], never),
    checkDevices: () => connection.call('checkDevices', [], never),
    checkPrecision: () => connection.call('checkPrecision', [], never),
    dispose: () => connection.dispose(),
  };
}

/** A worker that died this often without a single answer in between is not started again. */
const maxCrashes = 4;
const firstPauseMs = 250;
const disposeGraceMs = 3000;
/** What the engine makes and drops is short-lived and small; V8's own limit would let 48 MB of it pile up. */
const maxYoungGenerationSizeMb = 12;

interface PendingCall {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Owns the worker, its calls and its restarts. */
class WorkerConnection {
  readonly #options: EngineClientOptions;
  readonly #pending = new Map<number, PendingCall>();
  readonly #cancels = createCancelForwarder();
  #worker: Worker | undefined;
  #starting: Promise<Worker> | undefined;
  #nextId = 0;
  #crashCount = 0;
  #isDisposed = false;

  constructor(options: EngineClientOptions) {
    this.#options = options;
    this.#worker = this.#createWorker();
  }

  async call<T>(
    method: CallMessage['method'],
    values: readonly unknown[],
    cancellation: Cancellation | undefined,
  ): Promise<T> {
    if (cancellation?.isCancelled) throw new CancelledError();
    if (this.#isDisposed) throw new EngineError('invalidArgument', 'The engine was closed. Open it again.');
    const worker = this.#worker ?? (await this.#restart());
    const cancelFlag = this.#cancels.begin(cancellation);
    try {
      return await this.#send<T>(worker, { kind: 'call', id: this.#nextId++, method, values, cancelFlag });
    } finally {
      this.#cancels.end(cancelFlag);
    }
  }

  /** Lets the running batch finish, so that native code is not cut off. */
  async dispose(): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    const worker = this.#worker ?? (await this.#starting?.catch(() => undefined));
    if (!worker) return;
    this.#cancels.cancelAll();
    const hasExited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    const message: CallMessage = {
      kind: 'call',
      id: this.#nextId++,
      method: 'dispose',
      values: [],
      cancelFlag: undefined,
    };
    this.#send(worker, message).catch(() => {});
    const timer = setTimeout(() => void worker.terminate(), disposeGraceMs);
    await hasExited;
    clearTimeout(timer);
  }

  #send<T>(worker: Worker, message: CallMessage): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#pending.set(message.id, { resolve: resolve as (value: unknown) => void, reject });
      post(worker, message);
    });
  }

  #createWorker(): Worker {
    silenceRuntime(process.env);
    const { files, device, threads, probeUrl } = this.#options;
    const settings: WorkerSettings = {
      displayName: files.displayName,
      device,
      threads,
      probeUrl: probeUrl?.href,
    };
    const worker = new Worker(this.#options.workerUrl, {
      workerData: settings,
      name: 'marginalia-engine',
      resourceLimits: { maxYoungGenerationSizeMb },
    });
    let reason = 'it ended without saying why';
    worker.on('message', (message: FromWorker) => this.#receive(worker, message));
    worker.on('error', (error) => {
      reason = error instanceof Error ? error.message : String(error);
    });
    worker.on('exit', () => this.#lose(worker, reason));
    return worker;
  }

  /** Calls that arrive together share one new worker; each further crash makes them wait longer. */
  #restart(): Promise<Worker> {
    if (this.#crashCount >= maxCrashes) {
      const advice = 'Restart Marginalia; if it stays, choose another model or one thread.';
      return Promise.reject(
        new EngineError(
          'runtimeUnavailable',
          `The model stopped unexpectedly ${this.#crashCount} times. ${advice}`,
        ),
      );
    }
    this.#starting ??= new Promise((resolve, reject) => {
      setTimeout(
        () => {
          this.#starting = undefined;
          if (this.#isDisposed) return reject(new CancelledError());
          this.#worker = this.#createWorker();
          resolve(this.#worker);
        },
        firstPauseMs * 2 ** (this.#crashCount - 1),
      );
    });
    return this.#starting;
  }

  #receive(worker: Worker, message: FromWorker): void {
    switch (message.kind) {
      case 'log':
        this.#options.logger.log(message.level, message.message, message.data);
        return;
      case 'readModelFile':
        void this.#serveFile(worker, message.id, message.fileName);
        return;
      case 'answer':
        // It works: earlier crashes were no pattern.
        this.#crashCount = 0;
        this.#take(message.id)?.resolve(message.value);
        return;
      case 'failure':
        this.#take(message.id)?.reject(fromWireError(message.error));
    }
  }

  async #serveFile(worker: Worker, id: number, fileName: string): Promise<void> {
    try {
      const bytes = await this.#options.files.read(fileName);
      // A copy would stay here until the garbage collector finds it: that of the weights is 10 MB.
      const isOwn = this.#options.files.readsAnew && bytes?.byteLength === bytes?.buffer.byteLength;
      const moved = isOwn && bytes ? [bytes.buffer as ArrayBuffer] : [];
      worker.postMessage({ kind: 'modelFile', id, bytes, error: undefined } satisfies ToWorker, moved);
    } catch (error) {
      post(worker, { kind: 'modelFile', id, bytes: undefined, error: toWireError(error) });
    }
  }

  #take(id: number): PendingCall | undefined {
    const call = this.#pending.get(id);
    this.#pending.delete(id);
    return call;
  }

  #lose(worker: Worker, reason: string): void {
    if (this.#worker === worker) this.#worker = undefined;
    const calls = [...this.#pending.values()];
    this.#pending.clear();
    if (this.#isDisposed) {
      for (const call of calls) call.reject(new CancelledError());
      return;
    }
    this.#crashCount++;
    this.#options.logger.log('error', 'The worker of the model stopped unexpectedly.', { reason });
    const message = `The model stopped unexpectedly: ${reason}. The next request starts it again.`;
    for (const call of calls) call.reject(new EngineError('runtimeUnavailable', message));
  }
}

function post(worker: Worker, message: ToWorker): void {
  worker.postMessage(message);
}
