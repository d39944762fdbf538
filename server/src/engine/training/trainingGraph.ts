// The graph of one training step: ALBERT forwards, read at one depth or at several, heads, losses, and all of it backwards.
// In: config, weights (for names and shapes), objectives. Out: a graph whose inputs are a batch, its targets and the
// trained weights, whose outputs are the losses and the gradients. Layers are unrolled; a shared weight's gradient grows
// from layer to layer through Gemm's third input. Legend: B texts, T tokens, N = B·T.

import type { AlbertConfig } from '../model/albertConfig.ts';
import type { AlbertWeights } from '../model/albertWeights.ts';
import type { Regularization } from '../model/encoderContext.ts';
import { createEncoderContext } from '../model/encoderContext.ts';
import { encode } from '../model/plainEncoder.ts';
import { tokenByToken, toTextOrder } from '../model/tokenOrder.ts';
import { differentiate } from '../onnx/differentiate.ts';
import type { FloatType } from '../onnx/graphBuilder.ts';
import { GraphBuilder } from '../onnx/graphBuilder.ts';
import type { OnnxGraph, Shape, Value } from '../onnx/onnxGraph.ts';
import { add, multiply } from '../onnx/operations.ts';
import { type ActivationEstimate, estimateActivations } from './activationMemory.ts';
import { buildLoss } from './losses.ts';
import type { Objective } from './objective.ts';
import { logitsOutput, lossOutput } from './objective.ts';
import type { ParameterInput, ParameterLayout, TrainedParts } from './parameterLayout.ts';
import { createParameterSource } from './parameterLayout.ts';

/** Shares of numbers that are switched off at random in each step; 0 for none. */
export interface DropoutRates {
  /** After the embeddings and after each attention. */
  readonly hidden: number;
  /** Of the attention probabilities. */
  readonly attention: number;
  /** Of the vector that a head reads. */
  readonly head: number;
}

export const noDropout: DropoutRates = { hidden: 0, attention: 0, head: 0 };

/** A depth at which the model will be read, and what its losses count. */
export interface ExitDepth {
  readonly depth: number;
  readonly weight: number;
}

export interface TrainingGraphOptions {
  readonly objectives: readonly Objective[];
  /** Ascending; all that lies behind the last one is not computed. */
  readonly exits: readonly ExitDepth[];
  readonly trained: TrainedParts;
  /** Names of heads that stay as they are: what holds a task is the encoder, not a head that follows it. */
  readonly heldHeads?: readonly string[];
  readonly dropout: DropoutRates;
  readonly floatType: FloatType;
  /** Computes the layers again on the way back instead of keeping what they gave: the same numbers, less memory. */
  readonly recompute?: boolean;
}

/** An input that holds 0 for what is switched off and 1 / (1 - rate) for the rest. */
export interface DropoutInput {
  readonly name: string;
  /** Sizes, with `B`, `T` and `N` for those of the batch. */
  readonly shape: Shape;
  readonly rate: number;
}

/** A gradient that comes out as a whole tensor. */
export interface DenseGradient {
  readonly output: string;
  readonly parameter: ParameterInput;
}

/** A gradient that comes out as rows, to be added to the rows of the parameter that the input `indices` names. */
export interface RowGradientOutput {
  readonly output: string;
  readonly parameter: ParameterInput;
  readonly indices: string;
}

export interface TrainingGraph {
  readonly graph: OnnxGraph;
  readonly layout: ParameterLayout;
  readonly objectives: readonly Objective[];
  readonly dropoutInputs: readonly DropoutInput[];
  readonly denseGradients: readonly DenseGradient[];
  readonly rowGradients: readonly RowGradientOutput[];
  readonly floatType: FloatType;
  readonly recomputes: boolean;
  /** Bytes that a run keeps for the way back. */
  readonly activations: ActivationEstimate;
}

export function buildTrainingGraph(
  config: AlbertConfig,
  weights: AlbertWeights,
  options: TrainingGraphOptions,
): TrainingGraph {
  const { graph, layout, losses, dropoutInputs, layers } = buildForward(config, weights, options, false);
  const stretches = layers.slice(1).map((to, index) => ({ from: layers[index]!, to }));
  const activations = estimateActivations(graph.nodes, options.recompute ? stretches : []);
  const total = losses.reduce((sum, loss) => add(graph, sum, loss));
  graph.output('loss', total);
  const leaves = layout.inputs.map((input) => input.value);
  const recompute = options.recompute === true;
  const gradients = differentiate(graph, total, leaves, { stretches, recompute });
  const denseGradients = layout.inputs.flatMap((parameter) => {
    const gradient = gradients.dense.get(parameter.value.name);
    return gradient ? [{ output: exposeOnce(graph, gradient), parameter }] : [];
  });
  const rowGradients = gradients.rows.map(({ table, indices, rows }) => ({
    output: exposeOnce(graph, rows),
    parameter: layout.inputs.find((input) => input.value.name === table.name)!,
    indices: indices.name,
  }));
  return {
    graph: graph.build('albert_training'),
    layout,
    objectives: options.objectives,
    dropoutInputs,
    denseGradients,
    rowGradients,
    floatType: options.floatType,
    recomputes: recompute,
    activations,
  };
}

/** The same without a way back: losses and logits of a batch, for validation. Nothing is dropped out. */
export function buildValidationGraph(
  config: AlbertConfig,
  weights: AlbertWeights,
  options: Omit<TrainingGraphOptions, 'dropout' | 'recompute'>,
): Pick<TrainingGraph, 'graph' | 'layout' | 'objectives'> {
  const { graph, layout } = buildForward(
    config,
    weights,
    { ...options, dropout: noDropout, recompute: false },
    true,
  );
  return { graph: graph.build('albert_validation'), layout, objectives: options.objectives };
}

function buildForward(
  config: AlbertConfig,
  weights: AlbertWeights,
  options: TrainingGraphOptions,
  withLogits: boolean,
) {
  if (options.objectives.length === 0) throw new Error('Training needs at least one objective.');
  const graph = new GraphBuilder(options.floatType);
  const source = createParameterSource(graph, options.trained, options.heldHeads);
  const dropoutInputs: DropoutInput[] = [];
  const context = createEncoderContext(graph, config, {
    weights,
    weightOf: source.weightOf,
    regularize: createDropout(graph, options.dropout, dropoutInputs),
  });
  const layers = encode(context, options.exits.at(-1)!.depth, tokenByToken);
  const exits = options.exits.map(({ depth, weight }) => ({
    rows: toTextOrder(context, layers[depth]!),
    weight,
  }));
  const losses = options.objectives.map((objective) => {
    const { loss, logits } = buildLoss(context, exits, objective);
    graph.output(lossOutput(objective), loss);
    if (logits && withLogits) graph.output(logitsOutput(objective), logits);
    return loss;
  });
  return { graph, losses, dropoutInputs, layers, layout: source.layout() };
}

function createDropout(graph: GraphBuilder, rates: DropoutRates, inputs: DropoutInput[]): Regularization {
  return (x, place) => {
    const rate = rates[place];
    if (rate === 0) return x;
    const name = `dropout.${inputs.length}`;
    inputs.push({ name, shape: x.shape, rate });
    return multiply(graph, x, graph.input(name, graph.floatType, x.shape));
  };
}

/** Two parameters may have the same value as their gradient; an output has one place, so the second gets a copy. */
function exposeOnce(graph: GraphBuilder, gradient: Value): string {
  const isComputed = graph.nodes.some((node) => node.outputs.some(({ name }) => name === gradient.name));
  if (isComputed && !graph.isExposed(gradient)) {
    graph.expose(gradient);
    return gradient.name;
  }
  const name = `gradient_${graph.nodes.length}`;
  graph.output(name, gradient);
  return name;
}
