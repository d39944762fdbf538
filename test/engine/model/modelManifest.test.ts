// manifest.json: read, verified against the files, created, and the fingerprint that names what a model computes.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'mocha';
import { EngineError } from '../../../server/src/engine/errors.ts';
import type { ModelManifest } from '../../../server/src/engine/model/modelFolder.ts';
import {
  computeFingerprint,
  createManifest,
  loadManifest,
  parseManifest,
  verifyModelFolder,
} from '../../../server/src/engine/model/modelManifest.ts';
import { fixtureModel, jsonBytes, withFiles } from './modelFixtures.ts';

const tiny = fixtureModel('tiny');

describe('a manifest', () => {
  it('that Python wrote is read and verifies its folder', async () => {
    const manifest = (await loadManifest(tiny))!;
    assert.equal(manifest.name, 'tiny');
    assert.deepEqual(Object.keys(manifest.files).sort(), [
      'README.md',
      'config.json',
      'model.safetensors',
      'tasks.json',
      'tokenizer.json',
    ]);
    assert.deepEqual(await verifyModelFolder(tiny, manifest), []);
  });

  it('is absent in a plain Hugging Face folder', async () => {
    assert.equal(await loadManifest(fixtureModel('parity/model-gelu-new')), undefined);
  });

  it('has a fingerprint over sorted lines of name and sum', async () => {
    const manifest = (await loadManifest(tiny))!;
    const names = ['config.json', 'model.safetensors', 'tasks.json', 'tokenizer.json'];
    const lines = names.map((name) => `${name}:${manifest.files[name]}\n`).join('');
    assert.equal(manifest.fingerprint, createHash('sha256').update(lines).digest('hex'));
    assert.equal(await computeFingerprint(tiny), manifest.fingerprint);
  });

  it('keeps its fingerprint when only the card changes, and loses it when labels change', async () => {
    const manifest = (await loadManifest(tiny))!;
    const otherCard = withFiles(tiny, { 'README.md': new TextEncoder().encode('# other') });
    const otherTasks = withFiles(tiny, { 'tasks.json': new TextEncoder().encode('{}') });
    assert.equal(await computeFingerprint(otherCard), manifest.fingerprint);
    assert.notEqual(await computeFingerprint(otherTasks), manifest.fingerprint);
  });

  it('of a folder with an older tokenizer counts that one', async () => {
    const older = withFiles(tiny, { 'tokenizer.json': undefined, 'spiece.model': Uint8Array.of(1) });
    const other = withFiles(tiny, { 'tokenizer.json': undefined, 'spiece.model': Uint8Array.of(2) });
    assert.notEqual(await computeFingerprint(older), await computeFingerprint(other));
    const both = withFiles(tiny, { 'spiece.model': Uint8Array.of(1) });
    assert.equal(await computeFingerprint(both), await computeFingerprint(tiny));
  });

  it('created from a folder verifies it', async () => {
    const { formatVersion: _, files: __, fingerprint, ...details } = (await loadManifest(tiny))!;
    const names = ['tokenizer.json', 'config.json', 'model.safetensors', 'tasks.json', 'README.md'];
    const made = await createManifest(tiny, names, { ...details, parent: fingerprint });
    assert.equal(made.fingerprint, fingerprint);
    assert.equal(made.parent, fingerprint);
    assert.deepEqual(await verifyModelFolder(tiny, parseManifest(jsonBytes(made))), []);
    await assert.rejects(createManifest(tiny, ['absent.bin'], details), /has no absent\.bin/);
  });

  it('reports each missing or changed file', async () => {
    const manifest = (await loadManifest(tiny))!;
    const damaged = withFiles(tiny, { 'tokenizer.json': undefined, 'config.json': jsonBytes({}) });
    const problems = await verifyModelFolder(damaged, manifest);
    assert.deepEqual(problems.map(({ file }) => file).sort(), ['config.json', 'tokenizer.json']);
    assert.match(problems.find(({ file }) => file === 'tokenizer.json')!.message, /missing/);
  });

  it('reports a fingerprint that does not follow from the sums', async () => {
    const manifest: ModelManifest = { ...(await loadManifest(tiny))!, fingerprint: '0'.repeat(64) };
    const problems = await verifyModelFolder(tiny, manifest);
    assert.deepEqual(
      problems.map(({ file }) => file),
      ['manifest.json'],
    );
  });

  it('that is wrong is refused with the key at fault', async () => {
    const sound = (await loadManifest(tiny))!;
    const wrong: [object, string, RegExp][] = [
      [{ ...sound, formatVersion: 2 }, 'modelUnsupported', /formatVersion 2/],
      [{ ...sound, name: 5 }, 'modelCorrupt', /name should be a text/],
      [{ ...sound, licence: undefined }, 'modelCorrupt', /licence should be a text/],
      [{ ...sound, files: { 'config.json': 'abc' } }, 'modelCorrupt', /files should map/],
      [{ ...sound, fingerprint: 'abc' }, 'modelCorrupt', /fingerprint should/],
      [{ ...sound, parent: 7 }, 'modelCorrupt', /parent should/],
      [{ ...sound, dataSources: [{ name: 'x' }] }, 'modelCorrupt', /dataSources should/],
      [{ ...sound, metrics: [] }, 'modelCorrupt', /metrics should/],
      [[], 'modelCorrupt', /not an object/],
    ];
    for (const [json, code, message] of wrong) {
      assert.throws(
        () => parseManifest(jsonBytes(json)),
        (error) => error instanceof EngineError && error.code === code && message.test(error.message),
        JSON.stringify(json),
      );
    }
  });
});
