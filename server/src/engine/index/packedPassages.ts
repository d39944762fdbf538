// The passages of one file as one string and one array of numbers: made where files are read, so that they pass between
// threads in one piece, searched in memory as they are, and unpacked when they are stored.
// In: passages of a file. Out: `PackedPassages`, and from these what a store keeps.

import type { Passage } from '../passages/passage.ts';
import type { NewPassage } from '../storage.ts';
import { createLineIndex, toLineColumn } from '../text/lineIndex.ts';
import { firstSentence } from './firstSentence.ts';
import { hashLength, hashText } from './hashText.ts';
import { appendNumbers, createNumberList, cutNumbers } from './numberList.ts';
import { createTokenDictionary } from './tokenDictionary.ts';

export interface PackedPassages {
  readonly count: number;
  /** For each passage its hash, its text and the name of its symbol, without anything between. */
  readonly text: string;
  /** [count, fieldCount], and the tokens of all passages behind. */
  readonly numbers: Int32Array;
  /** What the numbers of tokens mean; may have grown since. */
  readonly tokens: readonly string[];
}

/** Columns of `numbers`. */
export const field = {
  /** In `text`, of the hash. */
  textStart: 0,
  textLength: 1,
  /** -1: none. */
  symbolLength: 2,
  spanStart: 3,
  spanEnd: 4,
  line: 5,
  endLine: 6,
  kind: 7,
  language: 8,
  /** In `numbers`, of the tokens of the text, of the names, and of the first sentence, often the first of the text. */
  wordStart: 9,
  wordCount: 10,
  nameStart: 11,
  nameCount: 12,
  leadStart: 13,
  leadCount: 14,
} as const;
export const fieldCount = 15;

/** Packs file after file with one dictionary. */
export interface PassagePacker {
  readonly tokens: readonly string[];
  pack(text: string, passages: readonly Passage[]): PackedPassages;
}

export function createPassagePacker(): PassagePacker {
  const dictionary = createTokenDictionary();
  const fields = createNumberList();
  const tokens = createNumberList();

  /** The first sentence is the beginning of the text: its tokens are, too, unless a word was cut. */
  function appendText(text: string): { readonly wordCount: number; readonly leadCount: number | undefined } {
    const { length } = firstSentence(text);
    if (length < text.length && isInWord(text, length)) {
      return { wordCount: dictionary.append(text, tokens), leadCount: undefined };
    }
    const leadCount = dictionary.append(text.slice(0, length), tokens);
    const wordCount = leadCount + (length < text.length ? dictionary.append(text.slice(length), tokens) : 0);
    return { wordCount, leadCount };
  }

  return {
    tokens: dictionary.tokens,
    pack(text, passages) {
      const lines = createLineIndex(text);
      let packed = '';
      for (const passage of passages) {
        const { span, kind, language, symbol } = passage;
        const { value } = passage.text;
        const wordStart = tokens.length;
        const { wordCount, leadCount } = appendText(value);
        // Nothing to be found by.
        if (wordCount === 0) continue;
        const nameStart = tokens.length;
        const nameCount = dictionary.append(namesOf(passage), tokens);
        const leadStart = leadCount === undefined ? tokens.length : wordStart;
        const row = [
          packed.length,
          value.length,
          symbol ? symbol.name.length : -1,
          span.start,
          span.end,
          toLineColumn(lines, span.start).line + 1,
          toLineColumn(lines, Math.max(span.start, span.end - 1)).line + 1,
          dictionary.numberOf(kind),
          dictionary.numberOf(language),
          wordStart,
          wordCount,
          nameStart,
          nameCount,
          leadStart,
          leadCount ?? dictionary.append(firstSentence(value), tokens),
        ];
        appendNumbers(fields, row);
        packed += hashText(value) + value + (symbol?.name ?? '');
      }
      const count = fields.length / fieldCount;
      const tokenStart = fields.length;
      const numbers = new Int32Array(tokenStart + tokens.length);
      numbers.set(cutNumbers(fields, 0));
      numbers.set(cutNumbers(tokens, 0), tokenStart);
      for (let row = 0; row < tokenStart; row += fieldCount) {
        for (const start of [field.wordStart, field.nameStart, field.leadStart])
          numbers[row + start]! += tokenStart;
      }
      return { count, text: packed, numbers, tokens: dictionary.tokens };
    },
  };
}

function isInWord(text: string, at: number): boolean {
  return wordCharacter.test(text.slice(at - 1, at + 1));
}

/** Two of them: halves of one character count, too. */
const wordCharacter = /^[\p{L}\p{M}\p{N}_$\ud800-\udfff]{2}$/u;

export function unpackPassages(packed: PackedPassages): readonly NewPassage[] {
  return Array.from({ length: packed.count }, (_, index) => unpackPassage(packed, index));
}

export function unpackPassage(packed: PackedPassages, index: number): NewPassage {
  const { numbers, tokens } = packed;
  const row = index * fieldCount;
  const at = (column: number) => numbers[row + column]!;
  const words = joinTokens(packed, index, field.wordStart);
  const isLeadAll =
    at(field.leadStart) === at(field.wordStart) && at(field.leadCount) === at(field.wordCount);
  const symbolStart = at(field.textStart) + hashLength + at(field.textLength);
  const symbolLength = at(field.symbolLength);
  return {
    textHash: hashOf(packed, index),
    text: packed.text.slice(at(field.textStart) + hashLength, symbolStart),
    words,
    names: namesAt(packed, index),
    lead: isLeadAll ? words : joinTokens(packed, index, field.leadStart),
    place: {
      span: { start: at(field.spanStart), end: at(field.spanEnd) },
      line: at(field.line),
      endLine: at(field.endLine),
      kind: tokens[at(field.kind)]!,
      language: tokens[at(field.language)]!,
      symbol: symbolLength < 0 ? undefined : packed.text.slice(symbolStart, symbolStart + symbolLength),
    },
  };
}

export function hashOf({ text, numbers }: PackedPassages, index: number): string {
  const start = numbers[index * fieldCount + field.textStart]!;
  return text.slice(start, start + hashLength);
}

export function namesAt(packed: PackedPassages, index: number): string {
  return joinTokens(packed, index, field.nameStart);
}

/** Of the column that begins there; the number of tokens stands behind it. */
function joinTokens({ numbers, tokens }: PackedPassages, index: number, column: number): string {
  const start = numbers[index * fieldCount + column]!;
  const end = start + numbers[index * fieldCount + column + 1]!;
  let joined = '';
  for (let at = start; at < end; at++) {
    joined += at === start ? tokens[numbers[at]!]! : ` ${tokens[numbers[at]!]!}`;
  }
  return joined;
}

/** What somebody may call the passage although its own words do not: the symbol, the titles around a paragraph. */
function namesOf({ symbol, section }: Passage): string {
  return [symbol?.name ?? '', ...section.slice(-2)].join(' ');
}
