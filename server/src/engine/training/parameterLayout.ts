// Where each trained tensor lies in the one flat array that holds them all, and which graph input reads which stretch.
// In: requests for weights while a training graph is built. Out: the layout. Tensors that are read stacked lie side by
// side, so that the stacked matrix is a view too.

import type { StoredTensor } from '../model/safetensors.ts';
import type { WeightSource } from '../model/weightValues.ts';
import { initializerSource } from '../model/weightValues.ts';
import type { GraphBuilder } from '../onnx/graphBuilder.ts';
import type { Value } from '../onnx/onnxGraph.ts';

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

/** What is trained: the whole model, all but the tables of vectors, or the heads on an encoder that stays as it is. */
export type TrainedParts = 'all' | 'withoutEmbeddings' | 'heads';

const frozenParts: Readonly<Record<TrainedParts, readonly ModelPart[]>> = {
  all: [],
  withoutEmbeddings: ['embeddings'],
  heads: ['embeddings', 'encoder', 'pooler'],
};

/** A source of weights that turns what is trained into inputs and stores the rest in the graph. */
export interface ParameterSource {
  readonly weightOf: WeightSource;
  /** Call when the graph is complete. */
  layout(): ParameterLayout;
}

export function createParameterSource(graph: GraphBuilder, trained: TrainedParts): ParameterSource {
  const stored = initializerSource(graph);
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
  return {
    weightOf: (...tensors) => {
      if (tensors.every((tensor) => frozenParts[trained].includes(partOf(tensor.name)))) {
        return stored(...tensors);
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

/** By the tensor's name in the checkpoint, with or without the prefix `albert.`. */
export function partOf(tensorName: string): ModelPart {
  const part = /^(?:albert\.)?(embeddings|encoder|pooler)\./.exec(tensorName)?.[1];
  return (part as ModelPart | undefined) ?? 'heads';
}
