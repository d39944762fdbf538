// What the parts of one encoder graph share, and the two forms in which they pass vectors on.
// Legend: B texts, T tokens, N = B·T rows. Dense layers work on rows, attention and pooling on texts.

import type { GraphBuilder } from '../onnx/graphBuilder.ts';
import type { Value } from '../onnx/onnxGraph.ts';
import { reshape } from '../onnx/operations.ts';
import type { AlbertConfig } from './albertConfig.ts';
import type { AlbertWeights } from './albertWeights.ts';

export interface EncoderContext {
  readonly graph: GraphBuilder;
  readonly config: AlbertConfig;
  readonly weights: AlbertWeights;
  /** float32 [B, T]: 1 for a token, 0 for padding. */
  readonly mask: Value;
  /** Builds the int64 list `[B, T, ...rest]` for a reshape. */
  readonly sizesOf: (rest: readonly number[]) => Value;
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
