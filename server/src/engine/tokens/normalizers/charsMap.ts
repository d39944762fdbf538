// The precompiled character map of SentencePiece: a Darts double-array over UTF-8 bytes that points into a table of
// zero-terminated replacements. In: the bytes as they stand in a model file. Out: lookups by code points.
// Format: u32 size of the trie in bytes (little endian), the trie, the replacements.

import { corrupt } from '../configReader.ts';

export interface CharsMap {
  /**
   * Looks `units[from, to)` up. With `longest`, the longest rule that starts there (SentencePiece); otherwise the
   * shortest (Hugging Face tokenizers). `matched` tells how many units the rule covers.
   */
  find(units: Uint16Array, from: number, to: number, longest: boolean): CharsMapMatch | undefined;
}

export interface CharsMapMatch {
  readonly replacement: string;
  readonly matchedUnits: number;
}

/** Rules never are longer than a few characters; this bounds the walk on a broken file. */
const maxRuleUnits = 64;

/** The longest real one (an Arabic ligature) has 33 bytes. */
const maxReplacementBytes = 1024;

export function createCharsMap(bytes: Uint8Array): CharsMap {
  if (bytes.length < 8) throw corrupt('The character map of the tokenizer is too short');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const trieBytes = view.getUint32(0, true);
  if (trieBytes === 0 || trieBytes % 4 !== 0 || trieBytes > bytes.length - 4) {
    throw corrupt('The character map of the tokenizer states a wrong size');
  }
  const trie = new Uint32Array(trieBytes / 4);
  for (let index = 0; index < trie.length; index++) trie[index] = view.getUint32(4 + index * 4, true);
  const replacements = bytes.subarray(4 + trieBytes);
  const decoded = new Map<number, string>();
  const decoder = new TextDecoder('utf-8');
  const replacementAt = (offset: number): string => {
    let text = decoded.get(offset);
    if (text === undefined) {
      let end = offset;
      while (end < replacements.length && replacements[end] !== 0) end++;
      if (end - offset > maxReplacementBytes)
        throw corrupt('The character map of the tokenizer has a replacement without end');
      text = decoder.decode(replacements.subarray(offset, end));
      decoded.set(offset, text);
    }
    return text;
  };
  return { find: (units, from, to, longest) => walk(trie, { units, from, to, longest }, replacementAt) };
}

interface Lookup {
  readonly units: Uint16Array;
  readonly from: number;
  readonly to: number;
  readonly longest: boolean;
}

const utf8 = new Uint8Array(4);

function walk(
  trie: Uint32Array,
  lookup: Lookup,
  replacementAt: (offset: number) => string,
): CharsMapMatch | undefined {
  const { units, from } = lookup;
  const to = Math.min(lookup.to, from + maxRuleUnits);
  let node = offsetOf(trie[0]!);
  let best: CharsMapMatch | undefined;
  for (let index = from; index < to; ) {
    const width = writeUtf8(units, index, to);
    const unitCount = width === 4 ? 2 : 1;
    for (let byteIndex = 0; byteIndex < width; byteIndex++) {
      const byte = utf8[byteIndex]!;
      node ^= byte;
      if (node >= trie.length) return best;
      const unit = trie[node]!;
      if ((unit & 0x800000ff) >>> 0 !== byte) return best;
      node ^= offsetOf(unit);
      if (((unit >>> 8) & 1) === 1) {
        if (node >= trie.length) return best;
        best = {
          replacement: replacementAt(trie[node]! & 0x7fffffff),
          matchedUnits: index + unitCount - from,
        };
        if (!lookup.longest) return best;
      }
    }
    index += unitCount;
  }
  return best;
}

function offsetOf(unit: number): number {
  return ((unit >>> 10) << ((unit & 512) >>> 6)) >>> 0;
}

/** Writes the code point at `index` as UTF-8 and answers its length; half a surrogate pair counts as U+FFFD. */
function writeUtf8(units: Uint16Array, index: number, to: number): number {
  let codePoint = units[index]!;
  if (codePoint < 0x80) {
    utf8[0] = codePoint;
    return 1;
  }
  if (codePoint < 0x800) {
    utf8[0] = 0xc0 | (codePoint >> 6);
    utf8[1] = 0x80 | (codePoint & 0x3f);
    return 2;
  }
  if ((codePoint & 0xf800) === 0xd800) {
    const low = index + 1 < to ? units[index + 1]! : 0;
    if ((codePoint & 0xfc00) === 0xd800 && (low & 0xfc00) === 0xdc00) {
      codePoint = ((codePoint - 0xd800) << 10) + (low - 0xdc00) + 0x10000;
      utf8[0] = 0xf0 | (codePoint >> 18);
      utf8[1] = 0x80 | ((codePoint >> 12) & 0x3f);
      utf8[2] = 0x80 | ((codePoint >> 6) & 0x3f);
      utf8[3] = 0x80 | (codePoint & 0x3f);
      return 4;
    }
    codePoint = 0xfffd;
  }
  utf8[0] = 0xe0 | (codePoint >> 12);
  utf8[1] = 0x80 | ((codePoint >> 6) & 0x3f);
  utf8[2] = 0x80 | (codePoint & 0x3f);
  return 3;
}
