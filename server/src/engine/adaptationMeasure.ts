// What a model is worth in a workspace, before and after it was adapted: how well it finds a comment by the name of what
// it documents, how often its labels are what people say, and whether it still says of other texts what it said.
// In: the files of a model, held-out passages, labelled texts. Out: numbers, and whether the new ones are worse.

import type { Cancellation } from './cancellation.ts';
import { createEngine, type Engine, type TextInput } from './engine.ts';
import { type ClassificationTask, isClassification } from './labels/task.ts';
import { silentLogger } from './log.ts';
import type { ModelFiles } from './model/modelFolder.ts';
import type { AdaptationTexts } from './training/adaptationTexts.ts';
import { isFindable, wordsOfName } from './training/documentedNames.ts';
import type { LabelledLine } from './training/labelledLines.ts';
import { measureAnswers } from './training/testMeasure.ts';

/** By the name of the task. */
export type LabelledTexts = Readonly<
  Record<string, readonly Pick<LabelledLine, 'text' | 'context' | 'labels'>[]>
>;

export interface SearchMeasure {
  /** Mean of one over the rank of the right passage. */
  readonly mrr: number;
  /** Names that were searched for; all are of held-out passages. */
  readonly queries: number;
  /** Passages among which the right one had to be found. */
  readonly passages: number;
}

export interface LabelMeasure {
  readonly macroF1: number;
  readonly texts: number;
}

export interface GuessMeasure {
  readonly loss: number;
  readonly accuracy: number;
  readonly count: number;
}

export interface AdaptationMeasures {
  /** Hidden words of held-out passages. */
  readonly words: GuessMeasure;
  /** Order of two parts of held-out passages; `undefined` where none has two sentences. */
  readonly order: GuessMeasure | undefined;
  /** `undefined` where the model makes no vectors, or too few passages document something. */
  readonly search: SearchMeasure | undefined;
  /** By task, on texts that people labelled. */
  readonly labels: Readonly<Record<string, LabelMeasure>>;
}

/** What one model says; two of them are compared. */
export interface ModelAnswers {
  readonly search: SearchMeasure | undefined;
  readonly labels: Readonly<Record<string, LabelMeasure>>;
  /** By task: every decision about each held-out passage; with several labels, each of them is one. */
  readonly said: Readonly<Record<string, readonly string[]>>;
}

/** With fewer names a rank says nothing. */
const fewestQueries = 10;
/** Scanning all is quadratic; more names say nothing new. */
const maxQueries = 1_000;
const maxPool = 5_000;

export async function askAdapted(
  files: ModelFiles,
  asked: { readonly texts: AdaptationTexts; readonly labelled: LabelledTexts },
  options: { readonly threads: number; readonly now: () => number },
  cancellation: Cancellation,
): Promise<ModelAnswers> {
  const engine = await createEngine({ files, device: 'cpu', logger: silentLogger, ...options });
  try {
    const { tasks } = (await engine.modelInfo()).tasks;
    const classifications = tasks.filter(isClassification);
    const hasVectors = tasks.some(({ kind }) => kind === 'embedding');
    return {
      search: hasVectors ? await measureSearch(engine, asked.texts, cancellation) : undefined,
      labels: await measureLabels(engine, classifications, asked.labelled, cancellation),
      said: await readSaid(engine, classifications, asked.texts, cancellation),
    };
  } finally {
    await engine.dispose();
  }
}

const work = { priority: 'background' } as const;

async function measureSearch(
  engine: Engine,
  { training, heldOut }: AdaptationTexts,
  cancellation: Cancellation,
): Promise<SearchMeasure | undefined> {
  const queries = heldOut.flat().filter(isFindable).slice(0, maxQueries);
  if (queries.length < fewestQueries) return undefined;
  const others = training.flat().filter(isFindable);
  const pool = [...queries, ...others].slice(0, maxPool);
  const vectors = await engine.embed(
    pool.map(({ text }) => text),
    work,
    cancellation,
  );
  const names = await engine.embed(
    queries.map(({ symbol }) => wordsOfName(symbol!)),
    work,
    cancellation,
  );
  const sum = names.reduce((total, name, index) => total + 1 / rankOf(name, vectors, index), 0);
  return { mrr: sum / queries.length, queries: queries.length, passages: pool.length };
}

function rankOf(query: Float32Array, vectors: readonly Float32Array[], right: number): number {
  const similarity = (vector: Float32Array) =>
    vector.reduce((sum, value, index) => sum + value * query[index]!, 0);
  const wanted = similarity(vectors[right]!);
  return 1 + vectors.filter((vector, index) => index !== right && similarity(vector) >= wanted).length;
}

async function measureLabels(
  engine: Engine,
  tasks: readonly ClassificationTask[],
  labelled: LabelledTexts,
  cancellation: Cancellation,
): Promise<Readonly<Record<string, LabelMeasure>>> {
  const measures: Record<string, LabelMeasure> = {};
  for (const { name, kind, labels, input } of tasks) {
    const names = labels.map((label) => label.name);
    const rows = (labelled[name] ?? []).filter(
      (row) =>
        row.labels.every((label) => names.includes(label)) &&
        (kind === 'multiLabel' || row.labels.length === 1) &&
        (input !== 'pair' || row.context !== undefined),
    );
    if (rows.length === 0) continue;
    const inputs = rows.map(
      ({ text, context }): TextInput => (context === undefined ? { text } : { text, context }),
    );
    const answers = await engine.classify(name, inputs, work, cancellation);
    const { macroF1 } = measureAnswers({
      names,
      several: kind === 'multiLabel',
      truths: rows.map((row) => row.labels),
      answers: answers.map(({ predicted, probabilities }) => ({
        predicted,
        probabilities: [...probabilities],
      })),
    });
    measures[name] = { macroF1, texts: rows.length };
  }
  return measures;
}

async function readSaid(
  engine: Engine,
  tasks: readonly ClassificationTask[],
  { heldOut }: AdaptationTexts,
  cancellation: Cancellation,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const inputs = heldOut.flat().map(({ text }) => ({ text }));
  const said: Record<string, readonly string[]> = {};
  for (const { name, input, kind, labels } of tasks) {
    if (input === 'pair') continue;
    const answers = await engine.classify(name, inputs, work, cancellation);
    said[name] = answers.flatMap(({ predicted }) =>
      kind === 'singleLabel' ? predicted : labels.map((label) => String(predicted.includes(label.name))),
    );
  }
  return said;
}

export type WorseReason =
  | { readonly kind: 'words' }
  | { readonly kind: 'search'; readonly before: number; readonly after: number }
  | { readonly kind: 'labels'; readonly task: string; readonly before: number; readonly after: number }
  /** Share of the decisions about a task that changed, where no label tells which are right. */
  | { readonly kind: 'decisions'; readonly task: string; readonly changed: number };

export interface Verdict {
  readonly isKept: boolean;
  /** What got worse. */
  readonly reasons: readonly WorseReason[];
  /** Share of the decisions about held-out passages that are as before, by task. */
  readonly agreement: Readonly<Record<string, number>>;
}

/** What measuring the same thing on other texts moves anyway. */
const tolerance = 0.01;
/** Where no label tells which of two answers is right, the new model may not change more of them than this. */
const leastAgreement = 0.9;

export function judge(
  before: AdaptationMeasures & ModelAnswers,
  after: AdaptationMeasures & ModelAnswers,
): Verdict {
  const agreement = Object.fromEntries(
    Object.entries(before.said).map(([task, answers]) => {
      const equal = answers.filter((answer, index) => answer === after.said[task]?.[index]).length;
      return [task, equal / Math.max(1, answers.length)];
    }),
  );
  const reasons: WorseReason[] = [];
  if (after.words.loss >= before.words.loss) reasons.push({ kind: 'words' });
  if (before.search && after.search && after.search.mrr < before.search.mrr - tolerance) {
    reasons.push({ kind: 'search', before: before.search.mrr, after: after.search.mrr });
  }
  for (const [task, was] of Object.entries(before.labels)) {
    const is = after.labels[task];
    if (is && is.macroF1 < was.macroF1 - tolerance) {
      reasons.push({ kind: 'labels', task, before: was.macroF1, after: is.macroF1 });
    }
  }
  for (const [task, share] of Object.entries(agreement)) {
    if (before.labels[task] === undefined && share < leastAgreement) {
      reasons.push({ kind: 'decisions', task, changed: 1 - share });
    }
  }
  return { isKept: reasons.length === 0, reasons, agreement };
}
