// What the parts of one encoder graph share, and the two forms in which they pass vectors on.
// Legend: B texts, T tokens, N = B·T rows. Dense layers work on rows, attention and pooling on texts.

import type { GraphBuilder } from '../onnx/graphBuilder.ts';
import type { Value } from '../onnx/onnxGraph.ts';
import { cast, concatenate, reshape, sizeOf } from '../onnx/operations.ts';
import type { AlbertConfig } from './albertConfig.ts';
import type { AlbertWeights } from './albertWeights.ts';
import type { WeightSource } from './weightValues.ts';

/** The inputs of every encoder graph, int64 [B, T] each. */
export interface EncoderInputs {
  readonly inputIds: Value;
  readonly attentionMask: Value;
  readonly tokenTypeIds: Value;
}

/** Switches off random numbers of a value while training; running a model leaves everything as it is. */
export type Regularization = (x: Value, place: 'hidden' | 'attention' | 'head') => Value;

export interface EncoderContext {
  readonly graph: GraphBuilder;
  readonly config: AlbertConfig;
  readonly inputs: EncoderInputs;
  readonly weights: AlbertWeights;
  /** Where the values of weights come from: initializers for running, inputs for training. */
  readonly weightOf: WeightSource;
  readonly regularize: Regularization;
  /** [B, T] in the graph's float type: 1 for a token, 0 for padding. */
  readonly mask: Value;
  /** T, as an int64 list of length 1. */
  readonly tokenCount: Value;
  /** The int64 list `[B, T, ...rest]` for a reshape. */
  readonly sizesOf: (rest: readonly number[]) => Value;
}

/** Adds the inputs to the graph and everything that depends on nothing else. */
export function createEncoderContext(
  graph: GraphBuilder,
  config: AlbertConfig,
  source: {
    readonly weights: AlbertWeights;
    readonly weightOf: WeightSource;
    readonly regularize: Regularization;
  },
): EncoderContext {
  const inputs = {
    inputIds: graph.input('input_ids', 'int64', ['B', 'T']),
    attentionMask: graph.input('attention_mask', 'int64', ['B', 'T']),
    tokenTypeIds: graph.input('token_type_ids', 'int64', ['B', 'T']),
  };
  const batchSize = sizeOf(graph, inputs.inputIds, 0);
  const tokenCount = sizeOf(graph, inputs.inputIds, 1);
  const known = new Map<string, Value>();
  return {
    graph,
    config,
    inputs,
    ...source,
    tokenCount,
    mask: cast(graph, inputs.attentionMask, graph.floatType),
    sizesOf: (rest) => {
      const key = rest.join();
      const sizes = known.get(key) ?? concatenate(graph, [batchSize, tokenCount, graph.integers(rest)], 0);
      known.set(key, sizes);
      return sizes;
    },
  };
}

/** [..., size] → [N, size] */
export function toRows({ graph }: EncoderContext, x: Value, size: number): Value {
  return reshape(graph, x, graph.integers([-1, size]), ['N', size]);
}

/** [N, size] → [B, T, size] */
export function toTokens(context: EncoderContext, rows: Value): Value {
  const size = rows.shape[1] as number;
  return reshape(context.graph, rows, context.sizesOf([size]), ['B', 'T', size]);
}
