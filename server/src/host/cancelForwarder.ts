// Carries a caller's wish to cancel into shared memory while its call is under way.
// In: any polled cancellation. Out: a flag that the worker can poll too; a cancellation that is already shared goes through.

import type { Cancellation } from '../engine/cancellation.ts';
import { createSharedCancellation, isSharedCancellation } from './sharedCancel.ts';

export interface CancelForwarder {
  begin(cancellation: Cancellation | undefined): SharedArrayBuffer | undefined;
  end(flag: SharedArrayBuffer | undefined): void;
  cancelAll(): void;
}

/** A caller's cancellation can only be asked, so it is asked as often as a batch is long. */
const pollMs = 20;

export function createCancelForwarder(): CancelForwarder {
  const watched = new Map<SharedArrayBuffer, Cancellation>();
  let timer: NodeJS.Timeout | undefined;

  function forward(): void {
    for (const [buffer, cancellation] of watched) {
      if (cancellation.isCancelled) createSharedCancellation(buffer).cancel();
    }
  }

  return {
    begin(cancellation) {
      if (cancellation === undefined) return undefined;
      const buffer = isSharedCancellation(cancellation) ? cancellation.buffer : new SharedArrayBuffer(4);
      if (isSharedCancellation(cancellation)) return buffer;
      watched.set(buffer, cancellation);
      timer ??= setInterval(forward, pollMs).unref();
      return buffer;
    },
    end(flag) {
      if (flag) watched.delete(flag);
      if (watched.size > 0) return;
      clearInterval(timer);
      timer = undefined;
    },
    cancelAll() {
      for (const buffer of watched.keys()) createSharedCancellation(buffer).cancel();
    },
  };
}
