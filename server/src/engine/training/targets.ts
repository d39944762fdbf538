// What the losses of a batch compare with, as inputs of the graph. In: examples and objectives. Out: named tensors.
// Weights of labels and of examples, missing answers and the average over the batch are all worked in here.
// Legend: B texts, T tokens, C labels, H hidden size, M hidden tokens, V vocabulary.

import type { SessionTensor } from '../model/session.ts';
import type { FloatType } from '../onnx/graphBuilder.ts';
import type { EncodedText } from '../tokens/tokenBatch.ts';
import type {
  ContrastObjective,
  EmbeddingObjective,
  LabelObjective,
  Objective,
  WordsObjective,
} from './objective.ts';
import { exclusionInput, scaleInput, targetInput } from './objective.ts';

/** One text with what is known about it. */
export interface TrainingExample {
  readonly text: EncodedText;
  /**
   * By the objective's name; an objective that is not there does not count this text.
   * Labels: a probability for each, or NaN where nobody knows whether a label of several applies.
   * Embedding: the wanted vector, of any length but 0. Contrast: one number; texts with the same number belong together.
   * Words: for each token the id that stood there and is to be guessed, or -1. Order: probabilities of [as is, swapped].
   */
  readonly targets: Readonly<Record<string, ArrayLike<number>>>;
  /** How much this text counts beside others; usually 1. */
  readonly weight: number;
}

type Texts = readonly Pick<TrainingExample, 'targets' | 'weight'>[];

/** A text may not choose itself: far below every score, and small enough to be added to. */
const excluded = -1e9;

/** Hard labels as probabilities: `labelTarget([1], 3)` is `[0, 1, 0]`. */
export function labelTarget(labelIndexes: readonly number[], labelCount: number): Float32Array {
  const target = new Float32Array(labelCount);
  for (const index of labelIndexes) target[index] = 1;
  return target;
}

/**
 * What the loss of an objective is divided by, so that it is an average over the texts (and labels) that count.
 * Parts of one batch that run one after the other share the number of the whole batch, so that they add up to it.
 */
export function countTargets(objective: Objective, texts: Texts): number {
  if (objective.kind === 'words') {
    return hiddenWords(objective, texts).reduce((sum, { weight }) => sum + weight, 0);
  }
  const rows = targetRows(objective, texts, 'float64').rows;
  switch (objective.kind) {
    case 'singleLabel':
    case 'order':
    case 'contrast':
      return sumOf(rows);
    case 'multiLabel':
      return texts.reduce((sum, text) => {
        const known = Array.from(text.targets[objective.name] ?? []).filter((one) => !Number.isNaN(one));
        return sum + text.weight * known.length;
      }, 0);
    case 'embedding':
      return texts.reduce((sum, text) => sum + (text.targets[objective.name] ? text.weight : 0), 0);
  }
}

/**
 * The inputs `target.…`, `scale.…`, for contrast `exclusion.…`, and for words `token_places` of one batch.
 * @param count what `countTargets` gave for the whole batch; 0 makes the loss 0
 */
export function buildTargets(
  objective: Objective,
  texts: Texts,
  options: {
    readonly count: number;
    readonly hiddenSize: number;
    /** T, padding included. */
    readonly tokensPerRow: number;
    readonly floatType: FloatType;
  },
): Readonly<Record<string, SessionTensor>> {
  const { count, floatType } = options;
  if (objective.kind === 'words') return wordTargets(objective, texts, options);
  const { rows, shape } = targetRows(objective, texts, floatType, options.hiddenSize);
  const scale = createFloats(floatType, 1).fill(count > 0 ? objective.weight / count : 0);
  const inputs: Record<string, SessionTensor> = {
    [targetInput(objective)]: { data: rows, shape },
    [scaleInput(objective)]: { data: scale, shape: [] },
  };
  if (objective.kind === 'contrast') {
    const size = texts.length;
    const exclusion = createFloats(floatType, size * size);
    for (let row = 0; row < size; row++) exclusion[row * size + row] = excluded;
    inputs[exclusionInput(objective)] = { data: exclusion, shape: [size, size] };
  }
  return inputs;
}

function targetRows(
  objective: Exclude<Objective, WordsObjective>,
  texts: Texts,
  floatType: FloatType,
  hiddenSize = 0,
) {
  switch (objective.kind) {
    case 'singleLabel':
      return oneOfLabels(objective, texts, floatType);
    case 'multiLabel':
      return severalLabels(objective, texts, floatType);
    case 'embedding':
      return vectors(objective, texts, floatType, hiddenSize);
    case 'contrast':
      return partners(objective, texts, floatType);
    case 'order':
      return oneOfLabels({ ...objective, labelCount: 2, labelWeights: [1, 1] }, texts, floatType);
  }
}

/** [B, C] */
function oneOfLabels(
  { name, labelCount, labelWeights }: Pick<LabelObjective, 'name' | 'labelCount' | 'labelWeights'>,
  texts: Texts,
  floatType: FloatType,
) {
  const rows = createFloats(floatType, texts.length * labelCount);
  texts.forEach(({ targets, weight }, row) => {
    const target = targets[name];
    if (!target) return;
    checkLength(name, target, labelCount);
    for (let label = 0; label < labelCount; label++) {
      rows[row * labelCount + label] = weight * target[label]! * labelWeights[label]!;
    }
  });
  return { rows, shape: [texts.length, labelCount] };
}

/** [B, C, 2]: for yes and for no; both 0 where nobody knows. */
function severalLabels(
  { name, labelCount, labelWeights }: LabelObjective,
  texts: Texts,
  floatType: FloatType,
) {
  const rows = createFloats(floatType, texts.length * labelCount * 2);
  texts.forEach(({ targets, weight }, row) => {
    const target = targets[name];
    if (!target) return;
    checkLength(name, target, labelCount);
    for (let label = 0; label < labelCount; label++) {
      const probability = target[label]!;
      if (Number.isNaN(probability)) continue;
      const place = (row * labelCount + label) * 2;
      rows[place] = weight * probability * labelWeights[label]!;
      rows[place + 1] = weight * (1 - probability);
    }
  });
  return { rows, shape: [texts.length, labelCount, 2] };
}

/** [B, H] */
function vectors({ name }: EmbeddingObjective, texts: Texts, floatType: FloatType, hiddenSize: number) {
  const rows = createFloats(floatType, texts.length * hiddenSize);
  if (hiddenSize === 0) return { rows, shape: [texts.length, 0] };
  texts.forEach(({ targets, weight }, row) => {
    const target = targets[name];
    if (!target) return;
    checkLength(name, target, hiddenSize);
    let squares = 0;
    for (let index = 0; index < hiddenSize; index++) squares += target[index]! ** 2;
    const factor = weight / Math.sqrt(squares);
    for (let index = 0; index < hiddenSize; index++) rows[row * hiddenSize + index] = target[index]! * factor;
  });
  return { rows, shape: [texts.length, hiddenSize] };
}

/** [B, B]: row i holds the weight of text i, divided among its partners. */
function partners({ name }: ContrastObjective, texts: Texts, floatType: FloatType) {
  const size = texts.length;
  const rows = createFloats(floatType, size * size);
  texts.forEach(({ targets, weight }, row) => {
    const group = targets[name]?.[0];
    if (group === undefined) return;
    const found = texts.flatMap((other, index) =>
      index !== row && other.targets[name]?.[0] === group ? [index] : [],
    );
    for (const index of found) rows[row * size + index] = weight / found.length;
  });
  return { rows, shape: [size, size] };
}

/** One token whose word was hidden. */
interface HiddenWord {
  readonly row: number;
  readonly token: number;
  readonly id: number;
  readonly weight: number;
}

function hiddenWords({ name }: WordsObjective, texts: Texts): readonly HiddenWord[] {
  return texts.flatMap(({ targets, weight }, row) =>
    Array.from(targets[name] ?? []).flatMap((id, token) => (id < 0 ? [] : [{ row, token, id, weight }])),
  );
}

/** [M, V], and the places [M] among all tokens of the batch. Where no word is hidden, M is 1 and counts nothing. */
function wordTargets(
  objective: WordsObjective,
  texts: Texts,
  {
    count,
    tokensPerRow,
    floatType,
  }: { readonly count: number; readonly tokensPerRow: number; readonly floatType: FloatType },
): Readonly<Record<string, SessionTensor>> {
  const words = hiddenWords(objective, texts);
  const size = Math.max(1, words.length);
  const target = createFloats(floatType, size * objective.vocabSize);
  const places = new BigInt64Array(size);
  words.forEach(({ row, token, id, weight }, index) => {
    target[index * objective.vocabSize + id] = weight;
    places[index] = BigInt(row * tokensPerRow + token);
  });
  const scale = createFloats(floatType, 1).fill(count > 0 ? objective.weight / count : 0);
  return {
    [targetInput(objective)]: { data: target, shape: [size, objective.vocabSize] },
    [scaleInput(objective)]: { data: scale, shape: [] },
    token_places: { data: places, shape: [size] },
  };
}

function sumOf(values: Iterable<number>): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

function createFloats(floatType: FloatType, length: number): Float32Array | Float64Array {
  return floatType === 'float32' ? new Float32Array(length) : new Float64Array(length);
}

function checkLength(name: string, target: ArrayLike<number>, length: number): void {
  if (target.length !== length) {
    throw new RangeError(`A target of ${name} has ${target.length} numbers, not ${length}.`);
  }
}
