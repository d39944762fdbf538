// The two heads of ALBERT's own pretraining, for a model that came without them: guessing hidden words over the word
// table, and telling the order of two segments. In: weights. Out: weights that have both; what was there stays.

import type { AlbertConfig } from '../model/albertConfig.ts';
import type { AlbertWeights, MlmWeights, WeightAndBias } from '../model/albertWeights.ts';
import { type StoredTensor, toFloat32Array } from '../model/safetensors.ts';
import { storedFloats } from './flatParameters.ts';
import type { Random } from './random.ts';

/**
 * The decoder of a new head is the word table itself: only the way from a vector to a word's vector is new. It starts at
 * how frequent each word is, and says little beside that: a table of long vectors would otherwise begin by shouting.
 * @param wordCounts how often each word of the vocabulary occurs in what will be learned
 */
export function withPretrainingHeads(
  weights: AlbertWeights,
  config: AlbertConfig,
  wordCounts: ArrayLike<number>,
  random: Random,
): AlbertWeights {
  const { hiddenSize: h, embeddingSize: e, vocabSize: v } = config;
  const mlm = (): MlmWeights => ({
    dense: linear('predictions.dense', e, h, random),
    norm: {
      weight: storedFloats(
        'predictions.LayerNorm.weight',
        [e],
        new Float32Array(e).fill(1 / meanLength(weights.wordEmbeddings)),
      ),
      bias: storedFloats('predictions.LayerNorm.bias', [e], new Float32Array(e)),
    },
    decoder: {
      weight: weights.wordEmbeddings,
      bias: storedFloats('predictions.bias', [v], logShares(wordCounts, v)),
    },
  });
  return {
    ...weights,
    mlm: weights.mlm ?? mlm(),
    pooler: weights.pooler ?? linear('pooler', h, h, random),
    sop: weights.sop ?? linear('sop_classifier.classifier', 2, h, random),
  };
}

function meanLength(table: StoredTensor): number {
  const values = toFloat32Array(table);
  const [rowCount, width] = table.shape as [number, number];
  let sum = 0;
  for (let row = 0; row < rowCount; row++)
    sum += Math.hypot(...values.subarray(row * width, (row + 1) * width));
  return Math.max(1, sum / rowCount);
}

/** A word that does not occur counts as half a one. */
function logShares(counts: ArrayLike<number>, vocabSize: number): Float32Array {
  let total = 0;
  for (let id = 0; id < vocabSize; id++) total += counts[id]! + 0.5;
  return Float32Array.from({ length: vocabSize }, (_, id) => Math.log((counts[id]! + 0.5) / total));
}

/** Small random weights, as ALBERT itself was started with. */
function linear(name: string, outSize: number, inSize: number, random: Random): WeightAndBias {
  const matrix = Float32Array.from({ length: outSize * inSize }, () => 0.02 * random.normal());
  return {
    weight: storedFloats(`${name}.weight`, [outSize, inSize], matrix),
    bias: storedFloats(`${name}.bias`, [outSize], new Float32Array(outSize)),
  };
}
