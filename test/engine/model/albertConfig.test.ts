// config.json: what is read, what may be left out, and how wrong values are answered.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { EngineError } from '../../../server/src/engine/errors.ts';
import { groupOfLayer, parseAlbertConfig } from '../../../server/src/engine/model/albertConfig.ts';
import { fixtureModel, jsonBytes } from './modelFixtures.ts';

const smallest = {
  vocab_size: 99,
  embedding_size: 13,
  hidden_size: 20,
  num_hidden_layers: 6,
  num_attention_heads: 4,
  intermediate_size: 37,
  max_position_embeddings: 31,
};

describe('parseAlbertConfig', () => {
  it('reads the sizes and takes only harmless defaults', () => {
    assert.deepEqual(parseAlbertConfig(jsonBytes(smallest)), {
      vocabSize: 99,
      embeddingSize: 13,
      hiddenSize: 20,
      numHiddenLayers: 6,
      numHiddenGroups: 1,
      innerGroupNum: 1,
      numAttentionHeads: 4,
      intermediateSize: 37,
      maxPositionEmbeddings: 31,
      typeVocabSize: 2,
      hiddenAct: 'geluTanh',
      layerNormEps: 1e-12,
      mlmLayerNormEps: 1e-12,
      padTokenId: 0,
      architectures: [],
      labelNames: undefined,
      problemType: undefined,
    });
  });

  it('reads a config that transformers saved', async () => {
    const files = fixtureModel('parity/sequence-classifier-uneven-groups');
    const config = parseAlbertConfig((await files.read('config.json'))!);
    assert.equal(config.hiddenAct, 'silu');
    assert.equal(config.numHiddenGroups, 2);
    assert.deepEqual(config.labelNames, ['a', 'b', 'c']);
    assert.equal(config.problemType, 'multi_label_classification');
    assert.deepEqual(config.architectures, ['AlbertForSequenceClassification']);
  });

  it('ignores keys of older versions', () => {
    const legacy = { down_scale_factor: 1, gap_size: 0, net_structure_type: 0, num_memory_blocks: 0 };
    assert.deepEqual(
      parseAlbertConfig(jsonBytes({ ...smallest, ...legacy })),
      parseAlbertConfig(jsonBytes(smallest)),
    );
  });

  it('keeps the older epsilon of the word head where the config asks for it', () => {
    const config = parseAlbertConfig(
      jsonBytes({ ...smallest, layer_norm_eps: 1e-6, mlm_layer_norm_eps: 1e-5 }),
    );
    assert.equal(config.layerNormEps, 1e-6);
    assert.equal(config.mlmLayerNormEps, 1e-5);
  });

  it('knows the synonyms of each activation', () => {
    const known: Record<string, string> = {
      gelu: 'gelu',
      gelu_new: 'geluTanh',
      gelu_pytorch_tanh: 'geluTanh',
      gelu_fast: 'geluTanh',
      relu: 'relu',
      swish: 'silu',
      silu: 'silu',
    };
    for (const [name, activation] of Object.entries(known)) {
      assert.equal(parseAlbertConfig(jsonBytes({ ...smallest, hidden_act: name })).hiddenAct, activation);
    }
  });

  it('does not take label names that are incomplete or stand twice', () => {
    for (const id2label of [{ 0: 'a', 2: 'b' }, { 0: 'a', 1: 'a' }, { 0: 1 }, ['a'], 'a', {}]) {
      assert.equal(parseAlbertConfig(jsonBytes({ ...smallest, id2label })).labelNames, undefined);
    }
  });

  it('never takes a size from the defaults of the largest model', () => {
    for (const key of Object.keys(smallest)) {
      const { [key]: _, ...rest } = smallest as Record<string, number>;
      expectError(rest, 'modelCorrupt', new RegExp(`${key} is missing`));
    }
  });

  it('refuses wrong values and names the key', () => {
    expectError(
      { ...smallest, hidden_size: 21 },
      'modelCorrupt',
      /hidden_size 21 is not a multiple of num_attention_heads 4/,
    );
    expectError({ ...smallest, vocab_size: 1e12 }, 'modelCorrupt', /vocab_size is 1000000000000/);
    expectError({ ...smallest, num_hidden_layers: 1e6 }, 'modelCorrupt', /num_hidden_layers/);
    expectError({ ...smallest, num_hidden_layers: '6' }, 'modelCorrupt', /num_hidden_layers is "6"/);
    expectError({ ...smallest, embedding_size: 0 }, 'modelCorrupt', /embedding_size is 0/);
    expectError({ ...smallest, embedding_size: -1 }, 'modelCorrupt', /embedding_size is -1/);
    expectError({ ...smallest, intermediate_size: 1.5 }, 'modelCorrupt', /intermediate_size is 1.5/);
    expectError({ ...smallest, num_hidden_groups: 7 }, 'modelCorrupt', /num_hidden_groups 7 is more than/);
    expectError({ ...smallest, layer_norm_eps: 0 }, 'modelCorrupt', /layer_norm_eps is 0/);
    expectError({ ...smallest, layer_norm_eps: 'small' }, 'modelCorrupt', /layer_norm_eps is "small"/);
  });

  it('says what it cannot run', () => {
    expectError({ ...smallest, model_type: 'bert' }, 'modelUnsupported', /model_type is "bert".*ALBERT/);
    expectError({ ...smallest, hidden_act: 'xielu' }, 'modelUnsupported', /hidden_act is "xielu".*gelu_new/);
    expectError({ ...smallest, hidden_act: 'toString' }, 'modelUnsupported', /hidden_act is "toString"/);
    expectError({ ...smallest, hidden_act: ['gelu'] }, 'modelUnsupported', /hidden_act/);
    expectError({ ...smallest, position_embedding_type: 'relative_key' }, 'modelUnsupported', /relative_key/);
  });

  it('answers what is no JSON object with an error that names the file', () => {
    for (const text of ['', '{', '[]', 'null', '5', '"config"', '['.repeat(200_000)]) {
      assert.throws(
        () => parseAlbertConfig(new TextEncoder().encode(text)),
        (error) =>
          error instanceof EngineError &&
          error.code === 'modelCorrupt' &&
          /^config\.json /.test(error.message),
      );
    }
    assert.throws(() => parseAlbertConfig(Uint8Array.of(0xff, 0xfe)), EngineError);
  });
});

describe('groupOfLayer', () => {
  it('deals layers out to groups as the reference does', () => {
    const groups = (layers: number, count: number) => {
      const config = parseAlbertConfig(
        jsonBytes({ ...smallest, num_hidden_layers: layers, num_hidden_groups: count }),
      );
      return Array.from({ length: layers }, (_, layer) => groupOfLayer(config, layer));
    };
    assert.deepEqual(groups(6, 1), [0, 0, 0, 0, 0, 0]);
    assert.deepEqual(groups(6, 3), [0, 0, 1, 1, 2, 2]);
    assert.deepEqual(groups(5, 2), [0, 0, 0, 1, 1]);
    assert.deepEqual(groups(7, 3), [0, 0, 0, 1, 1, 2, 2]);
  });
});

function expectError(config: unknown, code: string, message: RegExp): void {
  assert.throws(
    () => parseAlbertConfig(jsonBytes(config)),
    (error) => {
      assert.ok(error instanceof EngineError, String(error));
      assert.equal(error.code, code);
      assert.match(error.message, message);
      return true;
    },
  );
}
