// ALBERT's forward pass as an ONNX graph: embeddings, layers over shared weights, and the requested outputs.
// In: config, weights, layers, outputs. Out: a graph with inputs input_ids, attention_mask and token_type_ids, int64 [B, T],
// and where it goes on behind another one, `entering`, what that one carried over.

import { GraphBuilder } from '../onnx/graphBuilder.ts';
import type { OnnxGraph } from '../onnx/onnxGraph.ts';
import type { AlbertConfig } from './albertConfig.ts';
import type { AlbertWeights } from './albertWeights.ts';
import type { Precision } from './denseLayer.ts';
import { createEncoderContext, toTokens } from './encoderContext.ts';
import type { EncoderOutput } from './encoderOutput.ts';
import { outputName } from './encoderOutput.ts';
import { buildOutput } from './outputGraph.ts';
import { encodeForServing } from './servingEncoder.ts';
import { initializerSource } from './weightValues.ts';

/** A graph with weights as initializers, for running the layers after `from` up to `depth`. */
export function buildEncoderGraph(
  config: AlbertConfig,
  weights: AlbertWeights,
  request: {
    /** 0: from the tokens. */
    readonly from: number;
    readonly depth: number;
    readonly outputs: readonly EncoderOutput[];
    readonly precision: Precision;
    /** See `ServingOptions`. */
    readonly keepsHalfTable?: boolean;
  },
): OnnxGraph {
  const graph = new GraphBuilder();
  const weightOf = initializerSource(graph);
  const context = createEncoderContext(graph, config, { weights, weightOf, regularize: (x) => x });
  const { from, depth } = request;
  const { precision, keepsHalfTable = false } = request;
  const layers = encodeForServing(context, { from, to: depth }, { precision, keepsHalfTable });
  const rows = layers.rowsAfter(depth);
  const last = { rows, hidden: toTokens(context, rows) };
  const build = (output: EncoderOutput) => {
    switch (output.kind) {
      case 'layer':
        return toTokens(context, layers.rowsAfter(output.layer));
      case 'carried':
        return layers.carryOver();
      default:
        return buildOutput(context, last, output);
    }
  };
  for (const output of request.outputs) {
    graph.output(outputName(output), build(output));
  }
  return graph.build(`albert_${from}_to_${depth}`);
}
