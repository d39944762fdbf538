// Loading a model folder: what is known afterwards, and the one clear error for each kind of damage.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { EngineError } from '../../../server/src/engine/errors.ts';
import { loadModel } from '../../../server/src/engine/model/loadModel.ts';
import type { ModelFiles } from '../../../server/src/engine/model/modelFolder.ts';
import { runEncoder } from '../../../server/src/engine/model/runEncoder.ts';
import type { TensorToStore } from '../../../server/src/engine/model/safetensors.ts';
import {
  readSafetensors,
  toFloat32Array,
  writeSafetensors,
} from '../../../server/src/engine/model/safetensors.ts';
import { batchOf, fixtureModel, jsonBytes, maxDifference, readExpected, withFiles } from './modelFixtures.ts';

const options = { threads: 1, maxSessions: 1 };

describe('loadModel', () => {
  it('counts parameters by part and the bytes of the weights', async () => {
    const files = fixtureModel('tiny');
    const model = await loadModel(files, options);
    const [v, p, e, h, f] = [295, 128, 24, 48, 96];
    assert.deepEqual(model.weights.parameterCounts, {
      embeddings: (v + p + 2) * e + 2 * e,
      encoder: h * e + h + 4 * (h * h + h) + 2 * h + (f * h + f) + (h * f + h) + 2 * h,
      pooler: 0,
      heads: 8 * h + 8 + (h * h + h) + 2 * (6 * h + 6),
    });
    assert.equal(model.sizeBytes, (await files.read('model.safetensors'))!.byteLength);
    assert.deepEqual([...model.weights.heads.keys()].sort(), ['debt', 'form', 'purpose']);
    assert.deepEqual(model.weights.unusedTensors, []);
    await model.dispose();
  });

  it('counts a tied decoder once and an untied one as weights of its own', async () => {
    for (const [name, decoder] of [
      ['masked-lm-tied', 0],
      ['masked-lm-untied', 99 * 13],
    ] as const) {
      const model = await loadModel(fixtureModel(`parity/${name}`), options);
      const [e, h] = [13, 20];
      assert.equal(model.weights.parameterCounts.heads, e * h + e + 2 * e + 99 + decoder, name);
    }
  });

  it('stores a word table once when the file holds the tied decoder a second time', async () => {
    const files = await changed('masked-lm-tied', (tensors) => {
      const words = tensors.find((tensor) => tensor.name === 'albert.embeddings.word_embeddings.weight')!;
      tensors.push({ ...words, name: 'predictions.decoder.weight' });
    });
    const model = await loadModel(files, options);
    assert.equal(model.weights.mlm!.decoder.weight, model.weights.wordEmbeddings);
  });

  it('gives the same hidden states with the prefix, without it, and with the names of 2018', async () => {
    const plain = fixtureModel('parity/model-gelu-new');
    const prefixed = await changed('model-gelu-new', (tensors) => {
      tensors.forEach((tensor, index) => {
        tensors[index] = { ...tensor, name: `albert.${tensor.name}` };
      });
    });
    const legacy = await changed('model-gelu-new', (tensors) => {
      tensors.forEach((tensor, index) => {
        const name = tensor.name.replace(/(norm)\.weight$/i, '$1.gamma').replace(/(norm)\.bias$/i, '$1.beta');
        tensors[index] = { ...tensor, name };
      });
      tensors.push({ name: 'embeddings.position_ids', shape: [1, 31], data: new Float32Array(31) });
    });
    const { batch, outputs } = await readExpected(plain);
    for (const files of [plain, prefixed, legacy]) {
      const model = await loadModel(files, options);
      const [hidden] = await runEncoder(model, batch, { depth: 3, outputs: [{ kind: 'hidden' }] });
      assert.ok(maxDifference(hidden!.data, outputs.get('hidden')!.data) < 1e-4);
      await model.dispose();
    }
  });

  it('lists tensors that nothing uses', async () => {
    const files = await changed('model-gelu-new', (tensors) => {
      tensors.push({ name: 'embeddings.position_ids', shape: [1, 31], data: new Float32Array(31) });
    });
    const model = await loadModel(files, options);
    assert.deepEqual(model.weights.unusedTensors, ['embeddings.position_ids']);
  });
});

describe('loadModel answers a broken folder with one clear error:', () => {
  const layer = 'encoder.albert_layer_groups.0.albert_layers.0';

  it('a missing file', async () => {
    for (const name of ['config.json', 'model.safetensors']) {
      const files = withFiles(fixtureModel('tiny'), { [name]: undefined });
      await expectError(files, 'modelMissing', new RegExp(`^The model folder tiny has no ${name}\\. Choose`));
    }
  });

  it('a file cut off at any of several places', async () => {
    const whole = (await fixtureModel('tiny').read('model.safetensors'))!;
    for (const length of [0, 7, 8, 100, 3000, whole.byteLength - 1]) {
      const files = withFiles(fixtureModel('tiny'), { 'model.safetensors': whole.subarray(0, length) });
      await expectError(files, 'modelCorrupt', /^model\.safetensors is not a sound safetensors file/);
    }
  });

  it('a file of another kind', async () => {
    const files = withFiles(fixtureModel('tiny'), {
      'model.safetensors': new TextEncoder().encode(
        'version https://git-lfs.github.com/spec/v1\noid sha256:0\n',
      ),
    });
    await expectError(files, 'modelCorrupt', /model\.safetensors/);
  });

  it('a missing tensor', async () => {
    const files = await changed('model-gelu-new', (tensors) => {
      tensors.splice(
        tensors.findIndex((tensor) => tensor.name === `${layer}.ffn.bias`),
        1,
      );
    });
    await expectError(
      files,
      'modelCorrupt',
      /tensor encoder\.albert_layer_groups\.0\.albert_layers\.0\.ffn\.bias is missing/,
    );
  });

  it('a head without its bias', async () => {
    const files = await changed('own-heads', (tensors) => {
      tensors.splice(
        tensors.findIndex((tensor) => tensor.name === 'heads.tone.dense.bias'),
        1,
      );
    });
    await expectError(files, 'modelCorrupt', /tensor heads\.tone\.dense\.bias is missing/);
  });

  it('weights of another shape than the config says', async () => {
    const config = JSON.parse(new TextDecoder().decode((await fixtureModel('tiny').read('config.json'))!));
    const files = withFiles(fixtureModel('tiny'), {
      'config.json': jsonBytes({ ...config, vocab_size: 300 }),
    });
    await expectError(
      files,
      'modelCorrupt',
      /tensor albert\.embeddings\.word_embeddings\.weight has the shape \[295, 24\], config\.json asks for \[300, 24\]/,
    );
  });

  it('a matrix that was stored transposed', async () => {
    const files = await changed('model-gelu-new', (tensors) => {
      const index = tensors.findIndex((tensor) => tensor.name === `${layer}.ffn.weight`);
      tensors[index] = { ...tensors[index]!, shape: [20, 37] };
    });
    await expectError(
      files,
      'modelCorrupt',
      /ffn\.weight has the shape \[20, 37\], config\.json asks for \[37, 20\]/,
    );
  });

  it('NaN and infinite weights', async () => {
    for (const bad of [Number.NaN, Number.NEGATIVE_INFINITY]) {
      const files = await changed('model-gelu-new', (tensors) => {
        tensors.find((tensor) => tensor.name === 'pooler.weight')!.data[17] = bad;
      });
      await expectError(
        files,
        'modelCorrupt',
        /tensor pooler\.weight holds a NaN or infinite number at element 17/,
      );
    }
  });

  it('the same weight under two names', async () => {
    const files = await changed('model-gelu-new', (tensors) => {
      tensors.push({
        ...tensors.find((tensor) => tensor.name === 'pooler.bias')!,
        name: 'albert.pooler.bias',
      });
    });
    await expectError(files, 'modelCorrupt', /albert\.pooler\.bias are the same weight twice/);
  });

  it('a sentence-order head without the pooler it reads', async () => {
    const files = await changed('pretraining-groups', (tensors) => {
      const kept = tensors.filter((tensor) => !tensor.name.includes('pooler'));
      tensors.splice(0, tensors.length, ...kept);
    });
    await expectError(files, 'modelCorrupt', /sop_classifier but not the pooler/);
  });

  it('weights that are whole numbers', async () => {
    const whole = (await fixtureModel('parity/model-gelu-new').read('model.safetensors'))!;
    const headerLength = Number(new DataView(whole.buffer, whole.byteOffset).getBigUint64(0, true));
    const header = new TextDecoder().decode(whole.subarray(8, 8 + headerLength)).replaceAll('"F32"', '"I32"');
    const bytes = Uint8Array.from(whole);
    bytes.set(new TextEncoder().encode(header), 8);
    const files = withFiles(fixtureModel('parity/model-gelu-new'), { 'model.safetensors': bytes });
    await expectError(files, 'modelUnsupported', /holds I32 numbers/);
  });
});

describe('a damaged model never does worse than an EngineError', () => {
  it('whatever bytes of its weights are changed', async () => {
    const tiny = fixtureModel('tiny');
    const whole = (await tiny.read('model.safetensors'))!;
    const change = fc.tuple(fc.nat(whole.byteLength - 1), fc.nat(255));
    const outcomes = { sound: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 40 }), async (changes) => {
        const damaged = Uint8Array.from(whole);
        for (const [index, byte] of changes) damaged[index] = byte;
        try {
          await loadAndRun(withFiles(tiny, { 'model.safetensors': damaged }));
          outcomes.sound++;
        } catch (error) {
          assert.ok(error instanceof EngineError, String(error));
          outcomes.refused++;
        }
      }),
      { numRuns: 60 },
    );
    assert.ok(outcomes.sound > 0 && outcomes.refused > 0, JSON.stringify(outcomes));
  });

  it('when finite weights are so large that sums overflow', async () => {
    const files = await changed('model-gelu-new', (tensors) => {
      for (const { name, data } of tensors) if (name.includes('ffn')) data.fill(3e38);
    });
    await assert.rejects(loadAndRun(files), (error) => {
      assert.ok(error instanceof EngineError, String(error));
      assert.equal(error.code, 'modelCorrupt');
      assert.match(error.message, /computes NaN for pooled\.mean/);
      return true;
    });
  });

  async function loadAndRun(files: ModelFiles): Promise<void> {
    const model = await loadModel(files, options);
    try {
      const request = { depth: 3, outputs: [{ kind: 'pooled', pooling: 'mean' }] } as const;
      const [pooled] = await runEncoder(
        model,
        batchOf([
          [2, 10, 11, 3],
          [2, 3],
        ]),
        request,
      );
      assert.ok(pooled!.data.every(Number.isFinite));
    } finally {
      await model.dispose();
    }
  }
});

/** A parity case with its tensors changed in place by `change`. */
async function changed(name: string, change: (tensors: TensorToStore[]) => void): Promise<ModelFiles> {
  const files = fixtureModel(`parity/${name}`);
  const { tensors } = readSafetensors((await files.read('model.safetensors'))!, name);
  const list = [...tensors.values()].map((tensor) => ({
    name: tensor.name,
    shape: tensor.shape,
    data: toFloat32Array(tensor),
  }));
  change(list);
  return withFiles(files, { 'model.safetensors': writeSafetensors(list, 'F32', {}) });
}

async function expectError(files: ModelFiles, code: string, message: RegExp): Promise<void> {
  await assert.rejects(loadModel(files, options), (error) => {
    assert.ok(error instanceof EngineError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    return true;
  });
}
