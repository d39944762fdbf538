import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createNodeModelFiles } from '../../server/src/io/nodeModelFiles.ts';
import { makeFolder } from './temporaryFolder.ts';

describe('the files of a model folder', () => {
  it('are read as bytes, and are undefined where they are missing', async () => {
    const folder = makeFolder({ 'config.json': '{}' });
    const files = createNodeModelFiles(folder);
    assert.deepEqual([...(await files.read('config.json'))!], [0x7b, 0x7d]);
    assert.equal(await files.read('gone.json'), undefined);
    assert.equal(await createNodeModelFiles(`${folder}/nowhere`).read('config.json'), undefined);
  });

  it('never lie outside of the folder', async () => {
    const folder = makeFolder({ 'inner/config.json': '{}', 'secret.json': '{}' });
    const files = createNodeModelFiles(`${folder}/inner`);
    for (const name of ['../secret.json', `${folder}/secret.json`, '..', '', 'sub/../../secret.json']) {
      assert.equal(await files.read(name), undefined, name);
    }
  });

  it('give a clear error where a file cannot be read', async () => {
    const folder = makeFolder({ 'config.json/inside': '' });
    await assert.rejects(createNodeModelFiles(folder).read('config.json'), {
      name: 'EngineError',
      code: 'modelMissing',
      message: /config\.json .* cannot be read/,
    });
  });
});
