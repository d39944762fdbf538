// Writes what a search found as tokens with their places in the original text.

import type { AlignedText } from '../alignedText.ts';
import type { TokenList } from '../tokenList.ts';

/** `pairs` holds id and length in units of each token, starting at unit `from`. */
export function pushPairs(text: AlignedText, from: number, pairs: readonly number[], out: TokenList): void {
  let at = from;
  for (let index = 0; index < pairs.length; index += 2) {
    const end = at + pairs[index + 1]!;
    out.push(pairs[index]!, text.starts[at]!, text.ends[end - 1]!);
    at = end;
  }
}

export interface BytePieces {
  readonly from: number;
  readonly pairs: readonly number[];
  readonly unknownId: number;
  readonly byteIds: Int32Array;
}

/** As `pushPairs`, with each unknown token written as its UTF-8 bytes; all bytes have the place of the token. */
export function pushWithBytes(text: AlignedText, words: BytePieces, out: TokenList): void {
  let at = words.from;
  for (let index = 0; index < words.pairs.length; index += 2) {
    const id = words.pairs[index]!;
    const end = at + words.pairs[index + 1]!;
    const start = text.starts[at]!;
    const last = text.ends[end - 1]!;
    const bytes = id === words.unknownId ? new TextEncoder().encode(text.slice(at, end)) : undefined;
    if (bytes?.every((byte) => words.byteIds[byte]! >= 0)) {
      for (const byte of bytes) out.push(words.byteIds[byte]!, start, last);
    } else {
      out.push(id, start, last);
    }
    at = end;
  }
}

export function findByteIds(ids: ReadonlyMap<string, number>): Int32Array {
  return Int32Array.from({ length: 256 }, (_, byte) => {
    const name = byte.toString(16).toUpperCase().padStart(2, '0');
    return ids.get(`<0x${name}>`) ?? -1;
  });
}
