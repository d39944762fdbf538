// Vectors that are the same in every run. In: a seed. Out: unit vectors, and pages of them as a storage gives.

import { quantise } from '../../../server/src/engine/index/quantise.ts';
import type { VectorPage } from '../../../server/src/engine/index/vectorTier.ts';

/** Numbers from 0 to 1 by a multiplicative generator (Park and Miller's). */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

export function randomUnitVector(dimensions: number, random: () => number): Float32Array {
  const vector = Float32Array.from({ length: dimensions }, () => random() + random() + random() - 1.5);
  const length = Math.sqrt(vector.reduce((sum, number) => sum + number * number, 0));
  return vector.map((number) => number / (length || 1));
}

/** The ids count up from `firstId`. */
export function pageOf(page: number, firstId: number, vectors: readonly Float32Array[]): VectorPage {
  const dimensions = vectors[0]!.length;
  const codes = new Int8Array(vectors.length * dimensions);
  const quantised = vectors.map(quantise);
  for (const [index, one] of quantised.entries()) codes.set(one.codes, index * dimensions);
  return {
    page,
    ids: Int32Array.from(vectors, (_, index) => firstId + index),
    scales: Float32Array.from(quantised, ({ scale }) => scale),
    codes,
  };
}
