// The normaliser inside a SentencePiece model: the longest rule of its character map at each place, user-defined
// symbols untouched, white space collapsed and written as "▁" (sentencepiece normalizer.cc).

import type { AlignedText } from '../alignedText.ts';
import { createUnitTrie } from '../models/unitTrie.ts';
import type { CharsMap } from './charsMap.ts';
import type { Normalizer } from './normalizer.ts';

export interface SentencePieceNormalizerOptions {
  readonly charsMap: CharsMap | undefined;
  readonly userDefinedSymbols: readonly string[];
  readonly addDummyPrefix: boolean;
  readonly removeExtraWhitespaces: boolean;
}

const spaceMark = 0x2581;

export function createSentencePieceNormalizer(options: SentencePieceNormalizerOptions): Normalizer {
  const symbols = createUnitTrie(options.userDefinedSymbols.map((symbol, index) => [symbol, index] as const));
  const rules: Rules = { ...options, longestSymbol: (text, from) => longestKey(symbols, text, from) };
  return { normalize: (text) => rewrite(text, rules) };
}

interface Rules extends SentencePieceNormalizerOptions {
  /** End of the longest user-defined symbol at `from`, or `from`. */
  readonly longestSymbol: (text: AlignedText, from: number) => number;
}

function rewrite(text: AlignedText, rules: Rules): void {
  if (text.length === 0) return;
  const { removeExtraWhitespaces } = rules;
  let index = 0;
  if (removeExtraWhitespaces) index = skipLeadingSpaces(text, rules);
  text.beginCopy();
  if (index < text.length && rules.addDummyPrefix) text.push(spaceMark, -1, -1);
  let afterSpace = removeExtraWhitespaces;
  while (index < text.length) {
    const prefix = nextPrefix(text, index, rules);
    let replacement = prefix.replacement;
    while (afterSpace && replacement.startsWith(' ')) replacement = replacement.slice(1);
    if (replacement !== '') {
      pushReplacement(text, replacement, { start: text.starts[index]!, end: text.ends[prefix.end - 1]! });
      afterSpace = removeExtraWhitespaces && replacement.endsWith(' ');
    }
    index = prefix.end;
  }
  text.endCopy();
  if (removeExtraWhitespaces)
    while (text.length > 0 && text.units[text.length - 1] === spaceMark) text.length--;
  placeSpaceMarks(text);
}

function skipLeadingSpaces(text: AlignedText, rules: Rules): number {
  let index = 0;
  while (index < text.length) {
    const prefix = nextPrefix(text, index, rules);
    if (prefix.replacement !== ' ') break;
    index = prefix.end;
  }
  return index;
}

function nextPrefix(text: AlignedText, from: number, rules: Rules): { replacement: string; end: number } {
  const symbolEnd = rules.longestSymbol(text, from);
  if (symbolEnd > from) return { replacement: text.slice(from, symbolEnd), end: symbolEnd };
  const match = rules.charsMap?.find(text.units, from, text.length, true);
  if (match) return { replacement: match.replacement, end: from + match.matchedUnits };
  const end = from + (text.codePointAt(from) > 0xffff ? 2 : 1);
  return { replacement: text.slice(from, end), end };
}

function pushReplacement(
  text: AlignedText,
  replacement: string,
  place: { start: number; end: number },
): void {
  for (let index = 0; index < replacement.length; index++) {
    const unit = replacement.charCodeAt(index);
    if (unit === 32) text.push(spaceMark, -1, -1);
    else text.push(unit, place.start, place.end);
  }
}

/** A mark stands for the place of the character after it, as the prefix of Metaspace does. */
function placeSpaceMarks(text: AlignedText): void {
  let start = text.originalStart;
  let end = text.originalStart;
  for (let index = text.length - 1; index >= 0; index--) {
    if (text.starts[index]! < 0) {
      text.starts[index] = start;
      text.ends[index] = end;
    }
    start = text.starts[index]!;
    end = text.ends[index]!;
  }
}

function longestKey(trie: ReturnType<typeof createUnitTrie>, text: AlignedText, from: number): number {
  let node = 0;
  let end = from;
  for (let index = from; index < text.length; index++) {
    node = trie.child(node, text.units[index]!);
    if (node === 0) break;
    if (trie.values[node]! >= 0) end = index + 1;
  }
  return end;
}
