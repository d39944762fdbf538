// A thread beside the engine's that does nothing but run sessions: two of one thread each read more than one of two
// (docs/BENCHMARKS.md). In: the worker's place. Out: a `SessionThread`; when the worker dies, what it was asked fails.

import { Worker } from 'node:worker_threads';
import type { EncoderSession, SessionThread } from '../engine/model/sessionThread.ts';
import { createHelperThread } from './helperThread.ts';

/** Longer than any batch: a worker that does not end by itself is ended. */
const closeGraceMs = 2000;
/** Batches leave little behind; a worker's own limit would let far more pile up before it is cleared away. */
const maxYoungGenerationSizeMb = 6;

export function openSessionThread(workerUrl: URL): SessionThread {
  const worker = new Worker(workerUrl, {
    name: 'marginalia-lane',
    resourceLimits: { maxYoungGenerationSizeMb },
  });
  const { port, check, giveUp } = createHelperThread(worker);
  let nextId = 0;
  let hasEnded = false;
  const hasExited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  worker.once('exit', () => {
    hasEnded = true;
  });
  const call = async <T>(method: string, values: readonly unknown[]): Promise<T> => {
    check();
    return await port.call<T>(method, values);
  };

  return {
    async create(bytes, options) {
      const id = nextId++;
      check();
      await port.move('create', [id, bytes, options], [bytes.buffer as ArrayBuffer]);
      return {
        run: (inputs, wanted) =>
          call<Awaited<ReturnType<EncoderSession['run']>>>('run', [id, inputs, wanted]),
        // A thread that has ended has released everything.
        dispose: () => call<void>('dispose', [id]).catch(() => {}),
      };
    },
    async close() {
      if (hasEnded) return;
      port.notify('close', []);
      giveUp(new Error('The thread was closed.'));
      const timer = setTimeout(() => void worker.terminate(), closeGraceMs);
      await hasExited;
      clearTimeout(timer);
    },
  };
}
