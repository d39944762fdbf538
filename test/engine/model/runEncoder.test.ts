// Running the encoder: padding and neighbours change nothing, depth and outputs are chosen per call, sessions come
// and go, and wrong requests are answered before the runtime sees them.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { after, before, describe, it } from 'mocha';
import { EngineError } from '../../../server/src/engine/errors.ts';
import type { EncoderOutput } from '../../../server/src/engine/model/encoderOutput.ts';
import type { LoadedModel } from '../../../server/src/engine/model/loadModel.ts';
import { loadModel } from '../../../server/src/engine/model/loadModel.ts';
import { runEncoder } from '../../../server/src/engine/model/runEncoder.ts';
import { batchOf, fixtureModel, maxDifference } from './modelFixtures.ts';

const mean: EncoderOutput = { kind: 'pooled', pooling: 'mean' };
const purpose: EncoderOutput = { kind: 'logits', head: 'purpose', pooling: 'mean' };
const form: EncoderOutput = { kind: 'logits', head: 'form', pooling: 'cls' };
/** Sums over another number of padded columns are added in another order. */
const rounding = 5e-6;

describe('runEncoder', () => {
  let model: LoadedModel;
  before(async () => {
    model = await loadModel(fixtureModel('tiny'), { threads: 1, maxSessions: 2 });
  });
  after(() => model.dispose());

  it('gives a text the same result alone and in a padded batch', async () => {
    const token = fc.integer({ min: 5, max: 294 });
    const row = fc.array(token, { minLength: 1, maxLength: 20 }).map((ids) => [2, ...ids, 3]);
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 2, maxLength: 5 }), async (rows) => {
        const request = { depth: 6, outputs: [mean, purpose, form] };
        const together = await runEncoder(model, batchOf(rows), request);
        for (const [index, ids] of rows.entries()) {
          const alone = await runEncoder(model, batchOf([ids]), request);
          alone.forEach((tensor, output) => {
            const width = tensor.shape[1]!;
            const same = together[output]!.data.subarray(index * width, (index + 1) * width);
            assert.ok(maxDifference(same, tensor.data) < rounding);
          });
        }
      }),
      { numRuns: 25 },
    );
  });

  it('does not look at what stands in the padding', async () => {
    const clean = batchOf([
      [2, 10, 11, 12, 13, 3],
      [2, 20, 3],
    ]);
    const dirty = { ...clean, inputIds: clean.inputIds.slice(), tokenTypeIds: clean.tokenTypeIds.slice() };
    for (let index = 9; index < 12; index++) {
      dirty.inputIds[index] = 200n;
      dirty.tokenTypeIds[index] = 1n;
    }
    const request = { depth: 6, outputs: [mean, purpose, form] };
    const expected = await runEncoder(model, clean, request);
    const actual = await runEncoder(model, dirty, request);
    expected.forEach((tensor, index) => {
      assert.deepEqual(actual[index]!.data, tensor.data);
    });
  });

  it('gives finite numbers for a row that is nothing but padding', async () => {
    const batch = batchOf([[2, 10, 3], []]);
    const results = await runEncoder(model, batch, {
      depth: 6,
      outputs: [mean, purpose, { kind: 'hidden' }],
    });
    for (const { data } of results) assert.ok(data.every(Number.isFinite));
  });

  it('sees the segment of a token', async () => {
    const ids = [2, 10, 11, 3, 20, 3];
    const [one] = await runEncoder(model, batchOf([ids]), { depth: 6, outputs: [mean] });
    const [two] = await runEncoder(model, batchOf([ids], [[0, 0, 0, 0, 1, 1]]), {
      depth: 6,
      outputs: [mean],
    });
    assert.ok(maxDifference(one!.data, two!.data) > 0.01);
  });

  it('answers depth d with the hidden states after d layers of the full model', async () => {
    const batch = batchOf([
      [2, 10, 11, 12, 3],
      [2, 20, 3],
    ]);
    const layers = [1, 2, 3, 4, 5, 6];
    const full = await runEncoder(model, batch, {
      depth: 6,
      outputs: layers.map((layer) => ({ kind: 'layer', layer })),
    });
    for (const depth of layers) {
      const [hidden] = await runEncoder(model, batch, { depth, outputs: [{ kind: 'hidden' }] });
      assert.deepEqual(hidden!.data, full[depth - 1]!.data, `depth ${depth}`);
    }
  });

  it('takes as many tokens as the model has positions, and not one more', async () => {
    const row = (length: number) => Array.from({ length }, (_, index) => 5 + (index % 200));
    const [pooled] = await runEncoder(model, batchOf([row(128)]), { depth: 3, outputs: [mean] });
    assert.deepEqual(pooled!.shape, [1, 48]);
    await expectError(
      batchOf([row(129)]),
      { depth: 3, outputs: [mean] },
      'invalidArgument',
      /129 tokens are more/,
    );
  });

  it('refuses wrong requests with a reason', async () => {
    const batch = batchOf([[2, 10, 3]]);
    const request = { depth: 6, outputs: [mean] };
    await expectError(batch, { depth: 7, outputs: [mean] }, 'invalidArgument', /depth 7 .* from 1 to 6/);
    await expectError(batch, { depth: 0, outputs: [mean] }, 'invalidArgument', /depth 0/);
    await expectError(batch, { depth: 2.5, outputs: [mean] }, 'invalidArgument', /depth 2.5/);
    await expectError(batch, { depth: 6, outputs: [] }, 'invalidArgument', /no output/);
    await expectError(
      batch,
      { depth: 3, outputs: [{ kind: 'layer', layer: 4 }] },
      'invalidArgument',
      /layer 4/,
    );
    await expectError(batchOf([[2, 295, 3]]), request, 'invalidArgument', /token id 295 is not below 295/);
    await expectError(batchOf([[2, -1, 3]]), request, 'invalidArgument', /token id -1/);
    await expectError(
      batchOf([[2, 10, 3]], [[0, 2, 0]]),
      request,
      'invalidArgument',
      /token type 2 is not below 2/,
    );
    await expectError(
      { ...batch, attentionMask: new BigInt64Array(2) },
      request,
      'invalidArgument',
      /2 elements, not 3/,
    );
    await expectError({ ...batch, batchSize: 0 }, request, 'invalidArgument', /empty/);
  });

  it('names the head that the model does not have', async () => {
    const batch = batchOf([[2, 10, 3]]);
    const missing: [EncoderOutput, RegExp][] = [
      [{ kind: 'logits', head: 'mood', pooling: 'mean' }, /task mood. Its heads are: .*purpose/],
      [{ kind: 'pooled', pooling: 'pooler' }, /pooled\.pooler/],
      [{ kind: 'mlm' }, /output mlm/],
      [{ kind: 'qa' }, /output qa/],
      [{ kind: 'tokenLogits' }, /output tokenLogits/],
    ];
    for (const [output, message] of missing) {
      await expectError(batch, { depth: 6, outputs: [output] }, 'modelUnsupported', message);
    }
  });

  async function expectError(
    ...[batch, request, code, message]: [
      Parameters<typeof runEncoder>[1],
      Parameters<typeof runEncoder>[2],
      string,
      RegExp,
    ]
  ): Promise<void> {
    await assert.rejects(runEncoder(model, batch, request), (error) => {
      assert.ok(error instanceof EngineError, String(error));
      assert.equal(error.code, code);
      assert.match(error.message, message);
      return true;
    });
  }
});

describe('sessions of a model', () => {
  const batch = batchOf([[2, 10, 3]]);

  it('are shared by requests whose outputs another one already has', async () => {
    const model = await loadModel(fixtureModel('tiny'), { threads: 1, maxSessions: 5 });
    await runEncoder(model, batch, { depth: 6, outputs: [mean, purpose, form] });
    await runEncoder(model, batch, { depth: 6, outputs: [form] });
    await runEncoder(model, batch, { depth: 6, outputs: [purpose, mean] });
    assert.equal(model.sessions.count, 1);
    await runEncoder(model, batch, { depth: 6, outputs: [{ kind: 'hidden' }] });
    await runEncoder(model, batch, { depth: 3, outputs: [mean] });
    assert.equal(model.sessions.count, 3);
    await model.dispose();
  });

  it('are never more than allowed once the runs are over, even when all start at once', async () => {
    const model = await loadModel(fixtureModel('tiny'), { threads: 1, maxSessions: 2 });
    const depths = [1, 2, 3, 4, 5, 6, 1, 2, 3];
    const results = await Promise.all(
      depths.map((depth) => runEncoder(model, batch, { depth, outputs: [mean] })),
    );
    assert.equal(model.sessions.count, 2);
    depths.slice(0, 3).forEach((_, index) => {
      assert.deepEqual(results[index]![0]!.data, results[index + 6]![0]!.data);
    });
    await model.dispose();
  });

  it('come back after they were released in an idle moment', async () => {
    const model = await loadModel(fixtureModel('tiny'), { threads: 1, maxSessions: 2 });
    const [first] = await runEncoder(model, batch, { depth: 6, outputs: [mean] });
    await model.sessions.releaseIdle();
    assert.equal(model.sessions.count, 0);
    const [second] = await runEncoder(model, batch, { depth: 6, outputs: [mean] });
    assert.deepEqual(second!.data, first!.data);
    await model.dispose();
  });

  it('are gone after dispose, and the model says so', async () => {
    const model = await loadModel(fixtureModel('tiny'), { threads: 1, maxSessions: 2 });
    const running = runEncoder(model, batch, { depth: 6, outputs: [mean] });
    await model.dispose();
    assert.deepEqual((await running)[0]!.shape, [1, 48]);
    assert.equal(model.sessions.count, 0);
    await assert.rejects(runEncoder(model, batch, { depth: 6, outputs: [mean] }), /closed. Load it again/);
  });

  it('that could not be made are not kept', async () => {
    const model = await loadModel(fixtureModel('tiny'), { threads: 1, maxSessions: 2 });
    await assert.rejects(runEncoder(model, batch, { depth: 6, outputs: [{ kind: 'sop' }] }), /no weights/);
    assert.equal(model.sessions.count, 0);
    await model.dispose();
  });
});
