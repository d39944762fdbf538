// Unigram: the cut of a piece into vocabulary entries with the greatest sum of scores (Viterbi over positions).
// Same sums in the same order as the reference, so ties fall the same way: Hugging Face tokenizers
// (models/unigram/model.rs, float64) and SentencePiece (unigram_model.cc EncodeOptimized, float32).

import type { AlignedText } from '../alignedText.ts';
import type { TokenList } from '../tokenList.ts';
import type { TokenModel } from './tokenModel.ts';
import { createUnitTrie, type UnitTrie } from './unitTrie.ts';
import { hashUnits, maxCachedUnits, WordCache } from './wordCache.ts';

export interface UnigramOptions {
  /** Every piece by id; ids that can never come out of a text (control symbols of SentencePiece) included. */
  readonly pieces: readonly string[];
  readonly scores: Float64Array;
  readonly unknownId: number;
  /** Score of a character that no piece covers: the lowest score of the vocabulary less ten. */
  readonly unknownScore: number;
  /** Which ids the search may use; absent: all. */
  readonly isSearched?: (id: number) => boolean;
  /** Sums rounded to float32 at each position, as SentencePiece does. */
  readonly float32Sums: boolean;
  /** Characters without a piece become the bytes `<0xNN>` where all of them are in the vocabulary. */
  readonly byteFallback: boolean;
}

export function createUnigramModel(options: UnigramOptions): TokenModel {
  const { pieces, unknownId } = options;
  const ids = new Map<string, number>();
  pieces.forEach((piece, id) => {
    ids.set(piece, id);
  });
  const isSearched = options.isSearched ?? (() => true);
  const searched = [...ids].filter(([piece, id]) => piece !== '' && isSearched(id));
  const search = new BestPathSearch(createUnitTrie(searched), options);
  const byteIds = options.byteFallback ? findByteIds(ids) : undefined;
  const cache = new WordCache();
  const pairs: number[] = [];
  return {
    vocabSize: pieces.length,
    unknownId,
    pieceOf: (id) => pieces[id],
    idOf: (piece) => ids.get(piece),
    tokenize: (text, from, to, out) => {
      const isCached = to - from <= maxCachedUnits;
      if (isCached) {
        const hash = hashUnits(text.units, from, to);
        const known = cache.find(text.units, from, to, hash);
        if (known !== 0) {
          pushCached(text, { from, cache, word: known }, out);
          return;
        }
        search.run(text.units, from, to, pairs);
        if (byteIds) splitIntoBytes(text, { from, pairs, unknownId, byteIds }, out);
        else {
          cache.add(text.units, { from, to, hash }, pairs);
          pushPairs(text, from, pairs, out);
        }
        return;
      }
      search.run(text.units, from, to, pairs);
      if (byteIds) splitIntoBytes(text, { from, pairs, unknownId, byteIds }, out);
      else pushPairs(text, from, pairs, out);
    },
  };
}

/** The search and its buffers; they grow to the longest piece seen. */
class BestPathSearch {
  readonly #trie: UnitTrie;
  readonly #scores: Float64Array;
  readonly #unknownId: number;
  readonly #unknownScore: number;
  readonly #float32Sums: boolean;
  #bestScores = new Float64Array(64);
  #bestStarts = new Int32Array(64);
  #bestIds = new Int32Array(64);

  constructor(trie: UnitTrie, options: UnigramOptions) {
    this.#trie = trie;
    this.#scores = options.scores;
    this.#unknownId = options.unknownId;
    this.#unknownScore = options.unknownScore;
    this.#float32Sums = options.float32Sums;
  }

  /** Fills `pairs` with id and length in units of each token; neighbouring unknown ones are fused. */
  run(units: Uint16Array, from: number, to: number, pairs: number[]): void {
    const size = to - from;
    this.#reset(size);
    for (let start = 0; start < size; ) {
      const unit = units[from + start]!;
      const isPair =
        (unit & 0xfc00) === 0xd800 && start + 1 < size && (units[from + start + 1]! & 0xfc00) === 0xdc00;
      const width = isPair ? 2 : 1;
      this.#extend(units, { from, to, start, width });
      start += width;
    }
    this.#readBack(size, pairs);
  }

  #reset(size: number): void {
    if (size >= this.#bestStarts.length) {
      const capacity = Math.max(size + 1, this.#bestStarts.length * 2);
      this.#bestScores = new Float64Array(capacity);
      this.#bestStarts = new Int32Array(capacity);
      this.#bestIds = new Int32Array(capacity);
    }
    this.#bestStarts.fill(-1, 0, size + 1);
    this.#bestScores[0] = 0;
  }

  #extend(units: Uint16Array, at: { from: number; to: number; start: number; width: number }): void {
    const { from, to, start, width } = at;
    const trie = this.#trie;
    const values = trie.values;
    const scoreHere = this.#bestScores[start]!;
    let hasSingleCharacter = false;
    let node = 0;
    for (let index = from + start; index < to; index++) {
      node = trie.child(node, units[index]!);
      if (node === 0) break;
      const id = values[node]!;
      if (id < 0) continue;
      const end = index + 1 - from;
      this.#offer(end, start, id, this.#scores[id]! + scoreHere);
      if (end - start === width) hasSingleCharacter = true;
    }
    if (!hasSingleCharacter)
      this.#offer(start + width, start, this.#unknownId, this.#unknownScore + scoreHere);
  }

  #offer(end: number, start: number, id: number, score: number): void {
    if (this.#bestStarts[end] !== -1 && !(score > this.#bestScores[end]!)) return;
    this.#bestScores[end] = this.#float32Sums ? Math.fround(score) : score;
    this.#bestStarts[end] = start;
    this.#bestIds[end] = id;
  }

  #readBack(size: number, pairs: number[]): void {
    pairs.length = 0;
    let fusing = false;
    for (let end = size; end > 0; ) {
      const start = this.#bestStarts[end]!;
      const id = this.#bestIds[end]!;
      const isUnknown = id === this.#unknownId;
      if (isUnknown && fusing) pairs[pairs.length - 2]! += end - start;
      else pairs.push(end - start, id);
      fusing = isUnknown;
      end = start;
    }
    // Collected back to front as (length, id): reversing gives (id, length) in order.
    pairs.reverse();
  }
}

function pushPairs(text: AlignedText, from: number, pairs: readonly number[], out: TokenList): void {
  let at = from;
  for (let index = 0; index < pairs.length; index += 2) {
    const end = at + pairs[index + 1]!;
    out.push(pairs[index]!, text.starts[at]!, text.ends[end - 1]!);
    at = end;
  }
}

function pushCached(
  text: AlignedText,
  word: { from: number; cache: WordCache; word: number },
  out: TokenList,
): void {
  const { cache } = word;
  const last = cache.tokenEnd(word.word);
  const { tokens } = cache;
  let at = word.from;
  for (let token = cache.tokenStart(word.word); token < last; token++) {
    const end = at + tokens[token * 2 + 1]!;
    out.push(tokens[token * 2]!, text.starts[at]!, text.ends[end - 1]!);
    at = end;
  }
}

interface BytePieces {
  readonly from: number;
  readonly pairs: readonly number[];
  readonly unknownId: number;
  readonly byteIds: Int32Array;
}

/** As `pushPairs`, with each unknown token written as its UTF-8 bytes; all bytes have the place of the token. */
function splitIntoBytes(text: AlignedText, words: BytePieces, out: TokenList): void {
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

function findByteIds(ids: ReadonlyMap<string, number>): Int32Array {
  return Int32Array.from({ length: 256 }, (_, byte) => {
    const name = byte.toString(16).toUpperCase().padStart(2, '0');
    return ids.get(`<0x${name}>`) ?? -1;
  });
}
