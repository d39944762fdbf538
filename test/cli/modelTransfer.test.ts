// `model import` and `model export` with folders as Hugging Face saves them: complete copies that verify and classify.

import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'mocha';
import { readSafetensors } from '../../server/src/engine/model/safetensors.ts';
import { tinyModelFolder } from '../engine/tinyEngine.ts';
import { runProgram } from './runProgram.ts';

describe('the command line copies models', function () {
  this.timeout(120_000);
  let folder = '';
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'marginalia-transfer-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('imports a plain Hugging Face folder and exports it again with 32-bit weights', async () => {
    const plain = path.join(folder, 'plain');
    cpSync(tinyModelFolder, plain, { recursive: true });
    for (const name of ['tasks.json', 'manifest.json', 'README.md'])
      rmSync(path.join(plain, name), { force: true });
    const config = path.join(plain, 'config.json');
    writeFileSync(
      config,
      JSON.stringify({ ...JSON.parse(readFileSync(config, 'utf8')), torch_dtype: 'float32' }),
    );
    const weights = readSafetensors(readFileSync(path.join(plain, 'model.safetensors')), 'x');
    assert.ok(
      [...weights.tensors.keys()].some((name) => name.startsWith('heads.')),
      'needs tasks.json',
    );
    const refused = await runProgram(['model', 'import', plain, '--output', path.join(folder, 'no')]);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /has heads for .* but no tasks\.json/);
    assert.ok(!existsSync(path.join(folder, 'no')));

    cpSync(path.join(tinyModelFolder, 'tasks.json'), path.join(plain, 'tasks.json'));
    const imported = path.join(folder, 'imported');
    const first = await runProgram(['model', 'import', plain, '--output', imported]);
    assert.equal(first.code, 0, first.stderr);
    assert.equal(first.stdout, `${imported}\n`);
    assert.equal((await runProgram(['model', 'verify', '--model', imported])).code, 0);
    const exported = path.join(folder, 'exported');
    const second = await runProgram(['model', 'export', '--model', imported, '--output', exported]);
    assert.equal(second.code, 0, second.stderr);
    const types = new Set(
      [...readSafetensors(readFileSync(path.join(exported, 'model.safetensors')), 'x').tensors.values()].map(
        ({ type }) => type,
      ),
    );
    assert.deepEqual([...types], ['F32']);
    const saysType = (where: string) =>
      JSON.parse(readFileSync(path.join(where, 'config.json'), 'utf8')).torch_dtype;
    assert.deepEqual([imported, exported].map(saysType), ['float16', 'float32']);
  });

  it('BAD INPUT - a damaged folder leaves nothing behind', async () => {
    const damaged = path.join(folder, 'damaged');
    cpSync(tinyModelFolder, damaged, { recursive: true });
    const file = path.join(damaged, 'model.safetensors');
    writeFileSync(file, readFileSync(file).subarray(0, 1000));
    const output = path.join(folder, 'none');
    const result = await runProgram(['model', 'import', damaged, '--output', output]);
    assert.equal(result.code, 2);
    assert.match(result.stderr, /model\.safetensors is not a sound safetensors file/);
    assert.ok(!existsSync(output));
  });

  it('BAD CALL - says what import and export need', async () => {
    const cases: readonly (readonly [words: readonly string[], says: RegExp])[] = [
      [['import'], /model import takes one folder/],
      [['export', 'x'], /model export takes no argument/],
      [['export'], /model export needs --output DIR/],
    ];
    for (const [words, says] of cases) {
      const result = await runProgram(['model', ...words]);
      assert.equal(result.code, 2);
      assert.match(result.stderr, says);
    }
  });
});
