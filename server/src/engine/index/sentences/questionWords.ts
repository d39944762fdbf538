// The words of a question that an answer should have, and how much each tells: what few passages say tells most,
// and what none says tells that there may be no answer. In: a question, counts of the index. Out: weighed tokens.

import type { IndexStorage } from '../../storage.ts';
import { lexicalTokens } from '../lexicalTokens.ts';
import { findSearchWords, type SearchWord } from '../searchWords.ts';

export interface QuestionWord {
  /** As in `lexicalTokens`, perhaps with a `*` behind. */
  readonly token: string;
  /** As the question has it, for people. */
  readonly text: string;
  /** Logarithm of how few texts of the index have it. */
  readonly rarity: number;
  /** The same, all of one question's together being 1. */
  readonly weight: number;
  /** No passage of the index has it. */
  readonly isUnknown: boolean;
}

/** They ask for something and do not name it. */
const askingWords = new Set(
  'many much often long old kind sort exactly mean happen get work use there need 什么 怎么 为什 如何 多少'.split(
    ' ',
  ),
);

export async function weighQuestion(
  question: string,
  storage: Pick<IndexStorage, 'countTokens'>,
): Promise<readonly QuestionWord[]> {
  const found = findSearchWords(question);
  const all = lexicalTokens(question);
  const telling = all.filter((token) => !askingWords.has(token));
  const tokens = telling.length > 0 ? telling : all;
  const { texts, counts } = await storage.countTokens(tokens);
  const raw = counts.map((count) => Math.log(1 + (texts + 0.5) / (count + 0.5)));
  const sum = raw.reduce((total, one) => total + one, 0) || 1;
  return tokens.map((token, index) => ({
    token,
    text: textOf(token, found, question),
    rarity: raw[index]!,
    weight: raw[index]! / sum,
    isUnknown: counts[index] === 0,
  }));
}

function textOf(token: string, found: readonly SearchWord[], question: string): string {
  const word = found.find((one) => one.token === token.replace(/\*$/, ''));
  return word === undefined ? token : question.slice(word.start, word.end);
}

/** Of the question's weight, the part that stands among these tokens. */
export function coverage(words: readonly QuestionWord[], has: (token: string) => boolean): number {
  return words.reduce((sum, { token, weight }) => sum + (has(token) ? weight : 0), 0);
}
