// All vectors of one space in memory, one byte per number, and the nearest of them to a query.
// In: pages of quantised vectors. Out: ids with approximate dot products; the caller rescores the best few exactly.
// A row is never moved: a new vector for a known id replaces the old one in place.
//
// A scan is bound by how fast memory can be read, so the upper four bits of all codes lie apart: they are scanned, and
// the lower four are looked at only where a row may still belong to the best. What the upper half leaves open is an
// error of known size; four standard deviations are allowed for it.

import type { TextScore } from '../storage.ts';
import { createCodePlane, rowsPerScan } from './codePlane.ts';
import { restsPerCode } from './quantise.ts';
import { createCodeSplitter } from './splitCodes.ts';
import { createTopList } from './topList.ts';
import type { VectorPage } from './vectorTier.ts';

export interface VectorMatrix {
  readonly dimensions: number;
  readonly count: number;
  /** Of all memory it holds. */
  readonly sizeBytes: number;
  add(page: VectorPage): void;
  has(id: number): boolean;
  /** With the fine plane of a vector that is here; what `nearest` says is the same without it. */
  exactProduct(id: number, rests: Int8Array, query: Float32Array): number;
  /** The `count` with the largest dot products, greatest first; `allowed` are ids in ascending order, absent: all. */
  nearest(query: Float32Array, count: number, allowed: Int32Array | undefined): readonly TextScore[];
}

/** A code of -128 to 127 is kept as 16 · upper + lower - 128, both halves 0 to 15. */
const halfSteps = 16;
const codeOffset = 128;
/** What the lower half is on average, and how far it is off: 0 to 15, each as likely. */
const lowerMean = 7.5;
const lowerDeviation = Math.sqrt((halfSteps ** 2 - 1) / 12);
const deviationsAllowed = 4;

/** The query in two bytes: 128 · rough + fine. */
const fineSteps = 128;
const rough = 0;
const fine = 1;

interface PlacedQuery {
  /** Of the fine byte. */
  readonly unit: number;
  readonly roughSum: number;
  readonly fineSum: number;
  readonly roughLength: number;
}

export function createVectorMatrix(dimensions: number): VectorMatrix {
  const upper = createCodePlane(dimensions, 2);
  const lower = createCodePlane(dimensions, 2);
  const splitter = createCodeSplitter(dimensions);
  const rowOf = new Map<number, number>();
  let ids = new Int32Array(1024);
  let scales = new Float32Array(1024);
  /** Of the rows that one scan takes. */
  const largestScales: number[] = [];
  let count = 0;
  let lastAllowed: { readonly ids: Int32Array; readonly rows: Uint8Array } | undefined;

  function reserve(rows: number): void {
    if (rows > ids.length) {
      ids = grown(ids, rows);
      scales = grown(scales, rows);
    }
    upper.reserve(rows);
    lower.reserve(rows);
  }

  function placeQuery(query: Float32Array): PlacedQuery {
    let largest = 0;
    for (const number of query) largest = Math.max(largest, Math.abs(number));
    const unit = largest / (127 * fineSteps);
    const roughCodes = new Int8Array(dimensions);
    const fineCodes = new Int8Array(dimensions);
    const placed = { unit, roughSum: 0, fineSum: 0, roughLength: 0 };
    if (largest === 0) return placed;
    for (const [index, number] of query.entries()) {
      const exact = number / unit;
      const code = Math.round(exact / fineSteps);
      const rest = Math.round(exact - code * fineSteps);
      roughCodes[index] = code;
      fineCodes[index] = rest;
      placed.roughSum += code;
      placed.fineSum += rest;
      placed.roughLength += code * code;
    }
    placed.roughLength = Math.sqrt(placed.roughLength);
    for (const plane of [upper, lower]) {
      plane.placeQuery(rough, roughCodes);
      plane.placeQuery(fine, fineCodes);
    }
    return placed;
  }

  /** While somebody types, the filter stays the same list. */
  function allowedRows(allowed: Int32Array): Uint8Array {
    if (lastAllowed?.ids === allowed && lastAllowed.rows.length === count) return lastAllowed.rows;
    const rows = new Uint8Array(count);
    for (const id of allowed) {
      const row = rowOf.get(id);
      if (row !== undefined) rows[row] = 1;
    }
    lastAllowed = { ids: allowed, rows };
    return rows;
  }

  /** Σ codes[row][i] · query[i], in units of the query. */
  function product(row: number, roughUpper: number, { roughSum, fineSum }: PlacedQuery): number {
    const roughProduct = halfSteps * roughUpper + lower.product(rough, row) - codeOffset * roughSum;
    const fineProduct =
      halfSteps * upper.product(fine, row) + lower.product(fine, row) - codeOffset * fineSum;
    return fineSteps * roughProduct + fineProduct;
  }

  return {
    dimensions,
    get count() {
      return count;
    },
    get sizeBytes() {
      return upper.sizeBytes + lower.sizeBytes + ids.byteLength + scales.byteLength;
    },
    add(page) {
      reserve(count + page.ids.length);
      for (const [index, id] of page.ids.entries()) {
        let row = rowOf.get(id);
        if (row === undefined) {
          row = count++;
          rowOf.set(id, row);
          ids[row] = id;
        }
        const scale = page.scales[index]!;
        scales[row] = scale;
        const part = Math.floor(row / rowsPerScan);
        largestScales[part] = Math.max(largestScales[part] ?? 0, scale);
        const own = page.codes.subarray(index * dimensions, (index + 1) * dimensions);
        splitter.split(own, { upper: upper.words, lower: lower.words, at: upper.wordOf(row) });
      }
    },
    has: (id) => rowOf.has(id),
    exactProduct(id, rests, query) {
      const row = rowOf.get(id)!;
      const codes = splitter.join({
        upper: upper.words,
        lower: lower.words,
        at: upper.wordOf(row),
      });
      let sum = 0;
      for (let index = 0; index < dimensions; index++)
        sum += query[index]! * (codes[index]! + rests[index]! / restsPerCode);
      return sum * scales[row]!;
    },
    nearest(query, wanted, allowed) {
      const placed = placeQuery(query);
      const isAllowed = allowed && allowedRows(allowed);
      const best = createTopList(wanted);
      const slack = deviationsAllowed * lowerDeviation * placed.roughLength;
      const most = (lowerMean - codeOffset) * placed.roughSum + slack;
      for (let start = 0; start < count; start += rowsPerScan) {
        const rows = Math.min(rowsPerScan, count - start);
        const products = upper.products(rough, start, rows);
        const largestScale = largestScales[start / rowsPerScan]!;
        let floor = best.floor / fineSteps;
        let least = leastProduct(floor, largestScale, most);
        for (let row = 0; row < rows; row++) {
          // Nearly all rows end here, by a look at one whole number.
          if (products[row]! <= least) continue;
          const scale = scales[start + row]!;
          if ((halfSteps * products[row]! + most) * scale <= floor) continue;
          if (isAllowed && isAllowed[start + row] === 0) continue;
          best.offer(ids[start + row]!, product(start + row, products[row]!, placed) * scale);
          floor = best.floor / fineSteps;
          least = leastProduct(floor, largestScale, most);
        }
      }
      return best.take().map(({ id, score }) => ({ id, score: score * placed.unit }));
    },
  };
}

/** A product up to this cannot reach the floor, whatever the scale of its row. */
function leastProduct(floor: number, largestScale: number, most: number): number {
  if (floor <= 0 || largestScale === 0) return Number.NEGATIVE_INFINITY;
  return Math.floor((floor / largestScale - most) / halfSteps) - 1;
}

function grown<T extends Int32Array | Float32Array>(numbers: T, length: number): T {
  const larger = new (numbers.constructor as new (length: number) => T)(Math.max(length, numbers.length * 2));
  larger.set(numbers);
  return larger;
}
