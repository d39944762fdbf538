// Which texts are trained on together, and in what order. In: lengths, seed, epoch. Out: batches of text indexes.
// Texts of similar length share a batch, so that little is padded; which texts those are, and the order of the batches,
// is drawn anew in every epoch.

import type { Random } from './random.ts';
import { shuffled } from './random.ts';

/** Indexes of texts that have to be in the same batch; usually one. */
export type Unit = readonly number[];

/** Batches sorted by length among each other's neighbours only: more would make the batches of every epoch alike. */
const batchesPerPool = 32;

/**
 * Every unit comes exactly once; a batch has at least one unit and at most `batchSize` texts, unless a single unit is
 * larger.
 */
export function planEpoch(
  units: readonly Unit[],
  lengths: ArrayLike<number>,
  options: { readonly batchSize: number; readonly random: Random },
): readonly (readonly Unit[])[] {
  const { batchSize, random } = options;
  const order = shuffled(units, random);
  const batches: Unit[][] = [];
  for (const pool of cutBySize(order, batchSize * batchesPerPool)) {
    const widths = new Map(pool.map((unit) => [unit, widthOf(unit, lengths)]));
    batches.push(
      ...cutBySize(
        pool.toSorted((a, b) => widths.get(a)! - widths.get(b)!),
        batchSize,
      ),
    );
  }
  return shuffled(batches, random);
}

/**
 * Cuts a batch into runs of at most `maxTokens` tokens with their padding, shortest texts first. A longer unit gets a
 * run of its own. `splitIntoRuns([[0], [1], [2]], [5, 9, 5], 10)` is `[[0, 2], [1]]`.
 */
export function splitIntoRuns(
  units: readonly Unit[],
  lengths: ArrayLike<number>,
  maxTokens: number,
): readonly (readonly number[])[] {
  const sorted = units.toSorted((a, b) => widthOf(a, lengths) - widthOf(b, lengths));
  const runs: number[][] = [];
  for (const unit of sorted) {
    const last = runs.at(-1);
    if (last && (last.length + unit.length) * widthOf(unit, lengths) <= maxTokens) last.push(...unit);
    else runs.push([...unit]);
  }
  return runs;
}

function cutBySize(units: readonly Unit[], maxTexts: number): Unit[][] {
  const parts: Unit[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const unit of units) {
    if (size + unit.length > maxTexts) {
      parts.push([]);
      size = 0;
    }
    parts.at(-1)!.push(unit);
    size += unit.length;
  }
  return parts;
}

function widthOf(unit: Unit, lengths: ArrayLike<number>): number {
  let width = 0;
  for (const index of unit) width = Math.max(width, lengths[index]!);
  return width;
}
