// ALBERT's layers as published, operator by operator: what training differentiates and what servingEncoder.ts must equal.
// In: the parts of a graph, a depth, a form of attention. Out: the rows after every layer.
// Legend: B texts, T tokens, N = B·T rows, E embedding size, H hidden size, A heads, D = H/A, F feed-forward size.
// Reference: google-research/albert modeling.py and transformers modeling_albert.py (post-LayerNorm blocks).

import type { Value } from '../onnx/onnxGraph.ts';
import {
  add,
  gather,
  linear,
  matMul,
  multiply,
  reshape,
  slice,
  softmax,
  split,
  subtract,
  transpose,
  unsqueeze,
} from '../onnx/operations.ts';
import { applyActivation } from './activation.ts';
import { groupOfLayer } from './albertConfig.ts';
import type { LayerWeights } from './albertWeights.ts';
import type { EncoderContext } from './encoderContext.ts';
import { toRows } from './encoderContext.ts';
import { applyLayerNorm, applyLinear } from './weightValues.ts';

/** The most negative float: added to a score it leaves exactly no weight after softmax, and no NaN in an empty row. */
const maskedScore = -3.4028234663852886e38;

/** One way to compute attention, with the order of rows that it needs. */
export interface AttentionForm {
  /** The embedded tokens [B, T, E] in the order in which the layers keep them. */
  order(context: EncoderContext, embedded: Value): Value;
  /** What is added to the scores, made once for all layers. */
  scoreBias(context: EncoderContext): Value;
  /** x [N, H] → [N, H], up to the output matrix. */
  mixValues(context: EncoderContext, x: Value, scoreBias: Value, block: LayerWeights): Value;
}

/** Text by text, query, key and value from one product with the three matrices stacked. */
const asPublished: AttentionForm = {
  order: (_context, embedded) => embedded,
  scoreBias: attentionBias, // [B, 1, 1, T]
  mixValues,
};

/** What enters the first layer and what each of `depth` layers gives: [N, H] each. */
export function encode(context: EncoderContext, depth: number, form = asPublished): readonly Value[] {
  const scoreBias = form.scoreBias(context);
  let rows = embed(context, form);
  const afterLayer = [rows];
  for (let layer = 0; layer < depth; layer++) {
    for (const block of context.weights.groups[groupOfLayer(context.config, layer)]!) {
      rows = applyBlock(context, rows, (x) => form.mixValues(context, x, scoreBias, block), block);
    }
    afterLayer.push(rows);
  }
  return afterLayer;
}

/** Word, type and position vectors are summed and normalised in E, then mapped to H: [N, H]. */
function embed(context: EncoderContext, form: AttentionForm): Value {
  const { graph, config, inputs, weights, weightOf } = context;
  const words = gather(graph, weightOf(weights.wordEmbeddings), inputs.inputIds, 0); // [B, T, E]
  const types = gather(graph, weightOf(weights.tokenTypeEmbeddings), inputs.tokenTypeIds, 0);
  const positions = slice(graph, weightOf(weights.positionEmbeddings), {
    axis: 0,
    from: graph.integers([0]),
    to: context.tokenCount,
    size: 'T',
  }); // [T, E]
  const sum = add(graph, add(graph, words, types), positions);
  const normalized = applyLayerNorm(context, sum, weights.embeddingNorm, config.layerNormEps);
  const rows = toRows(context, form.order(context, normalized), config.embeddingSize);
  return applyLinear(context, context.regularize(rows, 'hidden'), weights.embeddingMapping);
}

/** 0 where a token may be looked at, the most negative float where there is padding: [B, 1, 1, T]. */
export function attentionBias({ graph, mask }: EncoderContext): Value {
  const bias = multiply(graph, subtract(graph, graph.float(1), mask), graph.float(maskedScore));
  return unsqueeze(graph, unsqueeze(graph, bias, 1), 1);
}

/** One block: LN(x + attention(x)), then LN(y + feedForward(y)). x [N, H] → [N, H] */
function applyBlock(context: EncoderContext, x: Value, mix: (x: Value) => Value, block: LayerWeights): Value {
  const { graph, config } = context;
  const dense = applyLinear(context, mix(x), block.attentionDense);
  const attended = add(graph, x, context.regularize(dense, 'hidden'));
  const y = applyLayerNorm(context, attended, block.attentionNorm, config.layerNormEps);
  const inner = applyActivation(graph, applyLinear(context, y, block.ffn), config.hiddenAct); // [N, F]
  const outer = add(graph, applyLinear(context, inner, block.ffnOutput), y);
  return applyLayerNorm(context, outer, block.outputNorm, config.layerNormEps);
}

/** x [N, H] → [N, H] */
function mixValues(context: EncoderContext, x: Value, scoreBias: Value, block: LayerWeights): Value {
  const { graph, config } = context;
  const h = config.hiddenSize;
  const a = config.numAttentionHeads;
  const d = h / a;
  const parts = [block.query, block.key, block.value];
  const weight = context.weightOf(...parts.map((part) => part.weight));
  const bias = context.weightOf(...parts.map((part) => part.bias));
  const projected = linear(graph, x, weight, bias); // [N, 3H]
  const heads = reshape(graph, projected, context.sizesOf([3, a, d]), ['B', 'T', 3, a, d]);
  const byPart = transpose(graph, heads, [2, 0, 3, 1, 4]); // [3, B, A, T, D]
  const [query, key, value] = split(graph, byPart, 0, 3) as [Value, Value, Value];
  const products = matMul(graph, query, transpose(graph, key, [0, 1, 2, 4, 3])); // [1, B, A, T, T]
  const scores = add(graph, multiply(graph, products, graph.float(1 / Math.sqrt(d))), scoreBias);
  const attention = context.regularize(softmax(graph, scores), 'attention');
  const mixed = matMul(graph, attention, value); // [1, B, A, T, D]
  const joined = transpose(graph, mixed, [0, 1, 3, 2, 4]); // [1, B, T, A, D]
  return toRows(context, joined, h);
}
