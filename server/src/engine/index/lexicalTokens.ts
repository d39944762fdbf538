// From the free text of a query to the tokens that lexical search asks for, and to the places where they stand.
// In: `how do we retry uploads`. Out: `retri`, `upload`, and their spans in any passage.

import type { Span } from '../text/span.ts';
import { findSearchWords } from './searchWords.ts';
import { stopWords } from './stopWords.ts';

export function lexicalTokens(text: string): readonly string[] {
  const found = findSearchWords(text);
  const telling = found.filter(({ token }) => !stopWords.has(token));
  const chosen = telling.length > 0 ? telling : found;
  return [...new Set(chosen.map(({ token }) => (isSingleIdeograph(token) ? `${token}*` : token)))];
}

/** Where the tokens of a query stand in a text; parts of one word, and words that touch, make one span. */
export function findHighlights(text: string, tokens: readonly string[]): readonly Span[] {
  const wanted = new Set(tokens);
  const prefixes = tokens.filter((token) => token.endsWith('*')).map((token) => token.slice(0, -1));
  const spans = findSearchWords(text)
    .filter(({ token }) => wanted.has(token) || prefixes.some((prefix) => token.startsWith(prefix)))
    .map(({ start, end }) => ({ start, end }))
    .sort((left, right) => left.start - right.start || right.end - left.end);
  const merged: Span[] = [];
  for (const span of spans) {
    const last = merged.at(-1);
    if (last && span.start <= last.end)
      merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
    else merged.push(span);
  }
  return merged;
}

/** One Chinese character alone is the beginning of a pair. */
function isSingleIdeograph(token: string): boolean {
  return /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]$/u.test(token);
}
