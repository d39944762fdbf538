// Half of every code of a matrix, four bits each, in the memory of WebAssembly, and their products with a query.
// In: rows of packed codes. Out: sums of products, exact whole numbers.

import { maxMemoryPages, webAssembly } from '../webAssembly.ts';
import { createScanKernel, rowMultiple } from './scanKernel.ts';

export interface CodePlane {
  readonly sizeBytes: number;
  /** Makes room; rows keep their numbers. */
  reserve(rows: number): void;
  /** All rows in words of eight codes each; good until the next `reserve`. */
  readonly words: Uint32Array;
  /** Where a row begins in `words`. */
  wordOf(row: number): number;
  /** Several queries may stand here at once, each at a place of its own. */
  placeQuery(place: number, codes: Int8Array): void;
  /** Those of `count` rows from `start` on, at most `rowsPerScan`, come first; good until the next call. */
  products(place: number, start: number, count: number): Int32Array;
  product(place: number, row: number): number;
}

/** Rows whose products are taken at once: they stay in the cache of the processor until they are looked at. */
export const rowsPerScan = 4096;

const pageBytes = 65_536;
const outAddress = 0;
/** Behind the products of a scan, which may still be looked at. */
const singleOut = rowsPerScan;
const queriesAddress = 4 * (rowsPerScan + 4);

export function createCodePlane(dimensions: number, queryPlaces: number): CodePlane {
  const length = Math.ceil(dimensions / rowMultiple) * rowMultiple;
  const stride = length / 2;
  const rowsAddress = queriesAddress + queryPlaces * length;
  const pagesFor = (rows: number) => Math.ceil((rowsAddress + rows * stride) / pageBytes);
  const memory = new webAssembly.Memory({ initial: pagesFor(0), maximum: maxMemoryPages });
  const scan = createScanKernel(memory, stride);
  let out = new Int32Array(memory.buffer, outAddress, rowsPerScan + 1);
  let words = new Uint32Array(memory.buffer);
  const queryAt = (place: number) => queriesAddress + place * length;
  const rowAt = (row: number) => rowsAddress + row * stride;

  return {
    get sizeBytes() {
      return memory.buffer.byteLength;
    },
    reserve(rows) {
      const present = memory.buffer.byteLength / pageBytes;
      const needed = pagesFor(rows);
      if (needed > present) {
        const wanted = Math.min(maxMemoryPages, Math.max(needed, Math.ceil(present * 1.25)));
        memory.grow(wanted - present);
        out = new Int32Array(memory.buffer, outAddress, rowsPerScan + 1);
        words = new Uint32Array(memory.buffer);
      }
    },
    get words() {
      return words;
    },
    wordOf: (row) => rowAt(row) / 4,
    placeQuery(place, codes) {
      const target = new Int8Array(memory.buffer, queryAt(place), length);
      target.fill(0);
      target.set(codes);
    },
    products(place, start, count) {
      scan(queryAt(place), rowAt(start), count, outAddress);
      return out;
    },
    product(place, row) {
      scan(queryAt(place), rowAt(row), 1, outAddress + 4 * singleOut);
      return out[singleOut]!;
    },
  };
}
