// A question answered with the words of the workspace: passages are found, their sentences are judged, and the best one
// is the answer, verbatim, if it is sure enough. In: a question. Out: the sentence with its place, or why there is none.
// A model with a head for answers marks the part of the sentence that says it.

import { type Cancellation, throwIfCancelled } from '../cancellation.ts';
import type { Span } from '../text/span.ts';
import type { FileReading } from './fileReading.ts';
import type { IndexModel } from './indexModel.ts';
import type { SearchContext } from './searchPassages.ts';
import { chooseSentence, weightsFor } from './sentences/chooseSentence.ts';
import { collectCandidates } from './sentences/collectCandidates.ts';
import { sentenceFeatures } from './sentences/sentenceFeatures.ts';
import type { AnswerResult, SearchHit } from './workspaceIndex.ts';

export interface AnswerContext extends SearchContext {
  /** Absent: words alone decide. */
  readonly model: Pick<IndexModel, 'encodeQuery' | 'encodeSentences'> | undefined;
  /** Absent: the model has no head that marks the answer in a sentence. */
  readonly spanModel: Pick<IndexModel, 'answer'> | undefined;
  readonly reading: Pick<FileReading, 'locate'>;
}

export async function answerQuestion(
  question: string,
  context: AnswerContext,
  cancellation: Cancellation,
): Promise<AnswerResult> {
  const candidates = await collectCandidates(
    question,
    { ...context, sentenceModel: context.model },
    cancellation,
  );
  const { hits, words, sentences, passages } = candidates;
  const weights = weightsFor(candidates.cosines !== undefined);
  const chosen = chooseSentence(sentences, sentenceFeatures(candidates), weights);
  if (!chosen || chosen.probability < weights.threshold) {
    const unknownWords = [...new Set(words.filter((word) => word.isUnknown).map(({ text }) => text))];
    const none = { unknownWords, surest: chosen?.probability, needed: weights.threshold };
    return { answer: undefined, none, read: hits.filter(isNear), problem: undefined };
  }
  const { passage, span: sentence } = sentences[chosen.sentence]!;
  const { hit } = passages[passage]!;
  const answer = {
    hit,
    span: await markAnswer(question, { hit, sentence }, context, cancellation),
    sentence,
    source: await context.reading.locate(hit, sentence),
    score: chosen.probability,
  };
  throwIfCancelled(cancellation);
  return { answer, none: undefined, read: passages.map((one) => one.hit), problem: undefined };
}

/** Something is always nearest by meaning, even to a question about something else. */
const nearestByMeaning = 5;

function isNear({ lexicalRank, vectorRank }: SearchHit): boolean {
  return lexicalRank !== undefined || vectorRank === undefined || vectorRank <= nearestByMeaning;
}

/** The words of the sentence that say it, as far as a model can tell; otherwise the whole sentence. */
async function markAnswer(
  question: string,
  { hit, sentence }: { readonly hit: SearchHit; readonly sentence: Span },
  { spanModel }: AnswerContext,
  cancellation: Cancellation,
): Promise<Span> {
  if (!spanModel) return sentence;
  const text = hit.text.slice(sentence.start, sentence.end);
  const [found] = await spanModel.answer(question, [text], cancellation);
  if (!found) return sentence;
  return { start: sentence.start + found.span.start, end: sentence.start + found.span.end };
}
