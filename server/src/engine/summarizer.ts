// What a document is about, by the model's vectors. In: a source file. Out: its key sentences and key phrases with
// their places. Joins stations as engine.ts does: passages → sentences and phrases → vectors → choice.

import type { Cancellation } from './cancellation.ts';
import type { Engine, WorkOptions } from './engine.ts';
import type { LabelScores } from './labels/task.ts';
import { extractPassages } from './passages/extractPassages.ts';
import type { Passage, PassageKind } from './passages/passage.ts';
import { choosePhrases, preselectPhrases } from './summaries/choosePhrases.ts';
import { chooseSentences } from './summaries/chooseSentences.ts';
import { collectSentences, type Sentence } from './summaries/collectSentences.ts';
import { findPhrases } from './summaries/findPhrases.ts';
import { isSummarized } from './summaries/isSummarized.ts';
import type { Summary } from './summaries/summary.ts';
import type { SourceFile } from './text/sourceFile.ts';

export interface SummaryOptions extends WorkOptions {
  readonly sentenceCount: number;
  readonly phraseCount: number;
}

const maxSentencesForPhrases = 400;

/** @param engine for vectors and labels; both come from its cache where they are known */
export async function summarizeFile(
  file: SourceFile,
  options: SummaryOptions,
  engine: Pick<Engine, 'embed' | 'labelPassages'>,
  cancellation: Cancellation,
): Promise<Summary> {
  const { sentenceCount, phraseCount } = options;
  const work = workOf(options);
  const { passages } = extractPassages(file);
  const scores = await scoreComments(passages, work, engine, cancellation);
  const sentences = collectSentences(passages, scores);
  const read = sentenceCount > 0 ? sentences : thinEvenly(sentences);
  const vectors = await engine.embed(textsOf(read), work, cancellation);
  const central = sentenceCount > 0 ? chooseSentences(sentences, vectors, sentenceCount) : [];
  if (phraseCount === 0) return { sentences: central, phrases: [] };

  const subject = passages.filter((_, index) => isSummarized(scores[index]!));
  const candidates = preselectPhrases(
    findPhrases(subject.map(({ text, kind }) => ({ text, isHeading: kind === 'heading' }))),
  );
  const phraseVectors = await engine.embed(textsOf(candidates), work, cancellation);
  // A file of headings alone has phrases and no sentences.
  const document = meanOf(vectors.length > 0 ? vectors : phraseVectors);
  return {
    sentences: central,
    phrases: choosePhrases(candidates, phraseVectors, { document, count: phraseCount }),
  };
}

/** The labels of comments alone: prose holds neither licences nor code that was switched off. */
async function scoreComments(
  passages: readonly Passage[],
  work: WorkOptions,
  engine: Pick<Engine, 'labelPassages'>,
  cancellation: Cancellation,
): Promise<readonly (readonly LabelScores[])[]> {
  const isComment = ({ kind }: Passage) => commentKinds.has(kind);
  const labelled = await engine.labelPassages(passages.filter(isComment), work, cancellation);
  let next = 0;
  return passages.map((passage) => (isComment(passage) ? labelled[next++]!.scores : []));
}

const commentKinds: ReadonlySet<PassageKind> = new Set(['line', 'block', 'doc', 'docstring']);

/** Sentences from all over a long document: enough to know what it is about as a whole. */
function thinEvenly(sentences: readonly Sentence[]): readonly Sentence[] {
  const strong = sentences.filter(({ isStrong }) => isStrong);
  const all = strong.length > 0 ? strong : sentences;
  const step = Math.max(1, all.length / maxSentencesForPhrases);
  return Array.from({ length: Math.floor(all.length / step) }, (_, index) => all[Math.floor(index * step)]!);
}

/** Unit length, or nothing where there are no vectors. */
function meanOf(vectors: readonly Float32Array[]): Float32Array {
  const sum = new Float32Array(vectors[0]?.length ?? 0);
  for (const vector of vectors) for (const [axis, value] of vector.entries()) sum[axis]! += value;
  const length = Math.hypot(...sum);
  return length > 0 ? sum.map((value) => value / length) : sum;
}

function workOf({ priority, depth }: SummaryOptions): WorkOptions {
  return { priority, ...(depth !== undefined && { depth }) };
}

function textsOf(items: readonly { readonly text: string }[]): readonly string[] {
  return items.map(({ text }) => text);
}
