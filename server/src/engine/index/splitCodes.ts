// Eight-bit codes as two rows of their halves, packed as the scan reads them, and back.
// In: codes of -128 to 127. Out: in each row, sixteen bytes for 32 codes: the halves of the first 16 codes stand in
// the low bits, those of the others in the high bits. Four codes are taken at once as one word.

import { rowMultiple } from './scanKernel.ts';

/** Words of two planes that hold a row at the same place. */
export interface SplitRow {
  readonly upper: Uint32Array;
  readonly lower: Uint32Array;
  readonly at: number;
}

export interface CodeSplitter {
  split(codes: Int8Array, target: SplitRow): void;
  /** Good until the next call. */
  join(source: SplitRow): Int8Array;
}

/** 128 in each byte, which turns -128 … 127 into 0 … 255. */
const signs = 0x80808080;
const lowHalves = 0x0f0f0f0f;
const wordsAtOnce = rowMultiple / 4;

export function createCodeSplitter(dimensions: number): CodeSplitter {
  const words = new Uint32Array(wordsAtOnce * Math.ceil(dimensions / rowMultiple));
  const bytes = new Int8Array(words.buffer);
  const half = wordsAtOnce / 2;

  return {
    split(codes, { upper, lower, at }) {
      bytes.set(codes);
      for (let group = 0, word = at; group < words.length; group += wordsAtOnce) {
        for (let index = group; index < group + half; index++, word++) {
          const first = words[index]! ^ signs;
          const second = words[index + half]! ^ signs;
          upper[word] = ((first >>> 4) & lowHalves) | (second & ~lowHalves);
          lower[word] = (first & lowHalves) | ((second & lowHalves) << 4);
        }
      }
    },
    join({ upper, lower, at }) {
      for (let group = 0, word = at; group < words.length; group += wordsAtOnce) {
        for (let index = group; index < group + half; index++, word++) {
          const high = upper[word]!;
          const low = lower[word]!;
          words[index] = (((high & lowHalves) << 4) | (low & lowHalves)) ^ signs;
          words[index + half] = ((high & ~lowHalves) | ((low >>> 4) & lowHalves)) ^ signs;
        }
      }
      return bytes.subarray(0, dimensions);
    },
  };
}
