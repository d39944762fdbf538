// The encoder's layers as they run fastest: the same mathematics as plainEncoder.ts, which training differentiates,
// with fewer passes over memory. In: the parts of a graph, a range of layers, precision. Out: each layer's rows, built when asked.
// - Rows stand token by token, all texts of the batch beside each other, [T, B, …]: so attention reads queries, keys
//   and values in place, and only its result is transposed.
// - Sums with the layer's input ride on the matrix products. Their bias moves into the normalisation before:
//   x + b comes out of it for nothing, and who reads x + b as x has `W b` less in its own bias.
// - A bias of the keys adds the same to all scores of a query and changes nothing; a bias of the values reaches the
//   output as it is, since attention's weights sum to 1, so it joins that of the output.
// Legend: B texts, T tokens, N = B·T rows, E embedding size, H hidden size, A heads, D = H/A, F feed-forward size.

import { fusedMatMul } from '../onnx/fusedOperations.ts';
import type { Value } from '../onnx/onnxGraph.ts';
import {
  add,
  cast,
  concatenate,
  gather,
  layerNormalization,
  linear,
  reshape,
  sizeOf,
  slice,
  softmax,
  transpose,
  unsqueeze,
} from '../onnx/operations.ts';
import { applyActivation } from './activation.ts';
import { groupOfLayer } from './albertConfig.ts';
import type { LayerWeights, WeightAndBias } from './albertWeights.ts';
import { type BiasFolder, createBiasFolder } from './biasFolder.ts';
import { createDenseLayer, type DenseLayer, type Precision } from './denseLayer.ts';
import { type EncoderContext, toRows } from './encoderContext.ts';
import { attentionBias } from './plainEncoder.ts';
import { applyLayerNorm, storedTable } from './weightValues.ts';

interface ServingContext extends EncoderContext {
  readonly dense: DenseLayer;
  readonly bias: BiasFolder;
  /** The int64 lists [T, B·A, D] and [T, B, H]. */
  readonly headSizes: Value;
  readonly tokenSizes: Value;
  /** [B·A, 1, T]: what is added to attention's scores. */
  readonly scoreBias: Value;
  /** Word, type and position vectors [N, E], made when first asked for. */
  readonly embedded: () => Value;
}

/** Layers that one graph runs: those after `from` up to `to`, counted as config.json does. */
export interface LayerRange {
  readonly from: number;
  readonly to: number;
}

export interface ServingLayers {
  /** Rows [N, H] after `layer` layers of the range, text by text; 0 is what enters the first. */
  readonly rowsAfter: (layer: number) => Value;
  /** [T, B, H]: what the input `entering` of a graph for the layers after these wants. */
  readonly carryOver: () => Value;
}

export interface ServingOptions {
  readonly precision: Precision;
  /**
   * Word vectors that are stored in 16 bits stay so, and those of a batch become 32-bit floats: the same numbers, and half
   * of the largest tensor in every session. Not every accelerator reads 16-bit floats.
   */
  readonly keepsHalfTable: boolean;
}

export function encodeForServing(
  base: EncoderContext,
  { from, to }: LayerRange,
  options: ServingOptions,
): ServingLayers {
  const context = createServingContext(base, options);
  const { config, bias } = context;
  /** Sums before the last normalisation of a layer, which stays undone until it is known what follows. */
  const ends = new Map<number, LayerEnd>();
  if (from > 0) ends.set(from, enterBetweenLayers(context, from));
  let previous = ends.get(from);
  for (let layer = from; layer < to; layer++) {
    for (const block of blocksOf(context, layer)) {
      const x = previous
        ? shiftedNorm(context, previous.sum, previous.norm, bias.sum(previous.norm.bias, block))
        : mapEmbeddings(context, block);
      previous = { sum: applyBlock(context, x, block), norm: block.outputNorm };
    }
    ends.set(layer + 1, previous!);
  }
  return {
    rowsAfter(layer) {
      const end = ends.get(layer);
      return toTextOrder(
        context,
        end
          ? applyLayerNorm(context, end.sum, end.norm, config.layerNormEps)
          : mapEmbeddings(context, undefined),
      );
    },
    carryOver: () => reshape(context.graph, previous!.sum, context.tokenSizes, ['T', 'B', config.hiddenSize]),
  };
}

interface LayerEnd {
  /** [N, H], token by token. */
  readonly sum: Value;
  readonly norm: WeightAndBias;
}

function blocksOf({ config, weights }: ServingContext, layer: number): readonly LayerWeights[] {
  return weights.groups[groupOfLayer(config, layer)]!;
}

/** The input of a graph that goes on where another one ended: the same numbers, so the same results. */
function enterBetweenLayers(context: ServingContext, from: number): LayerEnd {
  const { graph, config } = context;
  const h = config.hiddenSize;
  const carried = graph.input('entering', 'float32', ['T', 'B', h]);
  const sum = reshape(graph, carried, graph.integers([-1, h]), ['N', h]);
  return { sum, norm: blocksOf(context, from - 1).at(-1)!.outputNorm };
}

/** What enters the first block [N, H]: with what its sums want added, or as it is. */
function mapEmbeddings(context: ServingContext, block: LayerWeights | undefined): Value {
  const { graph, weights, bias, weightOf } = context;
  const { weight, bias: mappingBias } = weights.embeddingMapping;
  return linear(
    graph,
    context.embedded(),
    weightOf(weight),
    block ? bias.sum(mappingBias, block) : weightOf(mappingBias),
  );
}

function createServingContext(base: EncoderContext, options: ServingOptions): ServingContext {
  const { graph, config, inputs, weightOf } = base;
  const a = config.numAttentionHeads;
  const h = config.hiddenSize;
  const batchSize = sizeOf(graph, inputs.inputIds, 0);
  const bias = attentionBias(base); // [B, 1, 1, T]
  const perHead = add(graph, bias, graph.floats(new Array(a).fill(0), [1, a, 1, 1])); // [B, A, 1, T]
  const sizes = concatenate(graph, [graph.integers([-1, 1]), base.tokenCount], 0);
  let embedded: Value | undefined;
  return {
    ...base,
    embedded: () => {
      embedded ??= embed(base, options);
      return embedded;
    },
    dense: createDenseLayer(graph, weightOf, options.precision),
    bias: createBiasFolder(graph),
    headSizes: concatenate(graph, [base.tokenCount, graph.integers([-1, h / a])], 0),
    tokenSizes: concatenate(graph, [base.tokenCount, batchSize, graph.integers([h])], 0),
    scoreBias: reshape(graph, perHead, sizes, ['BA', 1, 'T']),
  };
}

/** Word, type and position vectors, summed and normalised in E, token by token: [N, E]. */
function embed(context: EncoderContext, { keepsHalfTable }: ServingOptions): Value {
  const { graph, config, inputs, weights, weightOf } = context;
  const byToken = (ids: Value) => transpose(graph, ids, [1, 0]); // [T, B]
  const table = keepsHalfTable ? storedTable(graph, weights.wordEmbeddings) : undefined;
  const wordIds = byToken(inputs.inputIds);
  const words = table
    ? cast(graph, gather(graph, table, wordIds, 0), 'float32')
    : gather(graph, weightOf(weights.wordEmbeddings), wordIds, 0); // [T, B, E]
  const types = gather(graph, weightOf(weights.tokenTypeEmbeddings), byToken(inputs.tokenTypeIds), 0);
  const positions = slice(graph, weightOf(weights.positionEmbeddings), {
    axis: 0,
    from: graph.integers([0]),
    to: context.tokenCount,
    size: 'T',
  }); // [T, E]
  const sum = add(graph, add(graph, words, types), unsqueeze(graph, positions, 1));
  const normalized = applyLayerNorm(context, sum, weights.embeddingNorm, config.layerNormEps);
  return reshape(graph, normalized, graph.integers([-1, config.embeddingSize]), ['N', config.embeddingSize]);
}

/** x [N, H], shifted by what attention's sum wants → the sum before the block's last normalisation [N, H]. */
function applyBlock(context: ServingContext, x: Value, block: LayerWeights): Value {
  const { graph, config, bias, dense } = context;
  const attended = dense(mixValues(context, x, block), block.attentionDense.weight, x);
  const y = shiftedNorm(context, attended, block.attentionNorm, bias.innerNorm(block));
  const inner = dense(y, block.ffn.weight, bias.feedForward(block)); // [N, F]
  const activated = applyActivation(graph, inner, config.hiddenAct);
  return dense.ofUnevenRows(activated, block.ffnOutput.weight, y);
}

/** Attention up to its output matrix: x [N, H] → [N, H]. */
function mixValues(context: ServingContext, x: Value, block: LayerWeights): Value {
  const { graph, config, bias, dense } = context;
  const h = config.hiddenSize;
  const d = h / config.numAttentionHeads;
  const heads = (rows: Value) => reshape(graph, rows, context.headSizes, ['T', 'BA', d]);
  const query = heads(dense(x, block.query.weight, bias.query(block)));
  const key = heads(dense(x, block.key.weight, undefined));
  const value = heads(dense(x, block.value.weight, bias.value(block)));
  const products = fusedMatMul(graph, query, key, {
    batchSecondA: true,
    batchSecondB: true,
    transposeB: true,
    scale: 1 / Math.sqrt(d),
    shape: ['BA', 'T', 'T'],
  });
  const attention = softmax(graph, add(graph, products, context.scoreBias));
  const mixed = fusedMatMul(graph, attention, value, {
    batchSecondA: false,
    batchSecondB: true,
    transposeB: false,
    scale: 1,
    shape: ['BA', 'T', d],
  });
  return reshape(graph, transpose(graph, mixed, [1, 0, 2]), graph.integers([-1, h]), ['N', h]);
}

/** A normalisation whose bias is another one: its own, and what the next sum wants. */
function shiftedNorm(
  { graph, config, weightOf }: ServingContext,
  x: Value,
  norm: WeightAndBias,
  bias: Value,
): Value {
  return layerNormalization(graph, x, { scale: weightOf(norm.weight), bias, epsilon: config.layerNormEps });
}

/** Rows token by token → rows text by text [N, H]. */
function toTextOrder(context: ServingContext, rows: Value): Value {
  const { graph, config } = context;
  const h = config.hiddenSize;
  const byToken = reshape(graph, rows, context.tokenSizes, ['T', 'B', h]);
  return toRows(context, transpose(graph, byToken, [1, 0, 2]), h);
}
