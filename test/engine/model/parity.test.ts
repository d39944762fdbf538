// ALBERT as our graph computes it against Hugging Face transformers, on tiny models of many shapes
// (test/oracles/model/makeParityFixtures.py made the expected tensors).

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { EncoderOutput } from '../../../server/src/engine/model/encoderOutput.ts';
import { outputName } from '../../../server/src/engine/model/encoderOutput.ts';
import { loadModel } from '../../../server/src/engine/model/loadModel.ts';
import { runEncoder } from '../../../server/src/engine/model/runEncoder.ts';
import { fixtureModel, listParityCases, maxDifference, readExpected } from './modelFixtures.ts';

/** The same formulas with additions in another order: measured were at most 1.9e-5 (logits), 7.8e-6 (hidden states). */
const tolerance = 1e-4;

describe('the encoder equals Hugging Face transformers', () => {
  const cases = listParityCases();

  it('finds the twelve models', () => {
    assert.equal(cases.length, 12, cases.join(', '));
  });

  for (const name of cases) {
    it(`in every layer and output of ${name}`, async () => {
      const files = fixtureModel(`parity/${name}`);
      const { batch, outputs } = await readExpected(files);
      const model = await loadModel(files, { threads: 1, maxSessions: 1 });
      try {
        const wanted = [...outputs.keys()].filter((key) => !key.startsWith('depth.')).map(parseOutputName);
        assert.ok(
          wanted.length >= model.config.numHiddenLayers + 4,
          'layers, hidden states and pooled vectors',
        );
        const depth = model.config.numHiddenLayers;
        const results = await runEncoder(model, batch, { depth, outputs: wanted });
        wanted.forEach((output, index) => {
          const key = outputName(output);
          const expected = outputs.get(key)!;
          assert.deepEqual(results[index]!.shape, expected.shape, key);
          const difference = maxDifference(results[index]!.data, expected.data);
          assert.ok(difference <= tolerance, `${key} differs by ${difference}`);
        });
      } finally {
        await model.dispose();
      }
    });
  }

  it('at depth 3 and 4 of a model with six layers', async () => {
    const files = fixtureModel('parity/model-six-layers');
    const { batch, outputs } = await readExpected(files);
    const model = await loadModel(files, { threads: 1, maxSessions: 1 });
    try {
      for (const depth of [3, 4]) {
        const [hidden] = await runEncoder(model, batch, { depth, outputs: [{ kind: 'hidden' }] });
        const expected = outputs.get(`depth.${depth}`)!;
        assert.deepEqual(hidden!.shape, expected.shape);
        const difference = maxDifference(hidden!.data, expected.data);
        assert.ok(difference <= tolerance, `depth ${depth} differs by ${difference}`);
      }
    } finally {
      await model.dispose();
    }
  });
});

/** `logits.debt.mean` back to the request that has this name. */
function parseOutputName(name: string): EncoderOutput {
  const [kind, first, second] = name.split('.') as [string, string?, string?];
  const output = {
    kind,
    ...(kind === 'layer' && { layer: Number(first) }),
    ...(kind === 'pooled' && { pooling: first }),
    ...(kind === 'logits' && { head: first, pooling: second }),
  } as EncoderOutput;
  assert.equal(outputName(output), name);
  return output;
}
