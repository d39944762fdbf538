// The sentences among which an answer is looked for. In: passages that search found, best first. Out: sentences with
// their place in the passage's text, at most as many as the model reads at once while somebody waits.

import type { Span } from '../../text/span.ts';
import { splitSentences } from '../../text/splitSentences.ts';
import { findSearchWords } from '../searchWords.ts';
import type { SearchHit } from '../workspaceIndex.ts';
import { coverage, type QuestionWord } from './questionWords.ts';

export interface CandidatePassage {
  readonly hit: SearchHit;
  /** Tokens of what it documents and of the titles around it. */
  readonly names: ReadonlySet<string>;
  /** Of its vector with the question's; absent where the model has not read it. */
  readonly cosine: number | undefined;
}

export interface CandidateSentence {
  /** Index of its passage. */
  readonly passage: number;
  /** In the text of the passage. */
  readonly span: Span;
  readonly text: string;
  /** In their order in the text. */
  readonly tokens: readonly string[];
  /** Among the sentences of its passage, from zero. */
  readonly position: number;
}

/** The model reads so many in about a quarter of a second. */
export const mostSentences = 60;
/** A licence or a list of a thousand items would take the place of everything else. */
const mostOfPassage = 24;

export function pickSentences(
  words: readonly QuestionWord[],
  passages: readonly CandidatePassage[],
): readonly CandidateSentence[] {
  const all = passages.flatMap(({ hit }, passage) => {
    const own = splitSentences(hit.text)
      .map((span, position): CandidateSentence => {
        const text = hit.text.slice(span.start, span.end);
        const tokens = findSearchWords(text).map(({ token }) => token);
        return { passage, span, text, tokens, position };
      })
      .filter(({ tokens }) => tokens.length > 0);
    return keepBest(own, mostOfPassage, (sentence) => promise(sentence, words));
  });
  return keepBest(all, mostSentences, (sentence) => promise(sentence, words) - 0.05 * sentence.passage);
}

/** What can be told without the model: words of the question, and the beginning, where a passage says what it is. */
function promise({ tokens, position }: CandidateSentence, words: readonly QuestionWord[]): number {
  const own = new Set(tokens);
  return coverage(words, (token) => hasToken(own, token)) + (position === 0 ? 0.2 : 0);
}

/** The best by `worth`, in their order. */
function keepBest<T>(all: readonly T[], count: number, worth: (one: T) => number): readonly T[] {
  if (all.length <= count) return all;
  const ranked = all.map((one, index) => ({ one, index, worth: worth(one) }));
  const best = ranked.sort((left, right) => right.worth - left.worth || left.index - right.index);
  return best
    .slice(0, count)
    .sort((left, right) => left.index - right.index)
    .map(({ one }) => one);
}

/** A token with a `*` behind stands for its beginning. */
export function hasToken(tokens: ReadonlySet<string>, token: string): boolean {
  if (!token.endsWith('*')) return tokens.has(token);
  const beginning = token.slice(0, -1);
  return [...tokens].some((one) => one.startsWith(beginning));
}
