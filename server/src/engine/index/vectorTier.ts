// Search by meaning: the vectors of one model in memory, kept up with the storage, and the nearest to a query.
// In: a space of vectors. Out: ids with exact dot products, best first.

import type { IndexStorage, TextScore, VectorSpace } from '../storage.ts';
import { createVectorMatrix, type VectorMatrix } from './vectorMatrix.ts';

export interface VectorTier {
  readonly space: VectorSpace;
  readonly count: number;
  readonly sizeBytes: number;
  /** Takes in what was written since; starts over after `forget`. */
  update(): Promise<void>;
  /** Ids have changed: nothing in memory is good any more. */
  forget(): void;
  nearest(query: Float32Array, count: number, allowed: Int32Array | undefined): Promise<readonly TextScore[]>;
}

/** So many candidates of the scan are computed again exactly, whatever few are wanted. */
const rescoredCount = 60;

export function createVectorTier(storage: IndexStorage, space: VectorSpace): VectorTier {
  let matrix: VectorMatrix = createVectorMatrix(space.dimensions);
  let lastPage = 0;
  let updating: Promise<void> | undefined;

  async function load(): Promise<void> {
    for await (const page of storage.vectorPages(space, lastPage)) {
      matrix.add(page);
      lastPage = page.page;
    }
  }

  return {
    space,
    get count() {
      return matrix.count;
    },
    get sizeBytes() {
      return matrix.sizeBytes;
    },
    update() {
      updating ??= load().finally(() => {
        updating = undefined;
      });
      return updating;
    },
    forget() {
      matrix = createVectorMatrix(space.dimensions);
      lastPage = 0;
    },
    async nearest(query, count, allowed) {
      const rough = matrix.nearest(query, Math.max(count, rescoredCount), allowed);
      const vectors = await storage.vectors(
        space,
        rough.map(({ id }) => id),
      );
      return rough
        .flatMap(({ id }) => {
          const vector = vectors.get(id);
          return vector ? [{ id, score: dotProduct(query, vector) }] : [];
        })
        .sort((left, right) => right.score - left.score || left.id - right.id)
        .slice(0, count);
    },
  };
}

export function dotProduct(left: Float32Array, right: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < left.length; index++) sum += left[index]! * right[index]!;
  return sum;
}
