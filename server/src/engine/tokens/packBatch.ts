// Encoded texts → one padded batch for the encoder, and the plan which texts share a batch.
// Batches of texts of nearly equal length waste next to nothing on padding.

import { EngineError } from '../errors.ts';
import type { EncodedText, TokenBatch } from './tokenBatch.ts';

export interface PackOptions {
  readonly padId: number;
  /** Rows are padded to the longest text, rounded up to a multiple of this; 1 for no rounding. */
  readonly multipleOf: number;
}

/** Rows stand in the order of `texts`; padding is on the right. */
export function packBatch(texts: readonly EncodedText[], options: PackOptions): TokenBatch {
  if (texts.length === 0) throw new EngineError('invalidArgument', 'A batch needs at least one text.');
  if (!Number.isInteger(options.multipleOf) || options.multipleOf < 1) {
    throw new EngineError('invalidArgument', 'multipleOf must be a whole number of at least 1.');
  }
  let longest = 1;
  for (const text of texts) longest = Math.max(longest, text.ids.length);
  const tokensPerRow = Math.ceil(longest / options.multipleOf) * options.multipleOf;
  const batchSize = texts.length;
  const inputIds = new BigInt64Array(batchSize * tokensPerRow).fill(BigInt(Math.max(options.padId, 0)));
  const attentionMask = new BigInt64Array(batchSize * tokensPerRow);
  const tokenTypeIds = new BigInt64Array(batchSize * tokensPerRow);
  texts.forEach((text, row) => {
    const offset = row * tokensPerRow;
    for (let index = 0; index < text.ids.length; index++) {
      inputIds[offset + index] = BigInt(text.ids[index]!);
      tokenTypeIds[offset + index] = BigInt(text.typeIds[index]!);
    }
    attentionMask.fill(1n, offset, offset + text.ids.length);
  });
  return { batchSize, tokensPerRow, inputIds, attentionMask, tokenTypeIds };
}
