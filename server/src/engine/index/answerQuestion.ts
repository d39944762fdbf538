// A question answered with the words of the workspace: passages are found, the model reads the best of them, and the
// answer is the part it points at, verbatim. In: a question. Out: the answer with its sentence, or none.

import { type Cancellation, throwIfCancelled } from '../cancellation.ts';
import type { FoundAnswer, IndexModel } from './indexModel.ts';
import { type SearchContext, searchPassages } from './searchPassages.ts';
import { sentenceAround } from './sentenceAround.ts';
import type { AnswerResult } from './workspaceIndex.ts';

export interface AnswerContext extends SearchContext {
  /** Absent: the model cannot answer. */
  readonly model: IndexModel | undefined;
}

/** Passages that the model reads for one question. */
const readCount = 8;

export async function answerQuestion(
  question: string,
  context: AnswerContext,
  cancellation: Cancellation,
): Promise<AnswerResult> {
  const { hits } = await searchPassages({ text: question, count: readCount }, context, cancellation);
  if (!context.model) {
    const problem = 'The model has no head that answers questions; search finds the passages instead.';
    return { answer: undefined, read: hits, problem };
  }
  throwIfCancelled(cancellation);
  const texts = hits.map((hit) => hit.text);
  const found = texts.length === 0 ? [] : await context.model.answer(question, texts, cancellation);
  const best = chooseAnswer(found);
  if (!best) return { answer: undefined, read: hits, problem: undefined };
  const hit = hits[best.context]!;
  const answer = { hit, span: best.span, sentence: sentenceAround(hit.text, best.span), score: best.score };
  return { answer, read: hits, problem: undefined };
}

/** How much less an answer counts for each passage that search found more fitting. */
const rankDiscount = 0.97;

/** The surest; among answers that are about as sure, the one of the passage that search put first. */
export function chooseAnswer(found: readonly FoundAnswer[]): FoundAnswer | undefined {
  const worth = ({ score, context }: FoundAnswer) => score * rankDiscount ** context;
  return found.reduce<FoundAnswer | undefined>(
    (best, one) => (best === undefined || worth(one) > worth(best) ? one : best),
    undefined,
  );
}
