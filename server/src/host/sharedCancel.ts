// A cancellation that two threads see at once: one flag in shared memory, because a message
// could not reach a worker that is busy. In: a caller's cancellation. Out: the same wish on the other side.

import type { Cancellation } from '../engine/cancellation.ts';

export interface SharedCancellation extends Cancellation {
  /** To hand to another thread. */
  readonly buffer: SharedArrayBuffer;
  cancel(): void;
}

/** A new flag, or the one in `buffer`. */
export function createSharedCancellation(buffer = new SharedArrayBuffer(4)): SharedCancellation {
  const flag = new Int32Array(buffer);
  return {
    buffer,
    get isCancelled() {
      return Atomics.load(flag, 0) !== 0;
    },
    cancel() {
      Atomics.store(flag, 0, 1);
    },
  };
}

export function isSharedCancellation(cancellation: Cancellation): cancellation is SharedCancellation {
  return 'buffer' in cancellation && cancellation.buffer instanceof SharedArrayBuffer;
}
