// From text to the tokens of lexical search; passages and queries go through the same door, so that they meet.
// In: any text. Out: lower-case tokens with their places. `retryPolicy` gives `retrypolicy`, `retry`, `policy`;
// `搜索引擎` gives the pairs `搜索`, `索引`, `引擎` and the last character, so that each character begins a token.

import { stemWord } from './stemWord.ts';

export interface SearchWord {
  readonly token: string;
  /** Of the word or the part of it that the token stands for. */
  readonly start: number;
  readonly end: number;
}

export const wordPattern = /[\p{L}\p{M}\p{N}_$]+/gu;
const unspacedScript =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
/** `HTTPServer` → `HTTP`, `Server`; `utf8` → `utf`, `8`; `snake_case` → `snake`, `case`. */
const partPattern = /\p{Lu}+(?!\p{Ll})\p{M}*|\p{Lu}?[\p{Ll}\p{Lo}\p{Lm}\p{Lt}\p{M}]+|\p{N}+/gu;

/** Longer runs are data, not words; nobody types them. */
const maxTokenLength = 64;

export function findSearchWords(text: string): readonly SearchWord[] {
  const found: SearchWord[] = [];
  for (const match of text.matchAll(wordPattern)) {
    const word = match[0];
    if (/^[a-z]+$/.test(word)) add(found, word, match.index, match.index + word.length);
    else if (unspacedScript.test(word)) addPairs(found, word, match.index);
    else addParts(found, word, match.index);
  }
  return found;
}

/** The tokens alone, with spaces between: what a store keeps. For many texts see tokenDictionary.ts. */
export function toSearchTokens(text: string): string {
  return findSearchWords(text)
    .map(({ token }) => token)
    .join(' ');
}

function addParts(found: SearchWord[], word: string, start: number): void {
  const parts = [...word.matchAll(partPattern)];
  for (const part of parts) {
    add(found, part[0], start + part.index, start + part.index + part[0].length);
  }
  if (parts.length > 1) {
    const whole = parts.map((part) => part[0]).join('');
    add(found, whole, start, start + word.length);
  }
}

/** Scripts without spaces: every two neighbours make a token, and what stands between them goes its usual way. */
function addPairs(found: SearchWord[], word: string, start: number): void {
  const characters = [...word.matchAll(/\P{M}\p{M}*/gu)];
  let other = '';
  let otherStart = 0;
  const flush = () => {
    if (other !== '') addParts(found, other, start + otherStart);
    other = '';
  };
  for (const [index, match] of characters.entries()) {
    const [character] = match;
    if (!unspacedScript.test(character)) {
      if (other === '') otherStart = match.index;
      other += character;
      continue;
    }
    flush();
    const next = characters[index + 1]?.[0];
    const pair = next !== undefined && unspacedScript.test(next) ? character + next : character;
    add(found, pair, start + match.index, start + match.index + pair.length);
  }
  flush();
}

function add(found: SearchWord[], word: string, start: number, end: number): void {
  if (word.length > maxTokenLength) return;
  found.push({ token: stemWord(fold(word)), start, end });
}

/** Case, width and accents do not keep a word from being found. */
function fold(word: string): string {
  if (/^[\x21-\x7e]+$/.test(word)) return word.toLowerCase();
  return (
    word
      .normalize('NFKD')
      .replace(/(?<=[\p{Script=Latin}\p{Script=Greek}])\p{M}+/gu, '')
      // Marks that stand alone come apart into a space and the mark.
      .replace(/\s+/gu, '')
      .normalize('NFC')
      .toLowerCase()
  );
}
