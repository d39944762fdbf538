// Unigram as Hugging Face tokenizers runs it (models/unigram/model.rs): each piece on its own, words seen before
// from a cache.

import type { AlignedText } from '../alignedText.ts';
import type { TokenList } from '../tokenList.ts';
import { BestPathSearch } from './bestPathSearch.ts';
import { findByteIds, pushPairs, pushWithBytes } from './pushTokens.ts';
import type { TokenModel } from './tokenModel.ts';
import { createUnitTrie } from './unitTrie.ts';
import { hashUnits, maxCachedUnits, WordCache } from './wordCache.ts';

export interface UnigramOptions {
  /** Every piece by id. */
  readonly pieces: readonly string[];
  readonly scores: Float64Array;
  readonly unknownId: number;
  /** Score of a character that no piece covers: the lowest score of the vocabulary less ten. */
  readonly unknownScore: number;
  /** Characters without a piece become the bytes `<0xNN>` where all of them are in the vocabulary. */
  readonly byteFallback: boolean;
}

export function createUnigramModel(options: UnigramOptions): TokenModel {
  const { pieces, unknownId } = options;
  const ids = new Map<string, number>();
  pieces.forEach((piece, id) => {
    ids.set(piece, id);
  });
  const search = new BestPathSearch({
    trie: createUnitTrie([...ids].filter(([piece]) => piece !== '')),
    scores: options.scores,
    unknownId,
    unknownScore: options.unknownScore,
    float32Sums: false,
  });
  const byteIds = options.byteFallback ? findByteIds(ids) : undefined;
  const cache = new WordCache();
  const pairs: number[] = [];
  return {
    vocabSize: pieces.length,
    unknownId,
    pieceOf: (id) => pieces[id],
    idOf: (piece) => ids.get(piece),
    tokenize: (text, from, to, out) => {
      if (byteIds) {
        search.run(text.units, from, to, pairs);
        pushWithBytes(text, { from, pairs, unknownId, byteIds }, out);
        return;
      }
      if (to - from > maxCachedUnits) {
        search.run(text.units, from, to, pairs);
        pushPairs(text, from, pairs, out);
        return;
      }
      const hash = hashUnits(text.units, from, to);
      const known = cache.find(text.units, from, to, hash);
      if (known !== 0) {
        pushCached(text, { from, cache, word: known }, out);
        return;
      }
      search.run(text.units, from, to, pairs);
      cache.add(text.units, { from, to, hash }, pairs);
      pushPairs(text, from, pairs, out);
    },
  };
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
