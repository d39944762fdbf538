// How many tokens fit into one run of the encoder, so that nobody waits long behind it on this machine.
// In: how long past runs took. Out: a number of tokens that takes about `targetMs`.

export interface BatchBudget {
  tokensPerBatch(depth: number): number;
  record(depth: number, tokenCount: number, elapsedMs: number): void;
}

export interface BatchBudgetOptions {
  readonly targetMs: number;
  readonly smallest: number;
  readonly largest: number;
  /** Before anything was measured. */
  readonly first: number;
}

export function createBatchBudget(options: BatchBudgetOptions): BatchBudget {
  const tokensPerMsByDepth = new Map<number, number>();
  return {
    tokensPerBatch(depth) {
      const tokensPerMs = tokensPerMsByDepth.get(depth);
      if (tokensPerMs === undefined) return options.first;
      return Math.round(
        Math.min(options.largest, Math.max(options.smallest, tokensPerMs * options.targetMs)),
      );
    },
    record(depth, tokenCount, elapsedMs) {
      // A tiny run measures its own overhead, not the encoder.
      if (tokenCount < options.smallest / 2) return;
      const measured = tokenCount / Math.max(elapsedMs, 0.01);
      const known = tokensPerMsByDepth.get(depth);
      // A moving average: one run disturbed by another program should not halve the next batch.
      tokensPerMsByDepth.set(depth, known === undefined ? measured : known * 0.8 + measured * 0.2);
    },
  };
}
