// ALBERT base, 12 layers of 768 numbers over a vocabulary of 30,000, against Hugging Face transformers.
// The 11.8 million weights are made from hashes on both sides, so that only the expected outputs are stored.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { LoadedModel } from '../../../server/src/engine/model/loadModel.ts';
import { loadModel } from '../../../server/src/engine/model/loadModel.ts';
import { runEncoder } from '../../../server/src/engine/model/runEncoder.ts';
import { writeSafetensors } from '../../../server/src/engine/model/safetensors.ts';
import { hashedTensors } from './hashedWeights.ts';
import type { Expected } from './modelFixtures.ts';
import { fixtureModel, maxDifference, readExpected, withFiles } from './modelFixtures.ts';

const [v, e, h, f, p] = [30_000, 128, 768, 3072, 512];
const layer = 'albert.encoder.albert_layer_groups.0.albert_layers.0';
const shapes: Readonly<Record<string, readonly number[]>> = {
  'albert.embeddings.word_embeddings.weight': [v, e],
  'albert.embeddings.position_embeddings.weight': [p, e],
  'albert.embeddings.token_type_embeddings.weight': [2, e],
  ...weightAndBias('albert.embeddings.LayerNorm', [e]),
  ...weightAndBias('albert.encoder.embedding_hidden_mapping_in', [h, e]),
  ...weightAndBias(`${layer}.attention.query`, [h, h]),
  ...weightAndBias(`${layer}.attention.key`, [h, h]),
  ...weightAndBias(`${layer}.attention.value`, [h, h]),
  ...weightAndBias(`${layer}.attention.dense`, [h, h]),
  ...weightAndBias(`${layer}.attention.LayerNorm`, [h]),
  ...weightAndBias(`${layer}.ffn`, [f, h]),
  ...weightAndBias(`${layer}.ffn_output`, [h, f]),
  ...weightAndBias(`${layer}.full_layer_layer_norm`, [h]),
  ...weightAndBias('albert.pooler', [h, h]),
  ...weightAndBias('predictions.dense', [e, h]),
  ...weightAndBias('predictions.LayerNorm', [e]),
  'predictions.bias': [v],
  ...weightAndBias('sop_classifier.classifier', [2, h]),
};
/** Words whose logits are stored: every 509th. */
const wordStride = 509;
/** Measured: 1.3e-5 in hidden states, 3.7e-5 in word logits (which reach 24). */
const tolerance = 1e-4;

describe('the encoder at the shape of ALBERT base', function () {
  this.timeout(120_000);
  let model: LoadedModel;
  let expected: Expected;

  before(async () => {
    const folder = fixtureModel('albert-base');
    expected = await readExpected(folder);
    const weights = writeSafetensors(hashedTensors(shapes), 'F32', { format: 'pt' });
    model = await loadModel(withFiles(folder, { 'model.safetensors': weights }), {
      threads: 2,
      maxSessions: 1,
    });
  });

  after(() => model.dispose());

  it('has the number of parameters that the reference counts', () => {
    const counts = Object.values(model.weights.parameterCounts);
    assert.equal(
      counts.reduce((sum, count) => sum + count, 0),
      11_813_810,
    );
  });

  it('equals the reference in hidden states, pooler, sentence order and word logits', async () => {
    const [hidden, pooler, sop, mlm] = await runEncoder(model, expected.batch, {
      depth: 12,
      outputs: [{ kind: 'hidden' }, { kind: 'pooled', pooling: 'pooler' }, { kind: 'sop' }, { kind: 'mlm' }],
    });
    assert.deepEqual(mlm!.shape, [2, 9, v]);
    const strided = mlm!.data.filter((_, index) => (index % v) % wordStride === 0);
    const compared = [
      { name: 'hidden', data: hidden!.data },
      { name: 'pooled.pooler', data: pooler!.data },
      { name: 'sop', data: sop!.data },
      { name: 'mlm.strided', data: strided },
    ];
    for (const { name, data } of compared) {
      const difference = maxDifference(data, expected.outputs.get(name)!.data);
      assert.ok(difference <= tolerance, `${name} differs by ${difference}`);
    }
  });
});

function weightAndBias(name: string, shape: readonly number[]): Record<string, readonly number[]> {
  return { [`${name}.weight`]: shape, [`${name}.bias`]: [shape[0]!] };
}
