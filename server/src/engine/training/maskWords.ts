// Hides words of a text, so that a model learns a language by guessing them. In: an encoded text, random numbers.
// Out: the text with holes, and what stood there. As in ALBERT: spans of one to three whole words, n with the
// probability (1/n) / Σ 1/k, none overlapping another, until the share is reached; of the hidden tokens 80 % become
// [MASK], 10 % a random piece, 10 % stay. Reference: models/recipe/pretraining/masking.py, which does whole batches.

import type { EncodedText, Tokenizer } from '../tokens/tokenBatch.ts';
import type { Random } from './random.ts';
import { shuffled } from './random.ts';

/** What the pieces of a vocabulary are, by id; made once. */
export interface PieceKinds {
  readonly maskId: number;
  /** [PAD], [CLS], [SEP], [MASK], unknown: never hidden, never put into a hole. */
  readonly isSpecial: Uint8Array;
  /** Begins a word whatever stands before it. */
  readonly beginsWord: Uint8Array;
  /** Has neither letter nor digit, so it is a word of its own and ends the one before. */
  readonly isPunctuation: Uint8Array;
}

export interface MaskedWords {
  readonly text: EncodedText;
  /** For each token the id that stood there, or -1 where nothing is to be guessed. */
  readonly wanted: Int32Array;
}

const longestSpan = 3;
const wordMark = '▁';
const continuationMark = '##';

type Vocabulary = Pick<
  Tokenizer,
  'vocabSize' | 'padId' | 'clsId' | 'sepId' | 'maskId' | 'unknownId' | 'pieceOf'
>;

/** Words are marked at their begin (SentencePiece's ▁) or wherever they go on (WordPiece's ##). */
export function describePieces(tokenizer: Vocabulary): PieceKinds {
  const pieces = Array.from({ length: tokenizer.vocabSize }, (_, id) => tokenizer.pieceOf(id));
  const marksContinuation = pieces.some((piece) => piece.startsWith(continuationMark));
  const special = new Set(
    [tokenizer.padId, tokenizer.clsId, tokenizer.sepId, tokenizer.maskId, tokenizer.unknownId].filter(
      (id) => id >= 0,
    ),
  );
  const begins = (piece: string) =>
    marksContinuation ? !piece.startsWith(continuationMark) : piece.startsWith(wordMark);
  return {
    maskId: tokenizer.maskId,
    isSpecial: Uint8Array.from(pieces, (_, id) => Number(special.has(id))),
    beginsWord: Uint8Array.from(pieces, (piece) => Number(begins(piece))),
    isPunctuation: Uint8Array.from(pieces, (piece, id) =>
      Number(!special.has(id) && !/[\p{L}\p{N}]/u.test(piece)),
    ),
  };
}

/** @param share of the tokens to hide, 0 to 1; a text whose every word is longer than that keeps them all */
export function maskWords(text: EncodedText, pieces: PieceKinds, share: number, random: Random): MaskedWords {
  const words = findWords(text.ids, pieces);
  const ids = Int32Array.from(text.ids);
  const wanted = new Int32Array(text.ids.length).fill(-1);
  for (const token of chooseTokens(words, share, random)) {
    wanted[token] = text.ids[token]!;
    ids[token] = fillHole(text.ids[token]!, pieces, random);
  }
  return { text: { ...text, ids }, wanted };
}

/** A run of tokens, and whether the next word follows it directly. */
interface Word {
  readonly start: number;
  readonly end: number;
  readonly isJoined: boolean;
}

function findWords(ids: Int32Array, { isSpecial, beginsWord, isPunctuation }: PieceKinds): readonly Word[] {
  const words: Word[] = [];
  let start = -1;
  const close = (end: number, isJoined: boolean) => {
    if (start >= 0) words.push({ start, end, isJoined });
    start = -1;
  };
  for (let token = 0; token < ids.length; token++) {
    const id = ids[token]!;
    if (isSpecial[id]) close(token, false);
    else if (start < 0) start = token;
    else if (beginsWord[id] || isPunctuation[id] || isPunctuation[ids[token - 1]!]) {
      close(token, true);
      start = token;
    }
  }
  close(ids.length, false);
  return words;
}

function chooseTokens(words: readonly Word[], share: number, random: Random): readonly number[] {
  const budget = share * words.reduce((sum, { start, end }) => sum + end - start, 0);
  const taken = new Set<number>();
  const chosen: number[] = [];
  for (const first of shuffled(
    words.map((_, index) => index),
    random,
  )) {
    const length = Math.min(drawSpanLength(random), joinedFrom(words, first));
    const span = words.slice(first, first + length);
    const tokens = span.at(-1)!.end - span[0]!.start;
    // The span that crosses the budget is taken where at least half of it fits, so the share is right on average; one
    // that alone is over it (a hash, a path) would hide nearly all of a short text.
    const isTooLong = tokens > Math.max(1, budget) + 1 || chosen.length + tokens / 2 > Math.max(budget, 0.5);
    if (isTooLong || span.some((_, offset) => taken.has(first + offset))) continue;
    span.forEach((_, offset) => {
      taken.add(first + offset);
    });
    for (let token = span[0]!.start; token < span.at(-1)!.end; token++) chosen.push(token);
    if (chosen.length >= budget) break;
  }
  return chosen;
}

/** 1, 2 or 3 with the probabilities 6/11, 3/11 and 2/11. */
function drawSpanLength(random: Random): number {
  let left = random.uniform() * (1 + 1 / 2 + 1 / 3);
  for (let length = 1; length < longestSpan; length++) {
    left -= 1 / length;
    if (left < 0) return length;
  }
  return longestSpan;
}

/** How many words a span that begins here could have: a [SEP] ends it. */
function joinedFrom(words: readonly Word[], first: number): number {
  let count = 1;
  while (count < longestSpan && words[first + count - 1]!.isJoined) count++;
  return count;
}

function fillHole(id: number, { maskId, isSpecial }: PieceKinds, random: Random): number {
  const drawn = random.uniform();
  if (drawn < 0.8) return maskId;
  if (drawn >= 0.9) return id;
  for (;;) {
    const noise = Math.floor(random.uniform() * isSpecial.length);
    if (!isSpecial[noise]) return noise;
  }
}
