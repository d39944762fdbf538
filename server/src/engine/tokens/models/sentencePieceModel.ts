// SentencePiece's own unigram search over a whole text, with the extra cut that ALBERT makes: a piece that ends in a
// digit and a comma is taken apart ("▁9," → "▁9" ","; tokenization_albert.py `_tokenize`).

import { AlignedText } from '../alignedText.ts';
import { pieceTypes, type SentencePieceFile } from '../sentencePieceFile.ts';
import type { TokenList } from '../tokenList.ts';
import { BestPathSearch } from './bestPathSearch.ts';
import { unknownPenalty } from './createTokenModel.ts';
import { findByteIds, pushPairs, pushWithBytes } from './pushTokens.ts';
import type { TokenModel } from './tokenModel.ts';
import { createUnitTrie } from './unitTrie.ts';

const spaceMark = 0x2581;
const comma = 44;

export function createSentencePieceModel(file: SentencePieceFile): TokenModel {
  const { pieces, types, unknownId } = file;
  const ids = new Map<string, number>();
  pieces.forEach((piece, id) => {
    if (!ids.has(piece)) ids.set(piece, id);
  });
  const search = createSearch(file);
  const byteIds = file.byteFallback
    ? findByteIds(new Map([...ids].filter(([, id]) => types[id] === pieceTypes.byte)))
    : undefined;
  const pairs: number[] = [];
  const number = new AlignedText();
  const numberPairs: number[] = [];
  const commaId = ids.get(',') ?? unknownId;
  const push = (text: AlignedText, from: number, found: readonly number[], out: TokenList): void => {
    if (byteIds) pushWithBytes(text, { from, pairs: found, unknownId, byteIds }, out);
    else pushPairs(text, from, found, out);
  };
  return {
    vocabSize: pieces.length,
    unknownId,
    pieceOf: (id) => pieces[id],
    idOf: (piece) => ids.get(piece),
    tokenize: (text, from, to, out) => {
      search.run(text.units, from, to, pairs);
      let at = from;
      for (let index = 0; index < pairs.length; index += 2) {
        const end = at + pairs[index + 1]!;
        if (endsInNumberComma(text, at, end)) {
          loadNumber(number, text, at, end - 1);
          search.run(number.units, 0, number.length, numberPairs);
          pushNumber({ text, at, number, pairs: numberPairs, ids, unknownId, push }, out);
          out.push(commaId, text.starts[end - 1]!, text.ends[end - 1]!);
        } else {
          push(text, at, [pairs[index]!, pairs[index + 1]!], out);
        }
        at = end;
      }
    },
  };
}

/** float32 sums and the special score of user-defined symbols, as unigram_model.cc. */
function createSearch(file: SentencePieceFile): BestPathSearch {
  const { pieces, types } = file;
  let lowest = Number.POSITIVE_INFINITY;
  // SentencePiece starts its search for the highest score at the smallest positive float32.
  let highest = 1.1754943508222875e-38;
  pieces.forEach((_, id) => {
    if (types[id] !== pieceTypes.normal) return;
    lowest = Math.min(lowest, file.scores[id]!);
    highest = Math.max(highest, file.scores[id]!);
  });
  const scores = file.scores.slice();
  const searched: (readonly [string, number])[] = [];
  const encoder = new TextEncoder();
  pieces.forEach((piece, id) => {
    if (types[id] === pieceTypes.userDefined)
      scores[id] = Math.fround(encoder.encode(piece).length * highest) - 0.1;
    if (types[id] === pieceTypes.normal || types[id] === pieceTypes.userDefined) searched.push([piece, id]);
  });
  return new BestPathSearch({
    trie: createUnitTrie(searched),
    scores,
    unknownId: file.unknownId,
    unknownScore: Math.fround(Math.fround(Math.min(lowest, 3.4028234663852886e38)) - unknownPenalty),
    float32Sums: true,
  });
}

const digitPattern = /^\p{Nd}$/u;

function endsInNumberComma(text: AlignedText, from: number, to: number): boolean {
  if (text.units[to - 1] !== comma || to - from < 2) return false;
  const unit = text.units[to - 2]!;
  if (unit < 0x80) return unit >= 48 && unit <= 57;
  const isLow = (unit & 0xfc00) === 0xdc00 && to - from > 2;
  return digitPattern.test(String.fromCodePoint(text.codePointAt(isLow ? to - 3 : to - 2)));
}

/** "▁" and the characters of `text.units[from, to)` without any "▁". */
function loadNumber(number: AlignedText, text: AlignedText, from: number, to: number): void {
  number.beginCopy();
  const first = text.units[from] === spaceMark && from + 1 < to ? from + 1 : from;
  number.push(spaceMark, text.starts[first]!, text.ends[first]!);
  for (let index = from; index < to; index++) {
    if (text.units[index] !== spaceMark)
      number.push(text.units[index]!, text.starts[index]!, text.ends[index]!);
  }
  number.endCopy();
}

interface NumberPiece {
  readonly text: AlignedText;
  readonly at: number;
  readonly number: AlignedText;
  readonly pairs: readonly number[];
  readonly ids: ReadonlyMap<string, number>;
  readonly unknownId: number;
  readonly push: (text: AlignedText, from: number, pairs: readonly number[], out: TokenList) => void;
}

/** Inside a word the "▁" that the second search added is taken away again. */
function pushNumber(piece: NumberPiece, out: TokenList): void {
  const { text, at, number, pairs, ids, unknownId } = piece;
  const firstLength = pairs[1]!;
  if (text.units[at] === spaceMark || number.units[0] !== spaceMark) {
    piece.push(number, 0, pairs, out);
    return;
  }
  if (firstLength > 1) {
    const id = ids.get(number.slice(1, firstLength)) ?? unknownId;
    out.push(id, number.starts[1]!, number.ends[firstLength - 1]!);
  }
  piece.push(number, firstLength, pairs.slice(2), out);
}
