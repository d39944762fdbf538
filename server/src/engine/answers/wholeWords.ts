// Tokens are pieces of words, but an answer should not begin or end inside of one. Pure.

import type { Span } from '../text/span.ts';

/** Scripts written without spaces have no word to complete: their signs stay apart. */
const wordCharacter = /^[\p{L}\p{N}\p{M}_]$/u;
const unspaced =
  /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]$/u;
const mark = /^\p{M}$/u;

/**
 * White space at the ends is taken off, and a word that is cut becomes whole: `widenToWords('a session id', 4..9)` is
 * the span of `session`. Never splits a surrogate pair, nor a letter from its accent.
 */
export function widenToWords(text: string, span: Span): Span {
  let { start, end } = span;
  while (start < end && text.slice(start, start + 1).trim() === '') start++;
  while (end > start && text.slice(end - 1, end).trim() === '') end--;
  if (start === end) return { start, end };
  if (isInsidePair(text, start)) start--;
  if (isInsidePair(text, end)) end++;
  for (let before = characterBefore(text, start); ; before = characterBefore(text, start)) {
    if (!belongTogether(before, characterAt(text, start))) break;
    start -= before.length;
  }
  for (let after = characterAt(text, end); ; after = characterAt(text, end)) {
    if (!belongTogether(characterBefore(text, end), after)) break;
    end += after.length;
  }
  return { start, end };
}

function belongTogether(left: string, right: string): boolean {
  if (left === '' || right === '') return false;
  if (mark.test(right)) return true;
  return isSpacedWord(left) && isSpacedWord(right);
}

function isSpacedWord(character: string): boolean {
  return wordCharacter.test(character) && !unspaced.test(character);
}

function characterAt(text: string, offset: number): string {
  const code = text.codePointAt(offset);
  return code === undefined ? '' : String.fromCodePoint(code);
}

function characterBefore(text: string, offset: number): string {
  if (offset <= 0) return '';
  return characterAt(text, isInsidePair(text, offset - 1) ? offset - 2 : offset - 1);
}

function isInsidePair(text: string, offset: number): boolean {
  return isHigh(text.charCodeAt(offset - 1)) && isLow(text.charCodeAt(offset));
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}
