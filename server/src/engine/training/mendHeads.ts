// The heads of tasks that were held, fitted again to an encoder that has moved. Training pulls the encoder towards what the
// model said before, and never quite gets there; what is left is mostly a shift that a linear head can follow.
// In: the trained model, texts with what the model said of them before. Out: new weights for those heads.

import type { Cancellation } from '../cancellation.ts';
import type { Pooling } from '../model/encoderOutput.ts';
import type { LoadedModel } from '../model/loadModel.ts';
import type { TensorToStore } from '../model/safetensors.ts';
import { toFloat32Array } from '../model/safetensors.ts';
import { answersOf, followLogits } from './followLogits.ts';
import type { LabelObjective } from './objective.ts';
import { joinRows, readVectors, type VectorReading } from './readVectors.ts';
import type { TrainingExample } from './targets.ts';

export interface HeadMend extends Omit<VectorReading, 'poolings' | 'texts'> {
  readonly objectives: readonly LabelObjective[];
  /** Those with a target of an objective say what its head answered before. */
  readonly examples: readonly TrainingExample[];
}

/** What a probability of 0 or 1 counts as. */
const nearlySure = 1e-6;

/**
 * The tensors that change, by the names that they have in the model's file. Heads with a layer of their own stay.
 * @throws CancelledError between two runs.
 */
export async function mendHeads(
  model: LoadedModel,
  { objectives, examples, ...reading }: HeadMend,
  cancellation: Cancellation,
): Promise<readonly TensorToStore[]> {
  const linear = objectives.filter(({ name }) => {
    const head = model.weights.heads.get(name);
    return head !== undefined && head.dense === undefined;
  });
  const told = examples.filter(({ targets }) => linear.some(({ name }) => targets[name] !== undefined));
  if (told.length === 0) return [];
  const poolings: readonly Pooling[] = [...new Set(linear.map(({ pooling }) => pooling))];
  const texts = told.map(({ text }) => text);
  const read = await readVectors(model, { ...reading, poolings, texts }, cancellation);
  return linear.flatMap((objective) => {
    const { classifier } = model.weights.heads.get(objective.name)!;
    const head = { weight: toFloat32Array(classifier.weight), bias: toFloat32Array(classifier.bias) };
    const depths = read[poolings.indexOf(objective.pooling)]!;
    // At full depth as before the training; at the others, where one head has to serve too, as it answers now.
    const logits = depths.map(({ vectors }) => answersOf(head, vectors));
    const now = logits.at(-1)!;
    const { name, labelCount } = objective;
    const before = told.map(({ targets }, text) =>
      toLogits(targets[name]!, objective, now.subarray(text * labelCount)),
    );
    logits[logits.length - 1] = joinRows(before, labelCount);
    const fitted = followLogits({
      vectors: joinArrays(depths.map(({ vectors }) => vectors)),
      logits: joinArrays(logits),
      weights: joinArrays(depths.map(({ weight }) => new Float32Array(told.length).fill(weight))),
      head,
    });
    return [
      { name: classifier.weight.name, shape: classifier.weight.shape, data: fitted.weight },
      { name: classifier.bias.name, shape: classifier.bias.shape, data: fitted.bias },
    ];
  });
}

/**
 * The logits behind probabilities. Of one label among several they are known but for what is added to all of them:
 * their mean is that of `now`, so that a head need not move for nothing.
 */
function toLogits(
  probabilities: ArrayLike<number>,
  { kind, labelCount }: LabelObjective,
  now: Float32Array,
): number[] {
  const inside = Array.from(probabilities, (one) => Math.min(1 - nearlySure, Math.max(nearlySure, one)));
  if (kind === 'multiLabel') return inside.map((one) => Math.log(one / (1 - one)));
  const logs = inside.map(Math.log);
  const meanOf = (values: ArrayLike<number>) =>
    Array.from(values).reduce((sum, one) => sum + one / labelCount, 0);
  const shift = meanOf(now.subarray(0, labelCount)) - meanOf(logs);
  return logs.map((one) => one + shift);
}

function joinArrays(parts: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
