// From the logits of validation texts to what tasks.json says about a task: the temperature that makes probabilities
// honest, and the threshold of each label. In: logits and what is true, row-major [n, C]. Out: plain numbers.

import { toProbabilities } from './probabilities.ts';

export interface LabelledLogits {
  readonly kind: 'singleLabel' | 'multiLabel';
  readonly labelCount: number;
  readonly logits: Float32Array;
  /** 1 where a label is true, 0 where not, NaN where nobody knows. */
  readonly truths: ArrayLike<number>;
}

/** Far outside of what training gives; where the best lies beyond, there is too little to measure by. */
const coldest = 0.25;
const hottest = 8;

/**
 * How far, as a logarithm, temperatures lie from 1 before any text was seen: a prior that a dozen texts cannot overrule
 * and a hundred can. Without it, fourteen texts that all happen to be right would make a model that is sure of everything.
 */
const priorDeviation = 0.25;

/**
 * The temperature that is most probable on these texts, by golden section: the loss and the distance from 1 have one
 * valley together. No texts leave it at 1.
 */
export function chooseTemperature(texts: LabelledLogits): number {
  if (texts.logits.length === 0) return 1;
  const costAt = (logarithm: number) =>
    lossAt(texts, Math.exp(logarithm)) + logarithm ** 2 / (2 * priorDeviation ** 2);
  const golden = (Math.sqrt(5) - 1) / 2;
  let low = Math.log(coldest);
  let high = Math.log(hottest);
  for (let round = 0; round < 40; round++) {
    const span = golden * (high - low);
    if (costAt(high - span) < costAt(low + span)) high = low + span;
    else low = high - span;
  }
  return round(Math.exp((low + high) / 2));
}

/**
 * One per label. Several labels: where F1 is greatest, pulled towards the threshold that is best for all labels
 * together, and that one towards a half: the fewer texts have the label, or any label, the stronger, because the best
 * place among five texts is mostly chance.
 * One label: 0, the most probable label wins.
 */
export function chooseThresholds(texts: LabelledLogits, temperature: number): readonly number[] {
  const { kind, labelCount, logits, truths } = texts;
  if (kind === 'singleLabel') return new Array<number>(labelCount).fill(0);
  const probabilities = toProbabilities(logits, { kind, labelCount, temperature });
  const columns = Array.from({ length: labelCount }, (_, label) =>
    columnOf(probabilities, truths, labelCount, label),
  );
  const supports = columns.map((column) => column.filter(({ truth }) => truth).length);
  const trustAll = trustIn(supports.reduce((sum, support) => sum + support, 0));
  const shared = trustAll * bestThreshold(columns) + (1 - trustAll) * 0.5;
  return columns.map((column, label) => {
    const trust = trustIn(supports[label]!);
    return round(trust * bestThreshold([column]) + (1 - trust) * shared);
  });
}

function trustIn(support: number): number {
  return support / (support + textsForTrust);
}

/** So many texts with a label make its own best threshold weigh as much as the shared one. */
const textsForTrust = 20;

interface Decided {
  readonly probability: number;
  readonly truth: boolean;
}

function columnOf(
  probabilities: Float32Array,
  truths: ArrayLike<number>,
  labelCount: number,
  label: number,
): Decided[] {
  const column: Decided[] = [];
  for (let at = label; at < probabilities.length; at += labelCount) {
    const truth = truths[at]!;
    if (!Number.isNaN(truth)) column.push({ probability: probabilities[at]!, truth: truth >= 0.5 });
  }
  return column;
}

/** Greatest mean F1 over the columns among thresholds 0.05, 0.06 … 0.95, averaged over its neighbours. */
function bestThreshold(columns: readonly (readonly Decided[])[]): number {
  const candidates = Array.from({ length: 91 }, (_, index) => (index + 5) / 100);
  const scores = candidates.map(
    (threshold) => columns.reduce((sum, column) => sum + f1At(column, threshold), 0) / columns.length,
  );
  // A single high point is chance; a plateau is not.
  const smooth = scores.map((_, index) => {
    const near = scores.slice(Math.max(0, index - 4), index + 5);
    return near.reduce((sum, score) => sum + score, 0) / near.length;
  });
  const best = smooth.reduce((top, score) => Math.max(top, score), 0);
  if (best === 0) return 0.5;
  return candidates[smooth.indexOf(best)]!;
}

function f1At(column: readonly Decided[], threshold: number): number {
  let right = 0;
  let wrong = 0;
  for (const { probability, truth } of column) {
    const decided = probability >= threshold;
    if (decided && truth) right++;
    else if (decided !== truth) wrong++;
  }
  return right === 0 ? 0 : (2 * right) / (2 * right + wrong);
}

function lossAt({ kind, labelCount, logits, truths }: LabelledLogits, temperature: number): number {
  const probabilities = toProbabilities(logits, { kind, labelCount, temperature });
  let loss = 0;
  for (let at = 0; at < probabilities.length; at++) {
    const truth = truths[at]!;
    if (Number.isNaN(truth)) continue;
    const probability = Math.min(1 - 1e-7, Math.max(1e-7, probabilities[at]!));
    if (truth > 0) loss -= truth * Math.log(probability);
    if (kind === 'multiLabel' && truth < 1) loss -= (1 - truth) * Math.log(1 - probability);
  }
  return loss;
}

/** Four decimals are more than a few hundred texts can tell. */
function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
