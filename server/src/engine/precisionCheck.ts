// Whether 8-bit integers may stand in for 32-bit floats with this model on this machine: the same texts are read both
// ways, and the answers and the times compared. In: an open model. Out: the precision for work in bulk, and why.
// Joins stations as engine.ts does. The processor decides as much as the model: without VNNI the wide range saturates, and the narrow one is tried.

import { classify } from './labels/classify.ts';
import type { ClassificationTask } from './labels/task.ts';
import { outputOfTask } from './labels/taskOutput.ts';
import type { Precision } from './model/denseLayer.ts';
import { runEncoder } from './model/runEncoder.ts';
import type { OpenModel } from './openModel.ts';
import { packBatch } from './tokens/packBatch.ts';
import { planBatches } from './tokens/planBatches.ts';
import type { TokenBatch } from './tokens/tokenBatch.ts';

export interface PrecisionTrial {
  readonly precision: Precision;
  /** Of each text's vector with that in 32-bit floats; 1 where the model makes no vectors. */
  readonly smallestCosine: number;
  readonly meanCosine: number;
  /** Points of F1 that are lost, by the task that loses most; below 0 where the estimate gained. */
  readonly f1DropPoints: number;
  /** Times faster than 32-bit floats. */
  readonly speedup: number;
  readonly passed: boolean;
}

export interface PrecisionCheck {
  /** What work in bulk is computed in. */
  readonly precision: Precision;
  readonly reason: string;
  readonly trials: readonly PrecisionTrial[];
}

export interface PrecisionCheckOptions {
  readonly texts: readonly string[];
  readonly depth: number;
  /** Runs one batch when its turn comes. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  readonly now: () => number;
}

/** Vectors must stay as near as this, every one, and labels must lose no more than this. */
export const qualityLimits = { cosine: 0.99, f1DropPoints: 0.3 };
/** Less is not worth answers that differ in the third digit. */
const smallestSpeedup = 1.15;
const candidates: readonly Precision[] = ['int8', 'int8Narrow'];

export async function checkPrecision(
  open: OpenModel,
  options: PrecisionCheckOptions,
): Promise<PrecisionCheck> {
  if (outputsOf(open).length === 0)
    return {
      precision: 'float32',
      reason: 'The model labels no single texts and makes no vectors.',
      trials: [],
    };
  const layouts = packTexts(options.texts, open);
  const reference = await readAll(open, layouts[0]!, 'float32', options);
  const trials: PrecisionTrial[] = [];
  for (const precision of candidates) {
    let trial: PrecisionTrial;
    try {
      const readings: Reading[] = [];
      for (const layout of layouts) readings.push(await readAll(open, layout, precision, options));
      trial = compare(open, options.depth, reference, readings);
    } catch {
      // A runtime without these operators, or numbers that are none: not here.
      continue;
    }
    trials.push(trial);
    if (!trial.passed) await open.model.sessions.releasePrecision(precision);
    if (trial.passed) {
      const { meanCosine, f1DropPoints, speedup } = trial;
      const numbers = `mean cosine ${meanCosine.toFixed(4)}, F1 ${(-f1DropPoints).toFixed(2)} points, ${speedup.toFixed(1)} times faster`;
      return {
        precision,
        reason: `8-bit integers answer as 32-bit floats do on this machine (${numbers}).`,
        trials,
      };
    }
  }
  return { precision: 'float32', reason: describeRefusal(trials), trials };
}

export interface BulkPrecision {
  check(): Promise<PrecisionCheck>;
  /** What `count` more texts are computed in. */
  precisionFor(count: number): Promise<Precision>;
}

/** Below this many texts a check would cost more than it brings. */
const textsBeforeCheck = 500;

/** For each depth: makes its check when it is asked for, or when enough work has come by to pay for it; once. */
export function createBulkPrecision(
  makeCheck: (depth: number) => Promise<PrecisionCheck>,
): (depth: number) => BulkPrecision {
  const known = new Map<number, BulkPrecision>();
  return (depth) => {
    // What passes with all layers has not passed with some.
    const bulk = known.get(depth) ?? createPrecisionOfDepth(() => makeCheck(depth));
    known.set(depth, bulk);
    return bulk;
  };
}

function createPrecisionOfDepth(makeCheck: () => Promise<PrecisionCheck>): BulkPrecision {
  let made: Promise<PrecisionCheck> | undefined;
  let textCount = 0;
  const check = () => {
    made ??= makeCheck().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
  return {
    check,
    async precisionFor(count) {
      textCount += count;
      if (textCount < textsBeforeCheck) return 'float32';
      return (await check()).precision;
    },
  };
}

/** The same texts in other company. */
interface Layout {
  readonly batches: readonly TokenBatch[];
  /** Of each row, batch after batch: which text it is. */
  readonly order: readonly number[];
}

/** In the order of the texts, whatever the layout. */
interface Reading {
  readonly precision: Precision;
  /** By task: rows of logits one after the other. */
  readonly logits: ReadonlyMap<ClassificationTask, Float32Array>;
  readonly vectors: Float32Array;
  readonly vectorSize: number;
  readonly elapsedMs: number;
}

function packTexts(texts: readonly string[], { tokenizer, tasks }: OpenModel): readonly Layout[] {
  const encoded = texts.map((text) => tokenizer.encode(text, { maxTokens: tasks.maxTokens }));
  return planLayouts(encoded.map(({ ids }) => ids.length)).map((plan) => ({
    order: plan.flat(),
    batches: plan.map((batch) =>
      packBatch(
        batch.map((index) => encoded[index]!),
        { padId: tokenizer.padId, multipleOf: 1 },
      ),
    ),
  }));
}

/** Read together, then sorted by length: all texts as an index hands them over, and few as at its end. */
const textsTogether = [Number.POSITIVE_INFINITY, 64, 8];
/** Has no divisor in common with any number of texts below it, so steps of it meet every text once. */
const stride = 104_729;

/**
 * 8-bit integers have one scale for a whole batch, so what a text becomes depends a little on the texts beside it. A text
 * is as good as in its worst company: each is read in several, the first of which is that of much work.
 */
export function planLayouts(lengths: readonly number[]): readonly (readonly (readonly number[])[])[] {
  return textsTogether.map((together) => {
    const isAll = together >= lengths.length;
    const order = lengths.map((_, index) => (isAll ? index : (index * stride) % lengths.length));
    const plan: (readonly number[])[] = [];
    for (let start = 0; start < order.length; start += together) {
      const part = order.slice(start, start + together);
      const limits = { maxTokensPerBatch: 512, maxRows: 128 };
      for (const batch of planBatches(
        part.map((index) => lengths[index]!),
        limits,
      ))
        plan.push(batch.map((row) => part[row]!));
    }
    return plan;
  });
}

function textTasks({ classifications }: OpenModel): readonly ClassificationTask[] {
  return classifications.filter(({ input }) => input !== 'pair');
}

/** What is compared: the logits of each task over one text, then the vector if the model makes one. */
function outputsOf(open: OpenModel) {
  return [...textTasks(open), ...(open.embedding ? [open.embedding] : [])].map(outputOfTask);
}

async function readAll(
  open: OpenModel,
  { batches, order }: Layout,
  precision: Precision,
  { depth, inTurn, now }: PrecisionCheckOptions,
): Promise<Reading> {
  const asked = textTasks(open);
  const outputs = outputsOf(open);
  const request = { depth, precision, outputs, sharedOutputs: open.taskOutputs };
  // The first run makes the session.
  await inTurn(() => runEncoder(open.model, batches[0]!, request));
  const pieces = outputs.map((): Float32Array[] => []);
  let elapsedMs = 0;
  for (const batch of batches) {
    await inTurn(async () => {
      const startedMs = now();
      const tensors = await runEncoder(open.model, batch, request);
      elapsedMs += now() - startedMs;
      tensors.forEach(({ data }, output) => {
        pieces[output]!.push(data);
      });
    });
  }
  const joined = pieces.map((parts) => inOrder(join(parts), order));
  return {
    precision,
    logits: new Map(asked.map((task, index) => [task, joined[index]!])),
    vectors: open.embedding ? joined.at(-1)! : new Float32Array(0),
    vectorSize: open.embedding?.dimensions[0] ?? 1,
    elapsedMs,
  };
}

/** The worst of all readings counts; the first one is timed. */
function compare(
  open: OpenModel,
  depth: number,
  exact: Reading,
  readings: readonly Reading[],
): PrecisionTrial {
  const trial = readings[0]!;
  const cosines = readings.flatMap((reading) => cosinesOf(exact, reading));
  const drops = readings.flatMap((reading) =>
    open.classifications.flatMap((task) => {
      const logits = exact.logits.get(task);
      return logits ? [f1Drop(task, depth, logits, reading.logits.get(task)!)] : [];
    }),
  );
  const smallestCosine = Math.min(1, ...cosines);
  const f1DropPoints = drops.length === 0 ? 0 : Math.max(...drops);
  const speedup = exact.elapsedMs / Math.max(trial.elapsedMs, 0.01);
  return {
    precision: trial.precision,
    smallestCosine,
    meanCosine: cosines.reduce((sum, cosine) => sum + cosine, 0) / Math.max(1, cosines.length),
    f1DropPoints,
    speedup,
    passed:
      smallestCosine >= qualityLimits.cosine &&
      f1DropPoints <= qualityLimits.f1DropPoints &&
      speedup >= smallestSpeedup,
  };
}

function cosinesOf(exact: Reading, trial: Reading): number[] {
  const size = exact.vectorSize;
  const cosines: number[] = [];
  for (let start = 0; start + size <= exact.vectors.length; start += size) {
    let dot = 0;
    let a = 0;
    let b = 0;
    for (let at = start; at < start + size; at++) {
      dot += exact.vectors[at]! * trial.vectors[at]!;
      a += exact.vectors[at]! ** 2;
      b += trial.vectors[at]! ** 2;
    }
    cosines.push(a * b > 0 ? dot / Math.sqrt(a * b) : 0);
  }
  return cosines;
}

/**
 * How much F1 the predictions of `trial` are expected to lose, in points. Nobody has labelled these texts for the
 * user's own label sets, so the calibrated probability of the exact model is the chance that a label holds: a label
 * that changes where the model is sure costs all of it, one on the border next to nothing.
 */
export function f1Drop(
  task: ClassificationTask,
  depth: number,
  exact: Float32Array,
  trial: Float32Array,
): number {
  const truth = classify(task, exact, depth);
  const expectedF1 = (predictions: readonly (readonly string[])[]) => {
    let hits = 0;
    let predicted = 0;
    let expected = 0;
    for (const [row, { probabilities }] of truth.entries()) {
      for (const [index, { name }] of task.labels.entries()) {
        expected += probabilities[index]!;
        if (!predictions[row]!.includes(name)) continue;
        predicted++;
        hits += probabilities[index]!;
      }
    }
    return predicted + expected > 0 ? (2 * hits) / (predicted + expected) : 1;
  };
  const before = expectedF1(truth.map((scores) => scores.predicted));
  const after = expectedF1(classify(task, trial, depth).map((scores) => scores.predicted));
  return 100 * (before - after);
}

function describeRefusal(trials: readonly PrecisionTrial[]): string {
  if (trials.length === 0) return '8-bit integers do not run here; 32-bit floats do.';
  const best = trials.reduce((a, b) => (b.smallestCosine > a.smallestCosine ? b : a));
  const { smallestCosine, f1DropPoints, speedup } = best;
  return `8-bit integers are not used on this machine: smallest cosine ${smallestCosine.toFixed(4)} (needs ${qualityLimits.cosine}), F1 ${(-f1DropPoints).toFixed(2)} points (may lose ${qualityLimits.f1DropPoints}), ${speedup.toFixed(2)} times as fast (needs ${smallestSpeedup}).`;
}

function join(parts: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** Rows as they were read → rows in the order of the texts. */
function inOrder(rows: Float32Array, order: readonly number[]): Float32Array {
  const size = rows.length / order.length;
  const sorted = new Float32Array(rows.length);
  for (const [row, text] of order.entries())
    sorted.set(rows.subarray(row * size, (row + 1) * size), text * size);
  return sorted;
}
