// What the index tells about itself while it works: states, counts, time left.
// In: what happens. Out: an `IndexStatus`, announced at most twice a second; a new state or message is announced at once.

import type { IndexState, IndexStatus } from './workspaceIndex.ts';

export interface StatusTracker {
  readonly current: IndexStatus;
  set(change: Partial<IndexStatus>): void;
  listen(listener: (status: IndexStatus) => void): () => void;
  dispose(): void;
}

export interface StatusClock {
  schedule(callback: () => void, delayMs: number): () => void;
}

const announceMs = 500;

export function createStatusTracker(clock: StatusClock): StatusTracker {
  const listeners = new Set<(status: IndexStatus) => void>();
  let current: IndexStatus = {
    state: 'empty' satisfies IndexState,
    files: 0,
    passages: 0,
    embedded: 0,
    secondsLeft: undefined,
    skipped: {},
    sizeBytes: 0,
    message: undefined,
  };
  let cancelTimer: (() => void) | undefined;
  let isStale = false;

  function announce(): void {
    if (cancelTimer) {
      isStale = true;
      return;
    }
    isStale = false;
    cancelTimer = clock.schedule(() => {
      cancelTimer = undefined;
      if (isStale) announce();
    }, announceMs);
    for (const listener of listeners) listener(current);
  }

  const set = (change: Partial<IndexStatus>) => {
    const next = { ...current, ...change };
    const isNews = next.state !== current.state || next.message !== current.message;
    current = next;
    if (isNews) {
      cancelTimer?.();
      cancelTimer = undefined;
    }
    announce();
  };
  return {
    get current() {
      return current;
    },
    set,
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    dispose() {
      cancelTimer?.();
      listeners.clear();
    },
  };
}
