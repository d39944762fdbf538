// Models and records on disk: whole or not at all, and never outside of their folder.

import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'mocha';
import { createFineTuneFolders } from '../../server/src/io/fineTuneFolders.ts';
import type { VersionRecord } from '../../server/src/lsp/fineTune/modelStore.ts';
import { makeFolder } from './temporaryFolder.ts';

const shipped = fileURLToPath(new URL('../../models/marginalia-small', import.meta.url));
const record = (name: string): VersionRecord => ({
  name,
  created: '2026-11-27T12:00:00.000Z',
  origin: 'imported',
  status: 'accepted',
  task: undefined,
  parent: undefined,
  trainingRows: undefined,
  macroF1: undefined,
  macroF1Before: undefined,
  notes: '',
});

describe('folders of trainings and models', () => {
  it('imports a model, lists it, exports the same bytes, and removes it', async () => {
    const folder = makeFolder({});
    const shared = path.join(folder, 'models');
    const store = createFineTuneFolders(path.join(folder, 'window'), shared);
    await store.importVersion(shipped, record('mine'));
    const [version] = await store.versions();
    assert.equal(version?.record.name, 'mine');
    assert.ok(version!.sizeBytes > 5_000_000);
    const target = path.join(folder, 'out');
    await store.exportVersion('mine', target);
    const weights = (of: string) => readFileSync(path.join(of, 'model.safetensors'));
    assert.deepEqual(weights(target), weights(shipped));
    await assert.rejects(store.exportVersion('mine', target), /exists already/);
    await store.removeVersion('mine');
    assert.deepEqual(readdirSync(shared), []);
  });

  it('BAD CALL - a damaged model is refused by its manifest, and nothing of it stays', async () => {
    const folder = makeFolder({});
    const damaged = path.join(folder, 'damaged');
    cpSync(shipped, damaged, { recursive: true });
    writeFileSync(path.join(damaged, 'tasks.json'), '{}');
    const store = createFineTuneFolders(path.join(folder, 'window'), path.join(folder, 'models'));
    await assert.rejects(store.importVersion(damaged, record('bad')), /tasks\.json is not the file/);
    mkdirSync(path.join(folder, 'empty'));
    await assert.rejects(store.importVersion(path.join(folder, 'empty'), record('bad')), /no model folder/);
    assert.deepEqual(await store.versions(), []);
    assert.ok(!existsSync(store.modelFolder('bad')));
  });

  it('BAD CALL - a name cannot lead out of the folder', async () => {
    const folder = makeFolder({});
    const store = createFineTuneFolders(path.join(folder, 'window'), path.join(folder, 'models'));
    for (const name of ['../up', '..', '', 'a/b'])
      assert.throws(() => store.modelFolder(name), /no name of a model/);
  });

  it('a model without its record, or a record without its model, is not there', async () => {
    const folder = makeFolder({});
    const shared = path.join(folder, 'models');
    const store = createFineTuneFolders(path.join(folder, 'window'), shared);
    mkdirSync(path.join(shared, 'half'), { recursive: true });
    writeFileSync(path.join(shared, 'half', 'config.json'), '{}');
    await store.saveVersion(record('ghost'));
    writeFileSync(path.join(shared, 'cut.json'), '{"name": "cu');
    assert.deepEqual(await store.versions(), []);
  });

  it('records and rows survive a new start; a cut-off record counts as none', async () => {
    const folder = makeFolder({});
    const window = path.join(folder, 'window');
    const store = createFineTuneFolders(window, path.join(folder, 'models'));
    await store.writeRecord('active', { name: 'mine', history: [null] });
    const file = await store.writeLines('train.jsonl', [{ text: 'a\nb' }, { text: 'c' }]);
    assert.equal(readFileSync(file, 'utf8').trim().split('\n').length, 2);
    const again = createFineTuneFolders(window, path.join(folder, 'models'));
    assert.deepEqual(await again.readRecord('active'), { name: 'mine', history: [null] });
    assert.deepEqual(await again.readLines('train.jsonl'), [{ text: 'a\nb' }, { text: 'c' }]);
    writeFileSync(path.join(window, 'fine-tuning', 'active.json'), '{"na');
    assert.equal(await again.readRecord('active'), undefined);
    await again.writeRecord('active', undefined);
    assert.deepEqual(readdirSync(path.join(window, 'fine-tuning')), ['train.jsonl']);
  });
});
