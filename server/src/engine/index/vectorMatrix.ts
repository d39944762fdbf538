// All vectors of one space in memory, one byte per number, and the nearest of them to a query.
// In: pages of quantised vectors. Out: ids with approximate dot products; the caller rescores the best few exactly.
// A row is never moved: a new vector for a known id replaces the old one in place.

import type { TextScore } from '../storage.ts';
import { restsPerCode } from './quantise.ts';
import { createScanKernel, maxMemoryPages, rowMultiple } from './scanKernel.ts';
import { createTopList } from './topList.ts';
import type { VectorPage } from './vectorTier.ts';
import { webAssembly } from './webAssembly.ts';

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

const pageBytes = 65_536;
/** Rows whose products are taken at once: they stay in the cache of the processor until they are looked at. */
const rowsPerScan = 4096;
const queryAddress = 0;
const outAddress = 16_384;
const rowsAddress = outAddress + rowsPerScan * 4;

export function createVectorMatrix(dimensions: number): VectorMatrix {
  const stride = Math.ceil(dimensions / rowMultiple) * rowMultiple;
  const memory = new webAssembly.Memory({ initial: 1, maximum: maxMemoryPages });
  const scan = createScanKernel(memory);
  const rowOf = new Map<number, number>();
  let ids = new Int32Array(1024);
  let scales = new Float32Array(1024);
  let count = 0;

  function reserve(rows: number): void {
    if (rows > ids.length) {
      ids = grown(ids, rows);
      scales = grown(scales, rows);
    }
    const needed = Math.ceil((rowsAddress + rows * stride) / pageBytes);
    const present = memory.buffer.byteLength / pageBytes;
    if (needed > present) {
      const wanted = Math.min(maxMemoryPages, Math.max(needed, Math.ceil(present * 1.25)));
      memory.grow(wanted - present);
    }
  }

  /** The query as whole numbers so large that no sum leaves 32 bits; only the order of the sums matters. */
  function placeQuery(query: Float32Array): number {
    let largest = 0;
    for (const number of query) largest = Math.max(largest, Math.abs(number));
    if (largest === 0) return 0;
    const limit = Math.min(32_767, Math.floor(2 ** 31 / (127 * stride)) - 1);
    const target = new Int16Array(memory.buffer, queryAddress, stride);
    target.fill(0);
    for (const [index, number] of query.entries()) target[index] = Math.round((number / largest) * limit);
    return largest / limit;
  }

  return {
    dimensions,
    get count() {
      return count;
    },
    get sizeBytes() {
      return memory.buffer.byteLength + ids.byteLength + scales.byteLength;
    },
    add(page) {
      reserve(count + page.ids.length);
      const rows = new Int8Array(memory.buffer);
      for (const [index, id] of page.ids.entries()) {
        let row = rowOf.get(id);
        if (row === undefined) {
          row = count++;
          rowOf.set(id, row);
          ids[row] = id;
        }
        scales[row] = page.scales[index]!;
        rows.set(
          page.codes.subarray(index * dimensions, (index + 1) * dimensions),
          rowsAddress + row * stride,
        );
      }
    },
    has: (id) => rowOf.has(id),
    exactProduct(id, rests, query) {
      const row = rowOf.get(id)!;
      const codes = new Int8Array(memory.buffer, rowsAddress + row * stride, dimensions);
      let sum = 0;
      for (let index = 0; index < dimensions; index++)
        sum += query[index]! * (codes[index]! + rests[index]! / restsPerCode);
      return sum * scales[row]!;
    },
    nearest(query, wanted, allowed) {
      const unit = placeQuery(query);
      const isAllowed = allowed && allowedRows(allowed, rowOf, count);
      const best = createTopList(wanted);
      for (let start = 0; start < count; start += rowsPerScan) {
        const rows = Math.min(rowsPerScan, count - start);
        scan(queryAddress, rowsAddress + start * stride, rows, stride, outAddress);
        const products = new Int32Array(memory.buffer, outAddress, rows);
        let floor = best.floor;
        for (let row = 0; row < rows; row++) {
          const score = products[row]! * scales[start + row]!;
          if (score <= floor) continue;
          if (isAllowed && isAllowed[start + row] === 0) continue;
          best.offer(ids[start + row]!, score);
          floor = best.floor;
        }
      }
      return best.take().map(({ id, score }) => ({ id, score: score * unit }));
    },
  };
}

function allowedRows(allowed: Int32Array, rowOf: ReadonlyMap<number, number>, count: number): Uint8Array {
  const rows = new Uint8Array(count);
  for (const id of allowed) {
    const row = rowOf.get(id);
    if (row !== undefined) rows[row] = 1;
  }
  return rows;
}

function grown<T extends Int32Array | Float32Array>(numbers: T, length: number): T {
  const larger = new (numbers.constructor as new (length: number) => T)(Math.max(length, numbers.length * 2));
  larger.set(numbers);
  return larger;
}
