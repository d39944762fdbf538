// Which texts run together: the cheapest cut of all texts, sorted by length, into batches. A batch costs its tokens,
// padding included, and as much as a few tokens for itself: so texts of equal length run together without padding,
// and a rare length joins its neighbours where that costs less than a run of its own.

import { EngineError } from '../errors.ts';

export interface BatchLimits {
  /** Rows times tokens per row, padding included. A single longer text gets a batch of its own. */
  readonly maxTokensPerBatch: number;
  readonly maxRows: number;
}

/**
 * What a run costs beside its tokens, in tokens: measured with the shipped model on a Xeon with AVX-512, 8 on one
 * thread; on two threads tokens get cheaper and a run does not.
 */
export const tokensPerRun = 12;

/**
 * Groups of indexes into `lengths`, the shortest texts first; every index comes exactly once.
 * `planBatches([5, 1, 5], { maxTokensPerBatch: 10, maxRows: 8 })` is `[[1], [0, 2]]`.
 */
export function planBatches(lengths: ArrayLike<number>, limits: BatchLimits): readonly (readonly number[])[] {
  const { maxRows, maxTokensPerBatch } = limits;
  if (!(maxRows >= 1) || !(maxTokensPerBatch >= 1)) {
    throw new EngineError('invalidArgument', 'A batch must be allowed at least one row and one token.');
  }
  const order = Array.from({ length: lengths.length }, (_, index) => index);
  order.sort((a, b) => lengths[a]! - lengths[b]! || a - b);
  // costs[end]: of the best plan for the first `end` texts; starts[end]: where its last batch begins.
  const costs = new Float64Array(order.length + 1);
  const starts = new Int32Array(order.length + 1);
  for (let end = 1; end <= order.length; end++) {
    const width = Math.max(lengths[order[end - 1]!]!, 1);
    const rows = Math.max(1, Math.min(maxRows, Math.floor(maxTokensPerBatch / width), end));
    costs[end] = Number.POSITIVE_INFINITY;
    for (let count = 1; count <= rows; count++) {
      const cost = costs[end - count]! + tokensPerRun + count * width;
      // Of equal plans the one with the largest batches.
      if (cost > costs[end]!) continue;
      costs[end] = cost;
      starts[end] = end - count;
    }
  }
  const batches: number[][] = [];
  for (let end = order.length; end > 0; end = starts[end]!) batches.push(order.slice(starts[end], end));
  return batches.reverse();
}
