// Broken and hostile model files: one clear EngineError each, quickly, whatever the bytes say.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { EngineError, type EngineErrorCode } from '../../../server/src/engine/errors.ts';
import { loadTokenizer } from '../../../server/src/engine/tokens/loadTokenizer.ts';
import { filesOf, readOracle } from './oracle.ts';

type Json = Record<string, unknown>;

function albertJson(): Json {
  return JSON.parse(new TextDecoder().decode(readOracle('albert5/tokenizer.json.gz'))) as Json;
}

/** A small valid file to break. */
function tinyJson(changes: Json): Json {
  const model = {
    type: 'Unigram',
    unk_id: 0,
    vocab: [
      ['<unk>', 0],
      ['▁a', -1],
      ['b', -2],
    ],
  };
  return {
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: null,
    post_processor: null,
    decoder: null,
    model,
    ...changes,
  };
}

async function checkError(
  files: Record<string, Uint8Array | string | object>,
  code: EngineErrorCode,
): Promise<void> {
  await assert.rejects(loadTokenizer(filesOf(files)), (error: unknown) => {
    assert.ok(error instanceof EngineError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, /\. .+\.$/u);
    assert.ok(error.message.length < 400);
    return true;
  });
}

const brokenJson: Readonly<Record<string, readonly [EngineErrorCode, Json]>> = {
  'no model': ['modelCorrupt', { model: undefined }],
  'a model of another type': ['modelUnsupported', { model: { type: 'BPE', vocab: {}, merges: [] } }],
  'a vocabulary that is no list': ['modelCorrupt', { model: { type: 'Unigram', unk_id: 0, vocab: 'x' } }],
  'an empty vocabulary': ['modelCorrupt', { model: { type: 'Unigram', unk_id: 0, vocab: [] } }],
  'a score that is no number': [
    'modelCorrupt',
    { model: { type: 'Unigram', unk_id: 0, vocab: [['a', 'b']] } },
  ],
  'an unknown id outside the vocabulary': [
    'modelCorrupt',
    { model: { type: 'Unigram', unk_id: 7, vocab: [['a', 0]] } },
  ],
  'no unknown id': ['modelCorrupt', { model: { type: 'Unigram', unk_id: null, vocab: [['a', 0]] } }],
  'a WordPiece id of four billion': ['modelCorrupt', { model: { type: 'WordPiece', vocab: { a: 4e9 } } }],
  'a WordPiece id of one billion': [
    'modelCorrupt',
    { model: { type: 'WordPiece', vocab: { '[UNK]': 1e9 } } },
  ],
  'an unknown normalizer': ['modelUnsupported', { normalizer: { type: 'Shuffle' } }],
  'a normalizer that is a number': ['modelCorrupt', { normalizer: 7 }],
  'a character map that is no base64': [
    'modelCorrupt',
    { normalizer: { type: 'Precompiled', precompiled_charsmap: '*' } },
  ],
  'a character map with a wrong size': [
    'modelCorrupt',
    { normalizer: { type: 'Precompiled', precompiled_charsmap: '/////wAAAAAAAAA=' } },
  ],
  'a pattern that could run for ever': [
    'modelUnsupported',
    { normalizer: { type: 'Replace', pattern: { Regex: '(a+)+$' }, content: '' } },
  ],
  'a pattern that is no pattern': [
    'modelCorrupt',
    { normalizer: { type: 'Replace', pattern: { Regex: '[' }, content: '' } },
  ],
  'an unknown pre-tokenizer': ['modelUnsupported', { pre_tokenizer: { type: 'ByteLevel' } }],
  'an unknown split behavior': [
    'modelCorrupt',
    { pre_tokenizer: { type: 'Punctuation', behavior: 'Sideways' } },
  ],
  'an unknown post-processor': ['modelUnsupported', { post_processor: { type: 'RobertaProcessing' } }],
  'a template with an undefined token': [
    'modelCorrupt',
    {
      post_processor: {
        type: 'TemplateProcessing',
        single: [{ SpecialToken: { id: 'X', type_id: 0 } }],
        pair: [],
        special_tokens: {},
      },
    },
  ],
  'an unknown decoder': ['modelUnsupported', { decoder: { type: 'CTC' } }],
  'an added token without content': ['modelCorrupt', { added_tokens: [{ id: 1 }] }],
};

describe('loading a tokenizer', () => {
  it('EXPECTED FAILURE - a folder without tokenizer files says what is missing', async () => {
    await checkError({}, 'modelMissing');
    await checkError({ 'config.json': '{}' }, 'modelMissing');
  });

  it('takes the kind from the files that are there', async () => {
    const vocab = readOracle('bert/vocab.txt.gz');
    const tiny = await loadTokenizer(filesOf({ 'tokenizer.json': tinyJson({}), 'vocab.txt': vocab }));
    assert.equal(tiny.vocabSize, 3);
    const both = await loadTokenizer(
      filesOf({ 'spiece.model': readOracle('albert/spiece.model.gz'), 'vocab.txt': vocab }),
    );
    assert.equal(both.vocabSize, 5000);
  });

  for (const [name, [code, changes]] of Object.entries(brokenJson)) {
    it(`EXPECTED FAILURE - tokenizer.json with ${name}`, () =>
      checkError({ 'tokenizer.json': tinyJson(changes) }, code));
  }

  it('EXPECTED FAILURE - tokenizer.json that is cut, empty, binary or nested without end', async () => {
    const whole = readOracle('albert5/tokenizer.json.gz');
    for (const length of [0, 1, 100, whole.length - 1])
      await checkError({ 'tokenizer.json': whole.subarray(0, length) }, 'modelCorrupt');
    await checkError({ 'tokenizer.json': Uint8Array.from([0xff, 0xfe, 0x00]) }, 'modelCorrupt');
    await checkError({ 'tokenizer.json': '[]' }, 'modelCorrupt');
    let nested: unknown = { type: 'Lowercase' };
    for (let depth = 0; depth < 500; depth++) nested = { type: 'Sequence', normalizers: [nested] };
    await checkError({ 'tokenizer.json': tinyJson({ normalizer: nested }) }, 'modelCorrupt');
  });

  it('EXPECTED FAILURE - a settings file of the wrong types', async () => {
    const vocab = readOracle('bert/vocab.txt.gz');
    await checkError({ 'vocab.txt': vocab, 'tokenizer_config.json': '{' }, 'modelCorrupt');
    await checkError(
      { 'vocab.txt': vocab, 'tokenizer_config.json': { do_lower_case: 'yes' } },
      'modelCorrupt',
    );
  });

  it('EXPECTED FAILURE - vocab.txt without the tokens that BERT needs', async () => {
    await checkError({ 'vocab.txt': 'a\nb\n' }, 'modelCorrupt');
    await checkError({ 'vocab.txt': '[UNK]\na\n' }, 'modelCorrupt');
    await checkError({ 'vocab.txt': Uint8Array.from([0xc3, 0x28]) }, 'modelCorrupt');
  });

  it('EXPECTED FAILURE - spiece.model that states lengths it does not have', async () => {
    await checkError({ 'spiece.model': new Uint8Array(0) }, 'modelCorrupt');
    await checkError(
      { 'spiece.model': Uint8Array.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f]) },
      'modelCorrupt',
    );
    await checkError({ 'spiece.model': new Uint8Array(64).fill(0xff) }, 'modelCorrupt');
    await checkError(
      { 'spiece.model': readOracle('albert/spiece.model.gz').subarray(0, 10_000) },
      'modelCorrupt',
    );
  });

  it('EXPECTED FAILURE - spiece.model of another model type', () =>
    checkError(
      { 'spiece.model': Uint8Array.from([0x0a, 0x03, 0x0a, 0x01, 0x61, 0x12, 0x02, 0x18, 0x02]) },
      'modelUnsupported',
    ));

  it('either works or fails with an EngineError when bytes of spiece.model are changed', async () => {
    const original = readOracle('albert/spiece.model.gz');
    const head = original.length - 1;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 0, max: head }), fc.integer({ min: 0, max: 255 })), {
          minLength: 1,
          maxLength: 20,
        }),
        async (changes) => {
          const bytes = original.slice();
          for (const [at, byte] of changes) bytes[at] = byte;
          await loadsOrFails({ 'spiece.model': bytes });
        },
      ),
      { numRuns: 40 },
    );
  });

  it('either works or fails with an EngineError when parts of tokenizer.json are replaced', async () => {
    const keys = ['model', 'normalizer', 'pre_tokenizer', 'post_processor', 'decoder', 'added_tokens'];
    const original = albertJson();
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...keys), fc.jsonValue(), async (key, value) => {
        await loadsOrFails({ 'tokenizer.json': { ...original, model: tinyJson({}).model, [key]: value } });
      }),
      { numRuns: 100 },
    );
  });
});

describe('encoding with a hostile tokenizer', () => {
  it('EXPECTED FAILURE - a normalizer that multiplies a text again and again', async () => {
    const double = { type: 'Replace', pattern: { String: 'a' }, content: 'a'.repeat(1000) };
    const normalizer = { type: 'Sequence', normalizers: [double, double, double, double] };
    const tokenizer = await loadTokenizer(filesOf({ 'tokenizer.json': tinyJson({ normalizer }) }));
    assert.throws(() => tokenizer.encode('aa', { maxTokens: 8 }), EngineError);
  });

  it('EXPECTED FAILURE - a template with an id outside the vocabulary', () =>
    checkError(
      {
        'tokenizer.json': tinyJson({
          post_processor: { type: 'BertProcessing', cls: ['x', 99], sep: ['y', 98] },
        }),
      },
      'modelCorrupt',
    ));
});

async function loadsOrFails(files: Record<string, Uint8Array | object>): Promise<void> {
  try {
    const tokenizer = await loadTokenizer(filesOf(files));
    tokenizer.encode('Some text, 12, with [MASK] and é', { maxTokens: 64 });
  } catch (error) {
    assert.ok(error instanceof EngineError, String(error));
  }
}
