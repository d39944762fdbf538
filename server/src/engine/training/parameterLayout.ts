// Where each trained tensor lies in the one flat array that holds them all, and which graph input reads which stretch.
// In: requests for weights while a training graph is built. Out: the layout. Tensors that are read stacked lie side by
// side, so that the stacked matrix is a view too.

import type { StoredTensor } from '../model/safetensors.ts';
import type { WeightSource } from '../model/weightValues.ts';
import { initializerSource } from '../model/weightValues.ts';
import { product } from '../onnx/gradientOperations.ts';
import type { GraphBuilder } from '../onnx/graphBuilder.ts';
import type { Value } from '../onnx/onnxGraph.ts';
import { cast, concatenate } from '../onnx/operations.ts';

/** The parts of a model that may learn at different rates. */
export type ModelPart = 'embeddings' | 'encoder' | 'pooler' | 'heads';

/** One trained tensor. Offsets and sizes count numbers. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly size: number;
  readonly part: ModelPart;
  /** Weight decay pulls matrices towards zero; biases and the parameters of LayerNorm are left alone. */
  readonly decays: boolean;
  /** Absent: a tensor of the model. Else one side of an adapter, which is added to that tensor as `up @ down`. */
  readonly adapter?: { readonly tensor: string; readonly side: 'down' | 'up' };
}

/** A graph input that is a stretch of the flat array: one tensor, or several below each other. */
export interface ParameterInput {
  readonly value: Value;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly size: number;
}

export interface ParameterLayout {
  readonly parameters: readonly Parameter[];
  readonly inputs: readonly ParameterInput[];
  /** Numbers in all. */
  readonly size: number;
}

/**
 * Low-rank adapters (LoRA) on the attention's query and value, and on the feed-forward matrices too where asked for:
 * `W + up @ down` with down [rank, in] and up [out, rank]. Beside them the heads learn. A layer that is shared is adapted
 * once. Reference: Hu and others, LoRA; the scale α / r is 1.
 */
export interface AdapterSettings {
  readonly rank: number;
  readonly feedForward: boolean;
}

/** What is trained: the whole model, all but the tables of vectors, the heads on an encoder that stays as it is, or adapters. */
export type TrainedParts = 'all' | 'withoutEmbeddings' | 'heads' | AdapterSettings;

const frozenParts: Readonly<Record<Exclude<TrainedParts, AdapterSettings>, readonly ModelPart[]>> = {
  all: [],
  withoutEmbeddings: ['embeddings'],
  heads: ['embeddings', 'encoder', 'pooler'],
};

const attentionMatrix = /\.attention\.(query|value)\.weight$/;
const feedForwardMatrix = /\.(ffn|ffn_output)\.weight$/;

/** A source of weights that turns what is trained into inputs and stores the rest in the graph. */
export interface ParameterSource {
  readonly weightOf: WeightSource;
  /** Call when the graph is complete. */
  layout(): ParameterLayout;
}

/** @param heldHeads names of heads that stay as they are */
export function createParameterSource(
  graph: GraphBuilder,
  trained: TrainedParts,
  heldHeads: readonly string[] = [],
): ParameterSource {
  const adapters = typeof trained === 'object' ? trained : undefined;
  const frozen = frozenParts[typeof trained === 'object' ? 'heads' : trained];
  const stored = storedSource(graph);
  const parameters: Parameter[] = [];
  const inputs = new Map<string, ParameterInput>();
  const inputOfTensor = new Map<string, string>();
  let size = 0;
  const place = (tensor: StoredTensor, inputName: string) => {
    if (inputOfTensor.has(tensor.name)) {
      throw new Error(
        `${tensor.name} is read both as ${inputOfTensor.get(tensor.name)} and as ${inputName}.`,
      );
    }
    inputOfTensor.set(tensor.name, inputName);
    const count = tensor.shape.reduce((product, one) => product * one, 1);
    const part = partOf(tensor.name);
    parameters.push({
      name: tensor.name,
      shape: tensor.shape,
      offset: size,
      size: count,
      part,
      decays: tensor.shape.length > 1,
    });
    size += count;
  };
  const adapted = new Map<string, Value>();
  const adapterInput = (tensor: StoredTensor, side: 'down' | 'up', shape: readonly [number, number]) => {
    const name = `${tensor.name}.adapter.${side}`;
    const value = graph.input(name, graph.floatType, shape);
    const count = shape[0] * shape[1];
    const part = partOf(tensor.name);
    parameters.push({
      name,
      shape,
      offset: size,
      size: count,
      part,
      decays: true,
      adapter: { tensor: tensor.name, side },
    });
    inputs.set(name, { value, shape, offset: size, size: count });
    size += count;
    return value;
  };
  const adaptedMatrix = (tensor: StoredTensor, { rank }: AdapterSettings) => {
    const [outSize, inSize] = tensor.shape as [number, number];
    const down = adapterInput(tensor, 'down', [rank, inSize]);
    const up = adapterInput(tensor, 'up', [outSize, rank]);
    return product(graph, up, down, { transposeA: false, transposeB: false, sum: stored(tensor) });
  };
  /** Put together once, however many layers share it. */
  const adaptedWeight = (tensors: readonly StoredTensor[], settings: AdapterSettings) => {
    const name = tensors.map((tensor) => tensor.name).join('+');
    const known = adapted.get(name);
    if (known) return known;
    const parts = tensors.map((tensor) =>
      isAdapted(tensor, settings) ? adaptedMatrix(tensor, settings) : stored(tensor),
    );
    const made = parts.length === 1 ? parts[0]! : concatenate(graph, parts, 0);
    adapted.set(name, made);
    return made;
  };
  return {
    weightOf: (...tensors) => {
      if (tensors.every(({ name }) => frozen.includes(partOf(name)) || isOf(heldHeads, name))) {
        return adapters && tensors.some((tensor) => isAdapted(tensor, adapters))
          ? adaptedWeight(tensors, adapters)
          : stored(...tensors);
      }
      const name = tensors.map((tensor) => tensor.name).join('+');
      const known = inputs.get(name);
      if (known) return known.value;
      const offset = size;
      for (const tensor of tensors) place(tensor, name);
      const rows = tensors.reduce((sum, { shape }) => sum + shape[0]!, 0);
      const shape = [rows, ...tensors[0]!.shape.slice(1)];
      const value = graph.input(name, graph.floatType, shape);
      inputs.set(name, { value, shape, offset, size: size - offset });
      return value;
    },
    layout: () => ({ parameters, inputs: [...inputs.values()], size }),
  };
}

function isAdapted({ name }: StoredTensor, { feedForward }: AdapterSettings): boolean {
  return attentionMatrix.test(name) || (feedForward && feedForwardMatrix.test(name));
}

/** Hugging Face's classifier is the head `classifier`. */
function isOf(heads: readonly string[], tensorName: string): boolean {
  return heads.some((head) =>
    tensorName.startsWith(head === 'classifier' ? 'classifier.' : `heads.${head}.`),
  );
}

/** Stored weights are 32-bit; a graph that checks gradients computes in 64. */
function storedSource(graph: GraphBuilder): WeightSource {
  const stored = initializerSource(graph);
  if (graph.floatType === 'float32') return stored;
  return (...tensors) => cast(graph, stored(...tensors), graph.floatType);
}

/** By the tensor's name in the checkpoint, with or without the prefix `albert.`. */
export function partOf(tensorName: string): ModelPart {
  const part = /^(?:albert\.)?(embeddings|encoder|pooler)\./.exec(tensorName)?.[1];
  return (part as ModelPart | undefined) ?? 'heads';
}
