// Entry of the thread beside the engine's (sessionThread.ts): it holds sessions by number and runs them one at a time.
// It reads no files and knows no texts; models come as bytes, batches as numbers.

import { parentPort } from 'node:worker_threads';
import { releaseBytes } from '../engine/model/releaseBytes.ts';
import { ModelSession, type SessionOptions, type SessionTensor } from '../engine/model/session.ts';
import { createCallPort, moveAnswer } from './callPort.ts';

const end = parentPort;
if (!end) throw new Error('sessionWorker is the entry of a worker thread, not of a process.');

const sessions = new Map<number, ModelSession>();
/** A session must not go while a run of it waits for its turn. */
let runs: Promise<unknown> = Promise.resolve();

createCallPort(end, {
  create: async ([id, bytes, options]) => {
    const model = bytes as Uint8Array;
    try {
      sessions.set(id as number, await ModelSession.create(model, options as SessionOptions));
    } finally {
      releaseBytes(model);
    }
  },
  run: ([id, inputs, wanted]) => {
    const session = sessions.get(id as number)!;
    const run = session.run(inputs as Readonly<Record<string, SessionTensor>>, wanted as readonly string[]);
    // Without their values: what one run computed would stay for as long as the next one is remembered, and so on.
    runs = Promise.allSettled([runs, run]).then(() => {});
    return run.then((outputs) =>
      moveAnswer(
        outputs,
        Object.values(outputs).map(({ data }) => data.buffer as ArrayBuffer),
      ),
    );
  },
  dispose: async ([id]) => {
    await runs;
    await sessions.get(id as number)?.dispose();
    sessions.delete(id as number);
  },
  // Nothing listens any more: the thread ends by itself, without cutting native code off.
  close: async () => {
    await runs;
    for (const session of sessions.values()) await session.dispose();
    end.close();
  },
});
