// A process of its own for recompute.test.ts: how many megabytes one step of training adds to the greatest memory.
//   node stepMemory.ts keep|recompute

import { readFileSync } from 'node:fs';
import { parseAlbertConfig } from '../../../server/src/engine/model/albertConfig.ts';
import type { AlbertWeights, WeightAndBias } from '../../../server/src/engine/model/albertWeights.ts';
import { buildFeeds } from '../../../server/src/engine/training/batchFeeds.ts';
import {
  createFlatArray,
  readParameters,
  storedFloats,
  withNewHead,
} from '../../../server/src/engine/training/flatParameters.ts';
import { GradientSession } from '../../../server/src/engine/training/gradientSession.ts';
import { createRandom } from '../../../server/src/engine/training/random.ts';
import { labelTarget } from '../../../server/src/engine/training/targets.ts';
import { buildTrainingGraph, noDropout } from '../../../server/src/engine/training/trainingGraph.ts';
import { createHost } from './tinyTraining.ts';

/** Wide enough that what a layer keeps is much beside the program itself. */
const [h, f, e, v, texts, tokens] = [128, 512, 32, 90, 16, 64];
const config = parseAlbertConfig(
  new TextEncoder().encode(
    JSON.stringify({
      model_type: 'albert',
      vocab_size: v,
      embedding_size: e,
      hidden_size: h,
      num_hidden_layers: 12,
      num_hidden_groups: 1,
      inner_group_num: 1,
      num_attention_heads: 8,
      intermediate_size: f,
      max_position_embeddings: tokens,
      type_vocab_size: 2,
      layer_norm_eps: 1e-12,
      hidden_act: 'gelu_new',
    }),
  ),
);
const random = createRandom(1, 'weights');
const training = buildTrainingGraph(config, createWeights(), {
  objectives: [
    { kind: 'singleLabel', name: 'kind', labelCount: 3, pooling: 'mean', weight: 1, labelWeights: [1, 1, 1] },
  ],
  exits: [{ depth: 12, weight: 1 }],
  trained: 'all',
  dropout: noDropout,
  floatType: 'float32',
  recompute: process.argv[2] === 'recompute',
});
const weights = createFlatArray(training.layout, 'float32');
readParameters(training.layout, createWeights(), weights);
const gradients = createFlatArray(training.layout, 'float32');
const session = await GradientSession.create(training, { threads: 1 });
const empty = new Int32Array(tokens);
const examples = Array.from({ length: texts }, (_, row) => ({
  text: {
    ids: Int32Array.from({ length: tokens }, (_, token) => 5 + ((row + token) % 80)),
    typeIds: new Uint8Array(tokens),
    starts: empty,
    ends: empty,
  },
  targets: { kind: labelTarget([row % 3], 3) },
  weight: 1,
}));
const feeds = buildFeeds(examples, {
  objectives: training.objectives,
  counts: new Map(training.objectives.map((one) => [one, texts])),
  hiddenSize: h,
  pack: createHost().pack,
});
const before = greatestKilobytes();
await session.computeGradients(weights, gradients, feeds);
console.log((greatestKilobytes() - before) / 1000);
await session.dispose();

/** Linux hands `maxRSS` of the parent on to the child, which a long run of tests makes greater than any step here. */
function greatestKilobytes(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS;
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
}

function createWeights(): AlbertWeights {
  const tensor = (name: string, ...shape: readonly number[]) =>
    storedFloats(
      name,
      shape,
      Float32Array.from(
        { length: shape.reduce((product, size) => product * size, 1) },
        () => 0.02 * random.normal(),
      ),
    );
  const linear = (name: string, outSize: number, inSize: number): WeightAndBias => ({
    weight: tensor(`${name}.weight`, outSize, inSize),
    bias: tensor(`${name}.bias`, outSize),
  });
  const norm = (name: string, size: number): WeightAndBias => ({
    weight: tensor(`${name}.weight`, size),
    bias: tensor(`${name}.bias`, size),
  });
  const encoder: AlbertWeights = {
    wordEmbeddings: tensor('embeddings.word', v, e),
    positionEmbeddings: tensor('embeddings.position', tokens, e),
    tokenTypeEmbeddings: tensor('embeddings.type', 2, e),
    embeddingNorm: norm('embeddings.norm', e),
    embeddingMapping: linear('encoder.mapping', h, e),
    groups: [
      [
        {
          query: linear('encoder.query', h, h),
          key: linear('encoder.key', h, h),
          value: linear('encoder.value', h, h),
          attentionDense: linear('encoder.dense', h, h),
          attentionNorm: norm('encoder.attentionNorm', h),
          ffn: linear('encoder.ffn', f, h),
          ffnOutput: linear('encoder.ffnOutput', h, f),
          outputNorm: norm('encoder.outputNorm', h),
        },
      ],
    ],
    pooler: undefined,
    mlm: undefined,
    sop: undefined,
    qa: undefined,
    classifier: undefined,
    heads: new Map(),
    parameterCounts: { embeddings: 0, encoder: 0, pooler: 0, heads: 0 },
    unusedTensors: [],
  };
  const weight = Float32Array.from({ length: 3 * h }, () => 0.02 * random.normal());
  return withNewHead(encoder, { name: 'kind', labelCount: 3, hiddenSize: h, weight });
}
