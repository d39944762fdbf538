// The inputs of one run of a training graph, from examples. In: texts with targets. Out: named tensors.
// Legend: B texts, T tokens, N = B·T.

import type { SessionTensor } from '../model/session.ts';
import type { Dimension } from '../onnx/onnxGraph.ts';
import type { EncodedText, TokenBatch } from '../tokens/tokenBatch.ts';
import type { BatchFeeds } from './gradientSession.ts';
import type { Objective } from './objective.ts';
import { createRandom } from './random.ts';
import type { TrainingExample } from './targets.ts';
import { buildTargets } from './targets.ts';
import type { DropoutInput } from './trainingGraph.ts';

/** Pads texts to a batch; the tokens station's `packBatch` with its options chosen. */
export type PackTexts = (texts: readonly EncodedText[]) => TokenBatch;

/** @param counts for each objective what `countTargets` gave for the whole batch that this is a part of */
export function buildFeeds(
  examples: readonly TrainingExample[],
  options: {
    readonly objectives: readonly Objective[];
    readonly counts: ReadonlyMap<Objective, number>;
    readonly hiddenSize: number;
    readonly pack: PackTexts;
  },
): BatchFeeds {
  const tokens = options.pack(examples.map((example) => example.text));
  const shape = [tokens.batchSize, tokens.tokensPerRow];
  const feeds: Record<string, SessionTensor> = {
    input_ids: { data: tokens.inputIds, shape },
    attention_mask: { data: tokens.attentionMask, shape },
    token_type_ids: { data: tokens.tokenTypeIds, shape },
  };
  for (const objective of options.objectives) {
    const count = options.counts.get(objective) ?? 0;
    const { hiddenSize } = options;
    const { tokensPerRow } = tokens;
    Object.assign(
      feeds,
      buildTargets(objective, examples, { count, hiddenSize, tokensPerRow, floatType: 'float32' }),
    );
  }
  return feeds;
}

/** 0 for what is switched off in this run and 1 / (1 - rate) for the rest, so that sums stay what they are on average. */
export function buildDropout(
  inputs: readonly DropoutInput[],
  batchShape: readonly number[],
  random: { readonly seed: number; readonly purpose: string },
): BatchFeeds {
  const [b, t] = batchShape as readonly [number, number];
  const sizes: Readonly<Record<string, number>> = { B: b, T: t, N: b * t };
  const sizeOf = (dimension: Dimension) => {
    const size = typeof dimension === 'number' ? dimension : sizes[dimension];
    if (size === undefined) throw new Error(`No batch has a size ${dimension}.`);
    return size;
  };
  return Object.fromEntries(
    inputs.map(({ name, shape, rate }) => {
      const fixed = shape.map(sizeOf);
      const generator = createRandom(random.seed, random.purpose, name);
      const kept = 1 / (1 - rate);
      const data = new Float32Array(fixed.reduce((product, size) => product * size, 1));
      for (let index = 0; index < data.length; index++) data[index] = generator.uniform() < rate ? 0 : kept;
      return [name, { data, shape: fixed }];
    }),
  );
}
