// Search by meaning in memory: the coarse plane of all vectors of one model is scanned, and the best few are computed
// again with the fine plane, which stays on disk. In: pages of vectors. Out: ids with dot products, best first.

import type { PlaceFilter, VectorSpace, VectorTier } from '../storage.ts';
import { createVectorMatrix, type VectorMatrix } from './vectorMatrix.ts';

/** Quantised vectors of one write (quantise.ts), without their fine plane. */
export interface VectorPage {
  /** Grows with every page that is added. */
  readonly page: number;
  readonly ids: Int32Array;
  readonly scales: Float32Array;
  /** [ids, dimensions]. */
  readonly codes: Int8Array;
}

/** Where the vectors are kept. */
export interface VectorSource {
  pages(afterPage: number): AsyncIterable<VectorPage>;
  /** The fine planes; ids without a vector are left out. */
  rests(ids: readonly number[]): Promise<ReadonlyMap<number, Int8Array>>;
  /** In ascending order. */
  textsWhere(filter: PlaceFilter): Promise<Int32Array>;
}

/** So many candidates of the scan are computed again exactly, whatever few are wanted. */
const rescoredCount = 60;

export function createVectorTier(source: VectorSource, space: VectorSpace): VectorTier {
  let matrix: VectorMatrix = createVectorMatrix(space.dimensions);
  let lastPage = 0;
  let updating: Promise<void> | undefined;

  async function load(): Promise<void> {
    for await (const page of source.pages(lastPage)) {
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
    async nearest(query, { count, filter }) {
      const allowed = filter && (await source.textsWhere(filter));
      const rough = matrix.nearest(query, Math.max(count, rescoredCount), allowed);
      const rests = await source.rests(rough.map(({ id }) => id));
      return rough
        .flatMap(({ id }) => {
          const rest = rests.get(id);
          return rest ? [{ id, score: matrix.exactProduct(id, rest, query) }] : [];
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
