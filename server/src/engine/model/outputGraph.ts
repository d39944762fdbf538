// The outputs on top of the encoder: pooled vectors, logits of each kind of head.
// Heads stand inside the graph so that the large [B, T, H] need not leave it.
// Legend: B texts, T tokens, N = B·T rows, H hidden size, E embedding size, V vocabulary.

import { EngineError } from '../errors.ts';
import type { Value } from '../onnx/onnxGraph.ts';
import { divide, gather, maximum, multiply, sumOver, unary, unsqueeze } from '../onnx/operations.ts';
import { applyActivation } from './activation.ts';
import type { HeadWeights, WeightAndBias } from './albertWeights.ts';
import type { EncoderContext } from './encoderContext.ts';
import { toTokens } from './encoderContext.ts';
import type { EncoderOutput, Pooling } from './encoderOutput.ts';
import { outputName } from './encoderOutput.ts';
import { applyLayerNorm, applyLinear } from './weightValues.ts';

/** The last layer's vectors in both forms: one row per token, and by text. */
interface LastLayer {
  /** [N, H] */
  readonly rows: Value;
  /** [B, T, H] */
  readonly hidden: Value;
}

/** @throws EngineError `modelUnsupported` where the model has no weights for this output. */
export function buildOutput(
  context: EncoderContext,
  last: LastLayer,
  output: Exclude<EncoderOutput, { kind: 'layer' | 'carried' }>,
): Value {
  const { weights } = context;
  switch (output.kind) {
    case 'hidden':
      return last.hidden;
    case 'pooled':
      return pool(context, last.hidden, output.pooling);
    case 'logits':
      return applyHead(context, pool(context, last.hidden, output.pooling), headNamed(context, output.head));
    case 'tokenLogits':
      return perToken(context, last.rows, required(weights.classifier, output));
    case 'qa':
      return perToken(context, last.rows, required(weights.qa, output));
    case 'sop':
      return applyLinear(context, pool(context, last.hidden, 'pooler'), required(weights.sop, output));
    case 'mlm':
      return toTokens(context, predictWords(context, last.rows));
    case 'mlmAtPlaces': {
      const places = context.graph.input('token_places', 'int64', ['M']);
      return predictWords(context, gather(context.graph, last.rows, places, 0));
    }
  }
}

/** hidden [B, T, H] → [B, H] */
function pool(context: EncoderContext, hidden: Value, pooling: Pooling): Value {
  const { graph, mask, weights } = context;
  switch (pooling) {
    case 'mean': {
      const sum = sumOver(graph, multiply(graph, hidden, unsqueeze(graph, mask, 2)), 1);
      const count = maximum(graph, unsqueeze(graph, sumOver(graph, mask, 1), 1), graph.float(1));
      return divide(graph, sum, count);
    }
    case 'cls':
      return gather(graph, hidden, graph.integers(0), 1);
    case 'pooler': {
      const pooler = required(weights.pooler, { kind: 'pooled', pooling });
      return unary(graph, 'Tanh', applyLinear(context, pool(context, hidden, 'cls'), pooler));
    }
  }
}

/** pooled [B, H] → [B, labels] */
function applyHead(context: EncoderContext, pooled: Value, head: HeadWeights): Value {
  const input = context.regularize(pooled, 'head');
  const features = head.dense ? unary(context.graph, 'Tanh', applyLinear(context, input, head.dense)) : input;
  return applyLinear(context, features, head.classifier);
}

function headNamed({ weights }: EncoderContext, name: string): HeadWeights {
  const head = weights.heads.get(name);
  if (head) return head;
  throw new EngineError(
    'modelUnsupported',
    `The model has no weights for the task ${name}. Its heads are: ${[...weights.heads.keys()].join(', ') || 'none'}.`,
  );
}

/** rows [N, H] → [B, T, out] */
function perToken(context: EncoderContext, rows: Value, weights: WeightAndBias): Value {
  return toTokens(context, applyLinear(context, rows, weights));
}

/** rows [N, H] → [N, V]: H → E, activation, LayerNorm, then the (tied) word table. */
function predictWords(context: EncoderContext, rows: Value): Value {
  const { graph, config, weights } = context;
  const mlm = required(weights.mlm, { kind: 'mlm' });
  const dense = applyActivation(graph, applyLinear(context, rows, mlm.dense), config.hiddenAct);
  const features = applyLayerNorm(context, dense, mlm.norm, config.mlmLayerNormEps);
  return applyLinear(context, features, mlm.decoder);
}

function required<T>(weights: T | undefined, output: EncoderOutput): T {
  if (weights !== undefined) return weights;
  throw new EngineError(
    'modelUnsupported',
    `The model has no weights for the output ${outputName(output)}. Choose a model that was trained for it.`,
  );
}
