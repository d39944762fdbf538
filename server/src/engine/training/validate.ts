// How good the weights of this moment are on texts that are not trained on.
// In: the validation graph's session, weights, examples. Out: losses, and metrics of every objective over labels.

import type { Cancellation } from '../cancellation.ts';
import { throwIfCancelled } from '../cancellation.ts';
import type { ModelSession } from '../model/session.ts';
import type { PackTexts } from './batchFeeds.ts';
import { buildFeeds } from './batchFeeds.ts';
import type { Unit } from './batchPlan.ts';
import { splitIntoRuns } from './batchPlan.ts';
import type { ValidationReport } from './epochReport.ts';
import type { FlatArray } from './flatParameters.ts';
import { parameterFeeds } from './flatParameters.ts';
import type { ClassificationMetrics } from './metrics.ts';
import { computeMetrics } from './metrics.ts';
import type { LabelObjective, Objective } from './objective.ts';
import { logitsOutput, lossOutput } from './objective.ts';
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

/** @throws CancelledError between two runs. */
export async function validate(
  input: ValidationInput,
  cancellation: Cancellation,
): Promise<ValidationReport> {
  const { examples, hiddenSize, pack } = input;
  const { objectives, layout } = input.graph;
  const labelled = objectives.filter(isOverLabels);
  const counts = new Map(objectives.map((objective) => [objective, countTargets(objective, examples)]));
  const losses = new Map(objectives.map((objective) => [objective.name, 0]));
  const logits = new Map(
    labelled.map((objective) => [objective, new Float32Array(examples.length * objective.labelCount)]),
  );
  const parameters = parameterFeeds(layout, input.weights);
  const names = [...objectives.map(lossOutput), ...labelled.map(logitsOutput)];
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
    for (const [objective, all] of logits) {
      const { data } = results[logitsOutput(objective)]!;
      const width = objective.labelCount;
      run.forEach((index, row) => {
        all.set(data.subarray(row * width, (row + 1) * width), index * width);
      });
    }
  }
  const metrics = Object.fromEntries(
    [...logits].map(([objective, all]) => [objective.name, metricsOf(objective, all, examples)]),
  );
  return summarize(Object.fromEntries(losses), metrics);
}

function summarize(
  lossByObjective: Readonly<Record<string, number>>,
  metrics: Readonly<Record<string, ClassificationMetrics>>,
): ValidationReport {
  const loss = Object.values(lossByObjective).reduce((sum, one) => sum + one, 0);
  const scores = Object.values(metrics).map(({ macro }) => macro.f1);
  const score = scores.length > 0 ? scores.reduce((sum, one) => sum + one, 0) / scores.length : -loss;
  return { loss, lossByObjective, metrics, score };
}

function metricsOf(
  objective: LabelObjective,
  logits: Float32Array,
  examples: readonly TrainingExample[],
): ClassificationMetrics {
  const { name, kind, labelCount } = objective;
  const truths = new Float32Array(logits.length).fill(Number.NaN);
  examples.forEach(({ targets }, index) => {
    const target = targets[name];
    if (target) truths.set(target, index * labelCount);
  });
  return computeMetrics({
    kind,
    labelCount,
    probabilities: kind === 'singleLabel' ? softmaxRows(logits, labelCount) : logits.map(sigmoid),
    truths,
    thresholds: new Array<number>(labelCount).fill(0.5),
  });
}

function softmaxRows(logits: Float32Array, width: number): Float32Array {
  const result = new Float32Array(logits.length);
  for (let start = 0; start < logits.length; start += width) {
    const row = logits.subarray(start, start + width);
    const largest = row.reduce((max, logit) => Math.max(max, logit), Number.NEGATIVE_INFINITY);
    const sum = row.reduce((total, logit) => total + Math.exp(logit - largest), 0);
    row.forEach((logit, label) => {
      result[start + label] = Math.exp(logit - largest) / sum;
    });
  }
  return result;
}

function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

function isOverLabels(objective: Objective): objective is LabelObjective {
  return objective.kind === 'singleLabel' || objective.kind === 'multiLabel';
}
