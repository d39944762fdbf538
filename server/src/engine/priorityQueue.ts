// One piece of work at a time, what the user waits for first. Between pieces the event loop turns, so that
// a question that arrives meanwhile is seen before the next piece of background work starts.

import type { Priority } from './engine.ts';

export interface PriorityQueue {
  /** Runs `work` when its turn comes; equal priorities take turns in order of arrival. */
  run<T>(priority: Priority, work: () => Promise<T>): Promise<T>;
}

export function createPriorityQueue(): PriorityQueue {
  const waiting: Record<Priority, (() => Promise<void>)[]> = { interactive: [], background: [] };
  let isRunning = false;

  async function drain(): Promise<void> {
    isRunning = true;
    try {
      for (;;) {
        const next = waiting.interactive.shift() ?? waiting.background.shift();
        if (!next) return;
        await next();
        await new Promise((resolve) => setImmediate(resolve));
      }
    } finally {
      isRunning = false;
    }
  }

  return {
    run: (priority, work) =>
      new Promise((resolve, reject) => {
        waiting[priority].push(() => work().then(resolve, reject));
        if (!isRunning) void drain();
      }),
  };
}
