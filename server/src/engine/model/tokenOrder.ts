// Rows token by token, all texts of the batch beside each other, [T, B, …]: attention reads queries, keys and values in
// place, and only its result is transposed. For training; servingEncoder.ts does the same with less to add up.
// Legend: B texts, T tokens, N = B·T rows, H hidden size, A heads, D = H/A.

import { fusedMatMul } from '../onnx/fusedOperations.ts';
import type { Value } from '../onnx/onnxGraph.ts';
import { add, concatenate, reshape, sizeOf, softmax, transpose } from '../onnx/operations.ts';
import type { LayerWeights } from './albertWeights.ts';
import { type EncoderContext, toRows } from './encoderContext.ts';
import { type AttentionForm, attentionBias } from './plainEncoder.ts';
import { applyLinear } from './weightValues.ts';

export const tokenByToken: AttentionForm = {
  order: ({ graph }, embedded) => transpose(graph, embedded, [1, 0, 2]),
  scoreBias,
  mixValues,
};

/** Rows [N, H] of a layer, text by text. */
export function toTextOrder(context: EncoderContext, rows: Value): Value {
  const { graph, config, inputs, tokenCount } = context;
  const h = config.hiddenSize;
  const sizes = concatenate(graph, [tokenCount, sizeOf(graph, inputs.inputIds, 0), graph.integers([h])], 0);
  const byToken = reshape(graph, rows, sizes, ['T', 'B', h]);
  return toRows(context, transpose(graph, byToken, [1, 0, 2]), h);
}

/** [B·A, 1, T] */
function scoreBias(context: EncoderContext): Value {
  const { graph, config, tokenCount } = context;
  const a = config.numAttentionHeads;
  const perHead = add(graph, attentionBias(context), graph.floats(new Array(a).fill(0), [1, a, 1, 1])); // [B, A, 1, T]
  const sizes = concatenate(graph, [graph.integers([-1, 1]), tokenCount], 0);
  return reshape(graph, perHead, sizes, [headsOfBatch(a), 1, 'T']);
}

/** x [N, H] → [N, H] */
function mixValues(context: EncoderContext, x: Value, bias: Value, block: LayerWeights): Value {
  const { graph, config, tokenCount } = context;
  const h = config.hiddenSize;
  const a = config.numAttentionHeads;
  const d = h / a;
  const batch = headsOfBatch(a);
  const headSizes = concatenate(graph, [tokenCount, graph.integers([-1, d])], 0);
  const heads = (part: LayerWeights['query']) =>
    reshape(graph, applyLinear(context, x, part), headSizes, ['T', batch, d]);
  const products = fusedMatMul(graph, heads(block.query), heads(block.key), {
    batchSecondA: true,
    batchSecondB: true,
    transposeB: true,
    scale: 1 / Math.sqrt(d),
    shape: [batch, 'T', 'T'],
  });
  const attention = regularize(context, softmax(graph, add(graph, products, bias)));
  const mixed = fusedMatMul(graph, attention, heads(block.value), {
    batchSecondA: false,
    batchSecondB: true,
    transposeB: false,
    scale: 1,
    shape: [batch, 'T', d],
  });
  return toRows(context, transpose(graph, mixed, [1, 0, 2]), h);
}

/** Attention [BA, T, T], whose sizes are those of a batch while it is regularised. */
function regularize(context: EncoderContext, attention: Value): Value {
  const { graph, config, tokenCount } = context;
  const a = config.numAttentionHeads;
  const apart = concatenate(graph, [graph.integers([-1, a]), tokenCount, tokenCount], 0);
  const together = concatenate(graph, [graph.integers([-1]), tokenCount, tokenCount], 0);
  const byText = reshape(graph, attention, apart, ['B', a, 'T', 'T']);
  return reshape(graph, context.regularize(byText, 'attention'), together, [headsOfBatch(a), 'T', 'T']);
}

/** The size B·A; see `estimateActivations`, which reads it. */
const headsOfBatch = (headCount: number) => `${headCount}B`;
