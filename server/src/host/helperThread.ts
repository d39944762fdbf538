// A thread that helps another one: calls to it, and what becomes of them when it dies. It never keeps the program alive by
// itself; whoever waits for an answer does. In: a worker. Out: its port, which refuses calls once the worker has ended.

import type { Worker } from 'node:worker_threads';
import { type CallPort, createCallPort } from './callPort.ts';

export interface HelperThread {
  readonly port: CallPort;
  /** @throws Error that says why, once the thread has ended or was given up. */
  check(): void;
  /** From now on nothing is asked of it. */
  giveUp(reason: Error): void;
}

export function createHelperThread(worker: Worker): HelperThread {
  const port = createCallPort(worker, {});
  let failure: Error | undefined;
  worker.unref();
  worker.on('error', (error) => {
    failure ??= error instanceof Error ? error : new Error(String(error));
  });
  worker.on('exit', () => {
    failure ??= new Error('The thread has ended.');
    port.rejectAll(failure);
  });
  return {
    port,
    check() {
      if (failure) throw failure;
    },
    giveUp(reason) {
      failure ??= reason;
    },
  };
}
