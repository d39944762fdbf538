// ALBERT's forward pass as an ONNX graph: embeddings, `depth` layers over shared weights, and the requested outputs.
// In: config, weights, depth, outputs. Out: a graph with inputs input_ids, attention_mask and token_type_ids, int64 [B, T].

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

/** A graph with weights as initializers, for running. `depth` counts layers as config.json does. */
export function buildEncoderGraph(
  config: AlbertConfig,
  weights: AlbertWeights,
  request: {
    readonly depth: number;
    readonly outputs: readonly EncoderOutput[];
    readonly precision: Precision;
  },
): OnnxGraph {
  const graph = new GraphBuilder();
  const weightOf = initializerSource(graph);
  const context = createEncoderContext(graph, config, { weights, weightOf, regularize: (x) => x });
  const rowsAfter = encodeForServing(context, request.depth, request.precision);
  const rows = rowsAfter(request.depth);
  const last = { rows, hidden: toTokens(context, rows) };
  for (const output of request.outputs) {
    const value =
      output.kind === 'layer'
        ? toTokens(context, rowsAfter(output.layer))
        : buildOutput(context, last, output);
    graph.output(outputName(output), value);
  }
  return graph.build(`albert_depth_${request.depth}`);
}
