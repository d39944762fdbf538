// Cancellation as the engine sees it: a flag to look at between files, batches and steps.
// The edges adapt it: an LSP token, Ctrl+C, or a SharedArrayBuffer across threads.

export interface Cancellation {
  readonly isCancelled: boolean;
}

export const neverCancelled: Cancellation = { isCancelled: false };

/** Thrown at a poll point; the caller that cancelled expects it, nobody else sees it. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError';
  constructor() {
    super('The work was cancelled.');
  }
}

export function throwIfCancelled(cancellation: Cancellation): void {
  if (cancellation.isCancelled) throw new CancelledError();
}
