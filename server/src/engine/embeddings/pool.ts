// Station 5b: the encoder's pooled vectors become embeddings of unit length, so that a dot product is the cosine.
// In: pooled [B, H]. Out: B vectors of the wanted length. A Matryoshka prefix, normalised again, is a vector too.

import { EngineError } from '../errors.ts';

/** A vector for a whole text. Invariant: its length is 1, or 0 where the encoder gave nothing but zeros. */
export type Embedding = Float32Array;

/**
 * @param pooled row-major [B, H]
 * @param dimensions how many numbers to keep of each vector; the whole vector where it equals H
 */
export function pool(
  pooled: { readonly shape: readonly number[]; readonly data: Float32Array },
  dimensions: number,
): readonly Embedding[] {
  const [batchSize, size] = pooled.shape as [number, number];
  if (!Number.isInteger(dimensions) || dimensions < 1 || dimensions > size) {
    throw new EngineError('invalidArgument', `An embedding has 1 to ${size} dimensions, not ${dimensions}.`);
  }
  return Array.from({ length: batchSize }, (_, row) =>
    toUnitLength(pooled.data.slice(row * size, row * size + dimensions)),
  );
}

function toUnitLength(vector: Float32Array): Embedding {
  // The sum of squares is taken in double precision: a sum in 32-bit floats would lose the last digits.
  let squares = 0;
  for (const number of vector) squares += number * number;
  const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
  for (let index = 0; index < vector.length; index++) vector[index] = vector[index]! * scale;
  return vector;
}
