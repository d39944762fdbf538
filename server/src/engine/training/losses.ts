// Losses as graph nodes. In: what the encoder and its heads give for a batch. Out: one scalar per objective.
// All compare with targets that the caller has weighted already, so that class weights, missing labels, soft labels and
// padding are numbers and not other graphs. Legend: B texts, C labels, H hidden size, M hidden tokens, V vocabulary.

import type { EncoderContext } from '../model/encoderContext.ts';
import { toTokens } from '../model/encoderContext.ts';
import { buildOutput } from '../model/outputGraph.ts';
import type { Shape, Value } from '../onnx/onnxGraph.ts';
import {
  add,
  divide,
  matMul,
  multiply,
  reshape,
  subtract,
  sumOver,
  transpose,
  unary,
  unsqueeze,
} from '../onnx/operations.ts';
import type {
  ContrastObjective,
  EmbeddingObjective,
  LabelObjective,
  Objective,
  OrderObjective,
  WordsObjective,
} from './objective.ts';
import { exclusionInput, scaleInput, targetInput } from './objective.ts';

/** A layer whose vectors the losses read, and how much what is read there counts. */
export interface Exit {
  /** [N, H] */
  readonly rows: Value;
  readonly weight: number;
}

export interface LossNodes {
  /** A scalar: the weighted sum over the exits. */
  readonly loss: Value;
  /** Of the last exit: [B, C] for objectives over labels, [B, 2] for order, [M, V] for words. */
  readonly logits: Value | undefined;
}

/** What an objective compares with: the same numbers at every exit. */
interface Targets {
  readonly target: Value;
  readonly scale: Value;
}

/** @param exits in the order of depth; labels and vectors are read, and learn, at each of them */
export function buildLoss(context: EncoderContext, exits: readonly Exit[], objective: Objective): LossNodes {
  const { graph } = context;
  const targets = {
    target: graph.input(targetInput(objective), graph.floatType, targetShape(context, objective)),
    scale: graph.input(scaleInput(objective), graph.floatType, []),
  };
  const exclusion =
    objective.kind === 'contrast'
      ? graph.input(exclusionInput(objective), graph.floatType, ['B', 'B'])
      : undefined;
  const read = isReadAtEnd(objective) ? [{ ...exits.at(-1)!, weight: 1 }] : exitsOf(objective, exits);
  const parts = read.map(({ rows, weight }) => {
    const { loss, logits } = lossAt(context, rows, objective, { ...targets, exclusion });
    return { loss: weight === 1 ? loss : multiply(graph, loss, graph.float(weight)), logits };
  });
  return {
    loss: parts.map(({ loss }) => loss).reduce((sum, loss) => add(graph, sum, loss)),
    logits: parts.at(-1)!.logits,
  };
}

/** What counts nothing is not computed. */
function exitsOf(objective: Objective, exits: readonly Exit[]): readonly Exit[] {
  const shallow = 'shallowWeight' in objective ? objective.shallowWeight : undefined;
  if (shallow === undefined) return exits;
  const last = exits.length - 1;
  return exits
    .map((exit, index) => (index === last ? exit : { ...exit, weight: shallow }))
    .filter(({ weight }) => weight > 0);
}

function isReadAtEnd(objective: Objective): objective is WordsObjective | OrderObjective {
  return objective.kind === 'words' || objective.kind === 'order';
}

function targetShape({ config }: EncoderContext, objective: Objective): Shape {
  switch (objective.kind) {
    case 'singleLabel':
      return ['B', objective.labelCount];
    case 'multiLabel':
      return ['B', objective.labelCount, 2];
    case 'embedding':
      return ['B', config.hiddenSize];
    case 'contrast':
      return ['B', 'B'];
    case 'words':
      return ['M', objective.vocabSize];
    case 'order':
      return ['B', 2];
  }
}

function lossAt(
  context: EncoderContext,
  rows: Value,
  objective: Objective,
  targets: Targets & { readonly exclusion: Value | undefined },
): LossNodes {
  switch (objective.kind) {
    case 'singleLabel':
    case 'multiLabel':
      return labelLoss(context, rows, objective, targets);
    case 'embedding':
      return { loss: embeddingLoss(context, rows, objective, targets), logits: undefined };
    case 'contrast':
      return {
        loss: contrastLoss(context, rows, objective, { ...targets, exclusion: targets.exclusion! }),
        logits: undefined,
      };
    case 'words':
    case 'order':
      return headLoss(context, rows, objective.kind === 'words' ? 'mlmAtPlaces' : 'sop', targets);
  }
}

/**
 * Targets [B, C] for `singleLabel`. For `multiLabel` every label is a choice between yes and no, whose logits are
 * (logit, 0), and targets are [B, C, 2]: this is binary cross-entropy, and stays exact for large logits.
 */
function labelLoss(
  context: EncoderContext,
  rows: Value,
  objective: LabelObjective,
  targets: Targets,
): LossNodes {
  const { graph } = context;
  const last = { rows, hidden: toTokens(context, rows) };
  const logits = buildOutput(context, last, {
    kind: 'logits',
    head: objective.name,
    pooling: objective.pooling,
  });
  const choices =
    objective.kind === 'singleLabel'
      ? logits
      : multiply(graph, unsqueeze(graph, logits, 2), graph.floats([1, 0], [2])); // [B, C, 2]
  return { loss: crossEntropy(context, choices, targets), logits };
}

/** Targets [M, V] or [B, 2]: what stood at each hidden token, or in which order the segments stood. */
function headLoss(
  context: EncoderContext,
  rows: Value,
  kind: 'mlmAtPlaces' | 'sop',
  targets: Targets,
): LossNodes {
  const last = { rows, hidden: toTokens(context, rows) };
  const logits = buildOutput(context, last, { kind });
  return { loss: crossEntropy(context, logits, targets), logits };
}

/** Targets [B, H]: unit vectors times the weight of their text. The scale's numerator is the objective's weight. */
function embeddingLoss(
  context: EncoderContext,
  rows: Value,
  objective: EmbeddingObjective,
  { target, scale }: Targets,
): Value {
  const { graph } = context;
  const vectors = unitVectors(context, rows, objective);
  const length = unary(graph, 'Sqrt', sumOver(graph, multiply(graph, target, target), 1)); // [B]: the weights
  const missing = subtract(graph, length, sumOver(graph, multiply(graph, vectors, target), 1));
  return multiply(graph, sumOver(graph, missing, 0), scale);
}

/** Targets [B, B]: row i says which text of the batch belongs to text i. */
function contrastLoss(
  context: EncoderContext,
  rows: Value,
  objective: ContrastObjective,
  targets: Targets & { readonly exclusion: Value },
): Value {
  const { graph } = context;
  const vectors = unitVectors(context, rows, objective);
  const cosines = matMul(graph, vectors, transpose(graph, vectors, [1, 0]));
  const scores = multiply(graph, cosines, graph.float(1 / objective.temperature));
  return crossEntropy(context, add(graph, scores, targets.exclusion), targets);
}

/** `- scale · Σ target · log softmax(logits)` over the last dimension. */
function crossEntropy({ graph }: EncoderContext, logits: Value, { target, scale }: Targets): Value {
  const logProbabilities = unary(graph, 'LogSoftmax', logits, { axis: { type: 'int', value: -1 } });
  const all = reshape(graph, multiply(graph, target, logProbabilities), graph.integers([-1]), ['targets']);
  return multiply(graph, unary(graph, 'Neg', sumOver(graph, all, 0)), scale);
}

/** [B, H] of length 1. */
function unitVectors(
  context: EncoderContext,
  rows: Value,
  objective: EmbeddingObjective | ContrastObjective,
): Value {
  const { graph } = context;
  const last = { rows, hidden: toTokens(context, rows) };
  const pooled = buildOutput(context, last, { kind: 'pooled', pooling: objective.pooling });
  const squares = sumOver(graph, multiply(graph, pooled, pooled), 1);
  // A vector of zeros stays one instead of becoming NaN.
  const length = unary(graph, 'Sqrt', add(graph, squares, graph.float(1e-12)));
  return divide(graph, pooled, unsqueeze(graph, length, 1));
}
