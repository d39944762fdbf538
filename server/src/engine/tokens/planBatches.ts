// Which texts run together: sorted by length and cut by a budget of tokens, so that a row is hardly ever padded.

import { EngineError } from '../errors.ts';

export interface BatchLimits {
  /** Rows times tokens per row, padding included. A single longer text gets a batch of its own. */
  readonly maxTokensPerBatch: number;
  readonly maxRows: number;
}

/**
 * Groups of indexes into `lengths`, the shortest texts first; every index comes exactly once.
 * `planBatches([5, 1, 5], { maxTokensPerBatch: 10, maxRows: 8 })` is `[[1], [0, 2]]`.
 */
export function planBatches(lengths: ArrayLike<number>, limits: BatchLimits): readonly (readonly number[])[] {
  if (!(limits.maxRows >= 1) || !(limits.maxTokensPerBatch >= 1)) {
    throw new EngineError('invalidArgument', 'A batch must be allowed at least one row and one token.');
  }
  const order = Array.from({ length: lengths.length }, (_, index) => index);
  order.sort((a, b) => lengths[a]! - lengths[b]! || a - b);
  const batches: number[][] = [];
  // From the longest down: the longest text of a batch sets its width.
  for (let end = order.length; end > 0; ) {
    const width = Math.max(lengths[order[end - 1]!]!, 1);
    const rows = Math.max(1, Math.min(limits.maxRows, Math.floor(limits.maxTokensPerBatch / width)));
    let start = end;
    while (start > 0 && end - start < rows && isCloseEnough(lengths[order[start - 1]!]!, width)) start--;
    batches.push(order.slice(start, end));
    end = start;
  }
  return batches.reverse();
}

/** A row may be padded by an eighth of the width, and by four tokens where texts are short. */
function isCloseEnough(length: number, width: number): boolean {
  return width - length <= Math.max(4, width >> 3);
}
