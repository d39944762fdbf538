// How good the weights of this moment are on texts that are not trained on.
// In: the validation graph's session, weights, examples. Out: losses, metrics of every objective over labels, and how
// many hidden words and orders were guessed.

import type { Cancellation } from '../cancellation.ts';
import { throwIfCancelled } from '../cancellation.ts';
import type { ModelSession } from '../model/session.ts';
import type { PackTexts } from './batchFeeds.ts';
import { buildFeeds } from './batchFeeds.ts';
import type { Unit } from './batchPlan.ts';
import { splitIntoRuns } from './batchPlan.ts';
import { chooseThresholds } from './calibrate.ts';
import type { Guesses, ValidationReport } from './epochReport.ts';
import type { FlatArray } from './flatParameters.ts';
import { parameterFeeds } from './flatParameters.ts';
import type { ClassificationMetrics } from './metrics.ts';
import { computeMetrics } from './metrics.ts';
import type { LabelObjective, Objective } from './objective.ts';
import { logitsOutput, lossOutput, targetInput } from './objective.ts';
import { toProbabilities } from './probabilities.ts';
import type { TrainingExample } from './targets.ts';
import { countTargets } from './targets.ts';
import type { TrainingGraph } from './trainingGraph.ts';

export interface ValidationInput {
  readonly session: ModelSession;
  readonly graph: Pick<TrainingGraph, 'layout' | 'objectives'>;
  readonly weights: FlatArray;
  readonly examples: readonly TrainingExample[];
  /** Groups of examples that are compared with each other. */
  readonly units: readonly Unit[];
  readonly hiddenSize: number;
  readonly maxTokensPerRun: number;
  readonly pack: PackTexts;
}

/** What a model says about texts, before it becomes a decision. */
export interface Predicted {
  readonly lossByObjective: Readonly<Record<string, number>>;
  /** Row-major [examples, C], in the order of the examples, for every objective over labels. */
  readonly logits: ReadonlyMap<LabelObjective, Float32Array>;
  readonly guesses: Readonly<Record<string, Guesses>>;
}

/** @throws CancelledError between two runs. */
export async function validate(
  input: ValidationInput,
  cancellation: Cancellation,
): Promise<ValidationReport> {
  const { lossByObjective, logits, guesses } = await predict(input, cancellation);
  const metrics = Object.fromEntries(
    [...logits].map(([objective, all]) => [objective.name, metricsOf(objective, all, input.examples)]),
  );
  return { ...summarize(lossByObjective, metrics), guesses };
}

/** @throws CancelledError between two runs. */
export async function predict(input: ValidationInput, cancellation: Cancellation): Promise<Predicted> {
  const { examples, hiddenSize, pack } = input;
  const { objectives, layout } = input.graph;
  const labelled = objectives.filter(isOverLabels);
  const guessed = objectives.filter(({ kind }) => kind === 'words' || kind === 'order');
  const guesses = new Map(guessed.map(({ name }) => [name, { right: 0, count: 0 }]));
  const counts = new Map(objectives.map((objective) => [objective, countTargets(objective, examples)]));
  const losses = new Map(objectives.map((objective) => [objective.name, 0]));
  const logits = new Map(
    labelled.map((objective) => [objective, new Float32Array(examples.length * objective.labelCount)]),
  );
  const parameters = parameterFeeds(layout, input.weights);
  const names = [...objectives.map(lossOutput), ...[...labelled, ...guessed].map(logitsOutput)];
  const lengths = examples.map(({ text }) => text.ids.length);
  for (const run of splitIntoRuns(input.units, lengths, input.maxTokensPerRun)) {
    throwIfCancelled(cancellation);
    const texts = run.map((index) => examples[index]!);
    const feeds = buildFeeds(texts, { objectives, counts, hiddenSize, pack });
    const results = await input.session.run({ ...feeds, ...parameters }, names);
    for (const objective of objectives) {
      const loss = results[lossOutput(objective)]!.data[0]!;
      losses.set(objective.name, losses.get(objective.name)! + loss);
    }
    for (const objective of guessed) {
      const target = feeds[targetInput(objective)]!.data as Float32Array;
      addGuesses(guesses.get(objective.name)!, target, results[logitsOutput(objective)]!);
    }
    for (const [objective, all] of logits) {
      const { data } = results[logitsOutput(objective)]!;
      const width = objective.labelCount;
      run.forEach((index, row) => {
        all.set(data.subarray(row * width, (row + 1) * width), index * width);
      });
    }
  }
  return { lossByObjective: Object.fromEntries(losses), logits, guesses: Object.fromEntries(guesses) };
}

/** A row whose target is nothing but zeros asks for no guess. */
function addGuesses(
  sum: { right: number; count: number },
  target: Float32Array,
  logits: { readonly data: Float32Array; readonly shape: readonly number[] },
): void {
  const [rowCount, width] = logits.shape as [number, number];
  for (let row = 0; row < rowCount; row++) {
    const wanted = target.subarray(row * width, (row + 1) * width);
    if (wanted.every((one) => one === 0)) continue;
    sum.count++;
    if (greatest(wanted) === greatest(logits.data.subarray(row * width, (row + 1) * width))) sum.right++;
  }
}

function greatest(values: Float32Array): number {
  let found = 0;
  for (let index = 1; index < values.length; index++) if (values[index]! > values[found]!) found = index;
  return found;
}

function summarize(
  lossByObjective: Readonly<Record<string, number>>,
  metrics: Readonly<Record<string, ClassificationMetrics>>,
): Omit<ValidationReport, 'guesses'> {
  const loss = Object.values(lossByObjective).reduce((sum, one) => sum + one, 0);
  // A task that no text has an answer for, such as one that is only kept from being forgotten, has no say.
  const scores = Object.values(metrics)
    .filter(({ count }) => count > 0)
    .map(({ macro }) => macro.f1);
  const score = scores.length > 0 ? scores.reduce((sum, one) => sum + one, 0) / scores.length : -loss;
  return { loss, lossByObjective, metrics, score };
}

/** With the thresholds that these texts would give: what epochs are compared by is what the model can tell apart. */
function metricsOf(
  objective: LabelObjective,
  logits: Float32Array,
  examples: readonly TrainingExample[],
): ClassificationMetrics {
  const { kind, labelCount } = objective;
  const truths = truthsOf(objective, examples);
  return computeMetrics({
    kind,
    labelCount,
    probabilities: toProbabilities(logits, { kind, labelCount, temperature: 1 }),
    truths,
    thresholds: chooseThresholds({ kind, labelCount, logits, truths }, 1),
  });
}

/** Row-major [examples, C]; NaN in the rows of texts without an answer. */
export function truthsOf(
  { name, labelCount }: LabelObjective,
  examples: readonly TrainingExample[],
): Float32Array {
  const truths = new Float32Array(examples.length * labelCount).fill(Number.NaN);
  examples.forEach(({ targets }, index) => {
    const target = targets[name];
    if (target) truths.set(target, index * labelCount);
  });
  return truths;
}

function isOverLabels(objective: Objective): objective is LabelObjective {
  return objective.kind === 'singleLabel' || objective.kind === 'multiLabel';
}
