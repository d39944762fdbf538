// The thread's end of the index: its methods by name for the outside, and the model, which is outside, as if it were
// here. In: the port to the main thread. Out: a model to build the index with, and a function that serves the index.

import type { EngineError } from '../engine/errors.ts';
import type { IndexModel } from '../engine/index/indexModel.ts';
import type { SearchQuery, SimilarTarget, WorkspaceIndex } from '../engine/index/workspaceIndex.ts';
import type { Logger } from '../engine/log.ts';
import { createCallPort, type MessageChannelEnd } from './callPort.ts';

export interface IndexWorkerPort {
  readonly model: IndexModel;
  readonly logger: Logger;
  /** Why there will be no index, in a sentence for the user; the thread ends by itself. */
  explain(error: EngineError): void;
  /** Answers calls, also those that arrived before. `end` is called when the outside is done with the index. */
  serve(index: WorkspaceIndex, end: () => void): void;
}

export function createIndexWorkerPort(end: MessageChannelEnd): IndexWorkerPort {
  let provide: (index: WorkspaceIndex) => void = () => {};
  let finish: () => void = () => {};
  const provided = new Promise<WorkspaceIndex>((resolve) => {
    provide = resolve;
  });
  /** Announcements of the status may be late, and whoever called looks at it next. */
  const withStatus = async (work: (index: WorkspaceIndex) => Promise<void>) => {
    const index = await provided;
    try {
      await work(index);
    } finally {
      port.notify('status', [index.status()]);
    }
  };
  const port = createCallPort(end, {
    search: async ([query], cancellation) => (await provided).search(query as SearchQuery, cancellation),
    ask: async ([question], cancellation) => (await provided).ask(question as string, cancellation),
    similar: async ([target, count], cancellation) =>
      (await provided).similar(target as SimilarTarget, count as number, cancellation),
    skippedFiles: async () => (await provided).skippedFiles(),
    refresh: (_, cancellation) => withStatus((index) => index.refresh(cancellation)),
    fileChanged: ([file]) => withStatus((index) => index.fileChanged(file as string)),
    prefer: async ([files]) => (await provided).prefer(files as readonly string[]),
    pause: async () => (await provided).pause(),
    resume: async () => (await provided).resume(),
    dispose: async () => {
      await (await provided).dispose();
      finish();
    },
  });
  return {
    model: {
      info: () => port.call('modelInfo', []),
      read: (texts, cancellation) => port.call('modelRead', [texts], cancellation),
      encodeQuery: (text, cancellation) => port.call('modelEncodeQuery', [text], cancellation),
      encodeSentences: (texts, cancellation) => port.call('modelEncodeSentences', [texts], cancellation),
      answer: (question, contexts, cancellation) =>
        port.call('modelAnswer', [question, contexts], cancellation),
    },
    logger: { log: (level, message, data) => port.notify('log', [level, message, data]) },
    explain: ({ code, message }) => port.notify('explain', [code, message]),
    serve(index, whenDone) {
      finish = whenDone;
      index.onStatus((status) => port.notify('status', [status]));
      port.notify('status', [index.status()]);
      provide(index);
    },
  };
}
