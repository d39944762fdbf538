// What the vector tier of any store has to find: the same as computing every score exactly.

import assert from 'node:assert/strict';
import { dotProduct } from '../../server/src/engine/index/vectorTier.ts';
import type { VectorTier } from '../../server/src/engine/storage.ts';
import { randomUnitVector } from '../engine/index/randomVectors.ts';

interface Encoded {
  readonly id: number;
  readonly vector: Float32Array;
}

export async function assertNearestIsExact(
  tier: VectorTier,
  encoded: readonly Encoded[],
  { random, tolerance }: { readonly random: () => number; readonly tolerance: number },
): Promise<Float32Array> {
  await tier.update();
  assert.equal(tier.count, encoded.length);
  const query = randomUnitVector(encoded[0]!.vector.length, random);
  const exact = encoded
    .map(({ id, vector }) => ({ id, score: dotProduct(query, vector) }))
    .sort((left, right) => right.score - left.score);
  const found = await tier.nearest(query, { count: 10, filter: undefined });
  assert.deepEqual(
    found.map(({ id }) => id),
    exact.slice(0, 10).map(({ id }) => id),
  );
  for (const [index, { score }] of found.entries())
    assert.ok(Math.abs(score - exact[index]!.score) < tolerance);
  return query;
}
