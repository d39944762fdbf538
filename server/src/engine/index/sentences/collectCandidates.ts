// From a question to everything its answer is chosen by. In: a question as typed, filters included; the index. Out: the
// passages that search found, their sentences, and how near each is to the question.
// A passage may be longer than what the model reads at once: its sentences are read one by one, and a sentence that is
// too long itself in windows that overlap.

import { type Cancellation, throwIfCancelled } from '../../cancellation.ts';
import type { IndexModel } from '../indexModel.ts';
import { parseQuery } from '../parseQuery.ts';
import { type SearchContext, searchPassages } from '../searchPassages.ts';
import { dotProduct } from '../vectorTier.ts';
import type { SearchHit } from '../workspaceIndex.ts';
import { type CandidatePassage, type CandidateSentence, pickSentences } from './pickSentences.ts';
import { weighQuestion } from './questionWords.ts';
import type { ScoredQuestion } from './sentenceFeatures.ts';

export interface CandidateContext extends SearchContext {
  /** Absent: words alone decide. */
  readonly sentenceModel: Pick<IndexModel, 'encodeQuery' | 'encodeSentences'> | undefined;
}

export interface Candidates extends ScoredQuestion {
  /** What search found, best first, headings among it. */
  readonly hits: readonly SearchHit[];
}

const hitCount = 30;
/** Passages whose sentences are read. */
const passageCount = 10;
/** A title asks or announces; what answers stands below it, and is found by it. */
const titleKinds: ReadonlySet<string> = new Set(['heading']);

export async function collectCandidates(
  typed: string,
  context: CandidateContext,
  cancellation: Cancellation,
): Promise<Candidates> {
  const question = parseQuery(typed, context.vocabulary).text;
  const { hits } = await searchPassages({ text: typed, count: hitCount }, context, cancellation);
  throwIfCancelled(cancellation);
  const words = await weighQuestion(question, context.storage);
  const chosen = hits.filter(({ kind }) => !titleKinds.has(kind)).slice(0, passageCount);
  const { sentenceModel } = context;
  const vector = sentenceModel && (await sentenceModel.encodeQuery(question, cancellation));
  const passages = await describePassages(chosen, vector, context);
  throwIfCancelled(cancellation);
  // Filters alone list passages, but ask nothing.
  const sentences = words.length === 0 ? [] : pickSentences(words, passages);
  const cosines =
    vector &&
    (await compareSentences(vector, sentences, (texts) =>
      sentenceModel.encodeSentences(texts, cancellation),
    ));
  throwIfCancelled(cancellation);
  return { question, words, passages, sentences, cosines, hits };
}

async function describePassages(
  hits: readonly SearchHit[],
  vector: Float32Array | undefined,
  { storage, meaning }: SearchContext,
): Promise<readonly CandidatePassage[]> {
  const ids = await Promise.all(hits.map(({ id }) => storage.findText(id)));
  const known = ids.filter((id) => id !== undefined);
  const texts = new Map((await storage.texts(known)).map((text) => [text.id, text]));
  const vectors = vector && meaning ? await storage.vectors(meaning.tier.space, known) : undefined;
  return hits.map((hit, index): CandidatePassage => {
    const id = ids[index];
    const text = id === undefined ? undefined : texts.get(id);
    const own = id === undefined ? undefined : vectors?.get(id);
    return {
      hit,
      names: new Set(text?.names.split(' ').filter((name) => name !== '')),
      cosine: own && vector && dotProduct(own, vector),
    };
  });
}

/** What the model reads at once, at most about 128 tokens, and how far the next window begins behind. */
const windowLength = 420;
const windowStep = 300;
const mostWindows = 3;

/** The nearest window of each sentence counts. */
async function compareSentences(
  vector: Float32Array,
  sentences: readonly CandidateSentence[],
  encode: (texts: readonly string[]) => Promise<readonly Float32Array[]>,
): Promise<readonly number[]> {
  const windows = sentences.flatMap(({ text }, sentence) =>
    windowsOf(text).map((window) => ({ sentence, window })),
  );
  const vectors = windows.length === 0 ? [] : await encode(windows.map(({ window }) => window));
  const best = sentences.map(() => -1);
  for (const [index, { sentence }] of windows.entries()) {
    best[sentence] = Math.max(best[sentence]!, dotProduct(vector, vectors[index]!));
  }
  return best;
}

export function windowsOf(text: string): readonly string[] {
  if (text.length <= windowLength) return [text];
  const count = Math.min(mostWindows, 1 + Math.ceil((text.length - windowLength) / windowStep));
  return Array.from({ length: count }, (_, index) =>
    text.slice(index * windowStep, index * windowStep + windowLength),
  );
}
