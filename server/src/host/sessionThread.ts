// A thread beside the engine's that does nothing but run sessions: two of one thread each read more than one of two
// (docs/BENCHMARKS.md). In: the worker's place. Out: a `SessionThread`; when the worker dies, what it was asked fails.

import { Worker } from 'node:worker_threads';
import type { EncoderSession, SessionThread } from '../engine/model/sessionThread.ts';
import { createCallPort } from './callPort.ts';

/** Longer than any batch: a worker that does not end by itself is ended. */
const closeGraceMs = 2000;
/** Batches leave little behind; a worker's own limit would let far more pile up before it is cleared away. */
const maxYoungGenerationSizeMb = 6;

export function openSessionThread(workerUrl: URL): SessionThread {
  const worker = new Worker(workerUrl, {
    name: 'marginalia-lane',
    resourceLimits: { maxYoungGenerationSizeMb },
  });
  const port = createCallPort(worker, {});
  let failure: Error | undefined;
  let nextId = 0;
  const hasExited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  // Whoever waits for an answer keeps the program alive; the thread alone does not.
  worker.unref();
  worker.on('error', (error) => {
    failure ??= error instanceof Error ? error : new Error(String(error));
  });
  worker.on('exit', () => {
    failure ??= new Error('The thread has ended.');
    port.rejectAll(failure);
  });
  const call = async <T>(method: string, values: readonly unknown[]): Promise<T> => {
    if (failure) throw failure;
    return await port.call<T>(method, values);
  };

  return {
    async create(bytes, options) {
      const id = nextId++;
      if (failure) throw failure;
      await port.move('create', [id, bytes, options], [bytes.buffer as ArrayBuffer]);
      return {
        run: (inputs, wanted) =>
          call<Awaited<ReturnType<EncoderSession['run']>>>('run', [id, inputs, wanted]),
        // A thread that has ended has released everything.
        dispose: () => call<void>('dispose', [id]).catch(() => {}),
      };
    },
    async close() {
      if (failure) return;
      port.notify('close', []);
      failure = new Error('The thread was closed.');
      const timer = setTimeout(() => void worker.terminate(), closeGraceMs);
      await hasExited;
      clearTimeout(timer);
    },
  };
}
