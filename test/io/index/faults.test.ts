import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, it } from 'mocha';
import { neverCancelled } from '../../../server/src/engine/cancellation.ts';
import { EngineError } from '../../../server/src/engine/errors.ts';
import type { WorkspaceIndex } from '../../../server/src/engine/index/workspaceIndex.ts';
import { cpuTimeMs } from '../../support/cpuTime.ts';
import { makeFolder } from '../temporaryFolder.ts';
import { createWatchedModel, openTestIndex, waitUntilReady } from './testIndex.ts';

const opened: WorkspaceIndex[] = [];

afterEach(async () => {
  for (const index of opened.splice(0)) await index.dispose();
});

async function indexOf(root: string): Promise<WorkspaceIndex> {
  const { index } = await openTestIndex(root, makeFolder({}));
  opened.push(index);
  await index.refresh(neverCancelled);
  return index;
}

async function find(index: WorkspaceIndex, text: string): Promise<readonly string[]> {
  return (await index.search({ text, count: 50 }, neverCancelled)).hits.map(({ file }) => file).sort();
}

describe('folders as they should not be', function () {
  this.timeout(30_000);

  it('links in a circle end the walk, and are named', async () => {
    const root = makeFolder({ 'src/a.md': 'A remark.' });
    symlinkSync(root, path.join(root, 'src/up'));
    symlinkSync('loop', path.join(root, 'loop'));
    const index = await indexOf(root);
    assert.deepEqual(await find(index, 'remark'), ['src/a.md']);
    const links = (await index.skippedFiles()).filter(({ reason }) => reason === 'symbolicLink');
    assert.deepEqual(links.map(({ file }) => file).sort(), ['loop', 'src/up']);
  });

  it('file names of any kind are found, changed and forgotten', async () => {
    const names = [
      'with space.md',
      "it's.md",
      '"quoted".md',
      '-dash.md',
      '100%_sure.md',
      'a*b?.md',
      '[x].md',
      'line\nfeed.md',
      'caf\u00e9.md',
      'cafe\u0301.md',
      '🙂.md',
      `${'n'.repeat(240)}.md`,
      '%5F/_/deep.md',
      '%5Fx/other.md',
    ];
    const root = makeFolder({});
    for (const name of names) {
      mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      writeFileSync(path.join(root, name), `Remark in ${JSON.stringify(name)}.`);
    }
    const index = await indexOf(root);
    assert.deepEqual(await find(index, 'remark'), [...names].sort());
    assert.deepEqual(await find(index, 'remark path:100%_'), ['100%_sure.md']);
    for (const name of names) {
      writeFileSync(path.join(root, name), 'Changed.');
      await index.fileChanged(name);
    }
    assert.deepEqual(await find(index, 'remark'), []);
    await waitUntilReady(index);
    assert.equal(index.status().state, 'ready');
  });

  it('a name that is no UTF-8 is left out with its reason, and keeps nobody from the rest', async () => {
    const root = makeFolder({ 'a.md': 'A remark.' });
    const odd = Buffer.concat([Buffer.from(`${root}/odd-`), Buffer.from([0xff, 0xfe]), Buffer.from('.md')]);
    try {
      writeFileSync(odd, 'A remark that nobody can name.');
    } catch {
      // This file system takes no such name, so there is nothing to go wrong.
      return;
    }
    const index = await indexOf(root);
    assert.deepEqual(await find(index, 'remark'), ['a.md']);
    assert.equal((await index.skippedFiles()).length, 1);
  });

  it('a clock that went back hides no change', async () => {
    const root = makeFolder({ 'a.md': 'The first one.' });
    const index = await indexOf(root);
    writeFileSync(path.join(root, 'a.md'), 'The other one.');
    utimesSync(path.join(root, 'a.md'), new Date('2001-01-01'), new Date('2001-01-01'));
    await index.refresh(neverCancelled);
    assert.deepEqual(await find(index, 'other'), ['a.md']);
    writeFileSync(path.join(root, 'a.md'), 'A third thing.');
    utimesSync(path.join(root, 'a.md'), new Date('2001-01-01'), new Date('2001-01-01'));
    await index.refresh(neverCancelled);
    assert.deepEqual(await find(index, 'third'), ['a.md']);
  });

  it('no name leads outside', async () => {
    const outside = makeFolder({ 'secret.md': 'The password is outside.' });
    const root = makeFolder({ 'in/a.md': 'Inside.', '.git/config.md': 'The password of git.' });
    symlinkSync(outside, path.join(root, 'link'));
    const index = await indexOf(root);
    const relative = path.relative(root, path.join(outside, 'secret.md')).split(path.sep).join('/');
    for (const name of [
      relative,
      path.join(outside, 'secret.md'),
      'link/secret.md',
      'in/../link/secret.md',
      './link/secret.md',
      '.git/config.md',
      'in//../../x',
      '',
    ]) {
      await index.fileChanged(name);
      assert.deepEqual(await find(index, 'password'), [], name);
    }
    assert.deepEqual(await find(index, 'inside'), ['in/a.md']);
  });

  it('rule files that lead outside, never end or are huge hide nothing and hold nobody up', async () => {
    if (process.platform === 'win32') return;
    const outside = makeFolder({ rules: '*\n' });
    const root = makeFolder({
      '.git/HEAD': '',
      'a/one.md': 'A remark, number one.',
      'b/two.md': 'A remark, number two.',
      'c/three.md': 'A remark, number three.',
      'd/four.md': 'A remark, number four.',
      'd/.gitignore': `four.md\n${'#'.repeat(2_000_000)}`,
    });
    symlinkSync('/dev/zero', path.join(root, '.gitignore'));
    symlinkSync(path.join(outside, 'rules'), path.join(root, 'a/.gitignore'));
    execFileSync('mkfifo', [path.join(root, 'b/.marginaliaignore'), path.join(root, 'b/pipe.md')]);
    symlinkSync('/dev/random', path.join(root, 'c/random.md'));
    const index = await indexOf(root);
    assert.deepEqual(await find(index, 'remark'), ['a/one.md', 'b/two.md', 'c/three.md', 'd/four.md']);
    for (const name of ['b/pipe.md', 'c/random.md', 'a/.gitignore']) await index.fileChanged(name);
    assert.equal((await find(index, 'remark')).length, 4);
  });

  it('folders as deep as the system allows, and very many files, cost what they are and no more', async () => {
    const deep = Array.from({ length: 60 }, (_, level) => `level-${level}`).join('/');
    const many = Object.fromEntries(
      Array.from({ length: 12_000 }, (_, file) => [
        `many/${file % 40}/f${file}.go`,
        file % 100 ? '' : '// A remark.\n',
      ]),
    );
    const root = makeFolder({ ...many, [`${deep}/deep.md`]: 'A deep remark.' });
    const index = await indexOf(root);
    assert.deepEqual(await find(index, 'deep'), [`${deep}/deep.md`]);
    assert.equal(index.status().files, 12_001);
    const part = makeFolder(Object.fromEntries(Object.entries(many).slice(0, 3000)));
    const small = await indexOf(part);
    const costOf = async (one: WorkspaceIndex) => {
      const before = cpuTimeMs();
      await one.refresh(neverCancelled);
      return cpuTimeMs() - before;
    };
    const [first, second] = [await costOf(small), await costOf(index)];
    // Four times as many, unchanged: linear work, with room for a busy machine.
    assert.ok(second < 10 * Math.max(first, 10), `${first} ms for 3,000 files, ${second} ms for 12,000`);
  });

  it('a file that became a folder, and a folder that became a file', async () => {
    const root = makeFolder({ 'a.md/inner.md': 'The inner remark.', 'b.md': 'The outer remark.' });
    const index = await indexOf(root);
    rmSync(path.join(root, 'a.md'), { recursive: true });
    rmSync(path.join(root, 'b.md'));
    writeFileSync(path.join(root, 'a.md'), 'The plain remark.');
    mkdirSync(path.join(root, 'b.md'));
    writeFileSync(path.join(root, 'b.md/new.md'), 'The new remark.');
    await index.refresh(neverCancelled);
    assert.deepEqual(await find(index, 'remark'), ['a.md', 'b.md/new.md']);
  });
});

describe('a disk that is full while the model reads', () => {
  it('is said, keeps words searchable, and the next run goes on where it stood', async () => {
    const root = makeFolder({ 'a.md': 'First remark.\n\nSecond remark.' });
    const model = createWatchedModel();
    let isFull = true;
    const { index } = await openTestIndex(root, makeFolder({}), {
      model,
      wrap: (storage) => ({
        ...storage,
        async writeVectors(space, passages) {
          if (isFull) throw new EngineError('storageUnavailable', 'The disk with the index is full.');
          await storage.writeVectors(space, passages);
        },
      }),
    });
    opened.push(index);
    await index.refresh(neverCancelled);
    await waitUntilReady(index);
    assert.deepEqual(
      [index.status().state, index.status().message],
      ['error', 'The disk with the index is full.'],
    );
    assert.deepEqual(await find(index, 'remark'), ['a.md', 'a.md']);
    isFull = false;
    await index.refresh(neverCancelled);
    await waitUntilReady(index);
    assert.deepEqual([index.status().state, index.status().embedded], ['ready', 2]);
    assert.equal(index.status().message, undefined);
  });
});
