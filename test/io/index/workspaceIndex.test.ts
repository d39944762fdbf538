import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, it } from 'mocha';
import { neverCancelled } from '../../../server/src/engine/cancellation.ts';
import { EngineError } from '../../../server/src/engine/errors.ts';
import type { SearchHit, WorkspaceIndex } from '../../../server/src/engine/index/workspaceIndex.ts';
import type { IndexStorage } from '../../../server/src/engine/storage.ts';
import { createGitActivity } from '../../../server/src/io/index/gitActivity.ts';
import { makeFolder } from '../temporaryFolder.ts';
import {
  createWatchedModel,
  letterCount,
  openTestIndex,
  type WatchedModel,
  waitUntilReady,
} from './testIndex.ts';

const files = {
  'src/retry.ts':
    '/** Retries an upload three times before it gives up. */\nexport function retryUpload() {}\n',
  'src/clock.ts': '// The clock may go back when the machine wakes up.\nconst now = 1;\n',
  'docs/guide.md': '# Guide\n\nUploads are resumed after a lost connection.\n',
  '说明.py': '# 文件锁防止两个窗口同时写入索引\nx = 1\n',
  'ignored.txt': 'a secret upload',
  '.gitignore': 'ignored.txt\n',
  '.git/HEAD': '',
  'picture.bin': 'x',
};

const opened: WorkspaceIndex[] = [];
afterEach(async () => {
  for (const index of opened.splice(0)) await index.dispose();
});

async function open(root: string, indexFolder: string, model?: WatchedModel): Promise<WorkspaceIndex> {
  const { index } = await openTestIndex(root, indexFolder, { model });
  opened.push(index);
  await index.refresh(neverCancelled);
  await waitUntilReady(index);
  return index;
}

async function search(index: WorkspaceIndex, text: string): Promise<readonly SearchHit[]> {
  return (await index.search({ text, count: 10 }, neverCancelled)).hits;
}

async function checkFiles(index: WorkspaceIndex, query: string, expected: readonly string[]): Promise<void> {
  assert.deepEqual(
    (await search(index, query)).map((hit) => hit.file),
    expected,
    query,
  );
}

describe('the index of a folder', () => {
  it('finds passages by words, with their place', async () => {
    const index = await open(makeFolder(files), makeFolder({}));
    const [hit] = await search(index, 'retrying uploads');
    assert.equal(hit?.file, 'src/retry.ts');
    assert.equal(hit?.line, 1);
    assert.equal(hit?.symbol, 'retryUpload');
    assert.equal(hit?.kind, 'doc');
    assert.equal(hit?.lexicalRank, 1);
    assert.equal(hit?.vectorRank, undefined);
    assert.deepEqual(
      hit?.highlights.map(({ start, end }) => hit.text.slice(start, end)),
      ['Retries', 'upload'],
    );
  });

  it('finds a passage by the name of what it documents', async () => {
    const root = makeFolder({ 'a.ts': '// Waits a little longer each time.\nfunction backoffDelay() {}\n' });
    await checkFiles(await open(root, makeFolder({})), 'backoff', ['a.ts']);
  });

  it('finds Chinese by words inside a sentence, and by one character', async () => {
    const index = await open(makeFolder(files), makeFolder({}));
    await checkFiles(index, '文件锁', ['说明.py']);
    await checkFiles(index, '锁', ['说明.py']);
    await checkFiles(index, '索引', ['说明.py']);
    await checkFiles(index, '数据库', []);
  });

  it('respects filters, phrases and what is left out', async () => {
    const index = await open(makeFolder(files), makeFolder({}));
    await checkFiles(index, 'upload lang:md', ['docs/guide.md']);
    await checkFiles(index, 'upload path:src/ kind:doc', ['src/retry.ts']);
    await checkFiles(index, 'upload path:*.ts -path:clock', ['src/retry.ts']);
    await checkFiles(index, '"lost connection"', ['docs/guide.md']);
    await checkFiles(index, 'kind:heading', ['docs/guide.md']);
    await checkFiles(index, 'secret', []);
    assert.deepEqual(index.status().skipped, { excludedFolder: 1, ignored: 1, unknownLanguage: 1 });
    const skipped = await index.skippedFiles();
    assert.ok(skipped.some(({ file, reason }) => file === 'ignored.txt' && reason === 'ignored'));
  });

  it('finds by labels that the model gave', async () => {
    const root = makeFolder({
      'a.ts': '// A hack until the server is fixed.\n\n\nlet a;\n// A plain remark about b.\nlet b;\n',
    });
    const index = await open(root, makeFolder({}), createWatchedModel());
    const hits = await search(index, 'debt:');
    assert.deepEqual(
      hits.map((hit) => hit.text),
      ['A hack until the server is fixed.'],
    );
    assert.deepEqual(hits[0]?.labels, [{ task: 'debt', name: 'design', probability: 0.9 }]);
    assert.equal((await search(index, 'label:none')).length, 1);
  });

  it('finds by meaning, and says which tier found what', async () => {
    const index = await open(makeFolder(files), makeFolder({}), createWatchedModel());
    const { hits, tiers } = await index.search({ text: 'ecaferg', count: 3 }, neverCancelled);
    assert.deepEqual(tiers, ['lexical', 'encoder']);
    assert.equal(hits[0]?.vectorRank, 1);
    assert.equal(hits[0]?.lexicalRank, undefined);
  });

  it('shows equal texts once, and counts the others', async () => {
    const licence = '// Licensed to everybody under the same terms.\n\n\nlet x;\n';
    const root = makeFolder({ 'a.ts': licence, 'b.ts': licence, 'lib/c.ts': licence });
    const model = createWatchedModel();
    const index = await open(root, makeFolder({}), model);
    const hits = await search(index, 'licensed');
    assert.deepEqual(
      hits.map(({ file, duplicates }) => ({ file, duplicates })),
      [{ file: 'a.ts', duplicates: 2 }],
    );
    const inLib = await search(index, 'licensed path:lib/');
    assert.deepEqual(
      inLib.map(({ file, duplicates }) => ({ file, duplicates })),
      [{ file: 'lib/c.ts', duplicates: 0 }],
    );
    assert.equal(model.readTexts.length, 1);
  });

  it('finds what is similar, without the passage itself', async () => {
    const root = makeFolder({
      'a.ts': '// abcabc abc\n\n\nlet a;\n// abcab cabcd\n\n\nlet b;\n// zzz yyy xxx\nlet c;\n',
    });
    const index = await open(root, makeFolder({}), createWatchedModel());
    const [first] = await search(index, '"abcabc abc"');
    const { hits } = await index.similar({ id: first!.id }, 2, neverCancelled);
    assert.deepEqual(
      hits.map((hit) => hit.text),
      ['abcab cabcd', 'zzz yyy xxx'],
    );
    const byText = await index.similar({ text: 'xyzxyz' }, 1, neverCancelled);
    assert.equal(byText.hits[0]?.text, 'zzz yyy xxx');
  });
});

describe('what a change costs', () => {
  it('a moved line, a renamed file and a renamed folder cost the model nothing', async () => {
    const root = makeFolder(files);
    const model = createWatchedModel();
    const index = await open(root, makeFolder({}), model);
    const before = model.readTexts.length;
    assert.ok(before >= 4);

    writeFileSync(path.join(root, 'src/retry.ts'), `const moved = 1;\n\n${files['src/retry.ts']}`);
    await index.fileChanged('src/retry.ts');
    assert.equal((await search(index, 'retries'))[0]?.line, 3);

    renameSync(path.join(root, 'src/clock.ts'), path.join(root, 'src/time.ts'));
    await index.fileChanged('src/clock.ts');
    await index.fileChanged('src/time.ts');
    assert.equal((await search(index, 'clock wakes'))[0]?.file, 'src/time.ts');

    renameSync(path.join(root, 'src'), path.join(root, 'lib'));
    await index.fileChanged('src');
    await index.fileChanged('lib');
    await waitUntilReady(index);
    assert.equal((await search(index, 'clock wakes'))[0]?.file, 'lib/time.ts');
    assert.equal(model.readTexts.length, before);
    assert.equal(index.status().embedded, index.status().passages);
  });

  it('a second run over the same folder reads no text again', async () => {
    const root = makeFolder(files);
    const indexFolder = makeFolder({});
    const first = await open(root, indexFolder, createWatchedModel());
    await first.dispose();
    const model = createWatchedModel();
    const second = await open(root, indexFolder, model);
    assert.deepEqual(model.readTexts, []);
    assert.equal((await search(second, 'ecaferg'))[0]?.vectorRank, 1);
  });

  it('a saved file is found at once, a deleted one no more', async () => {
    const root = makeFolder(files);
    const index = await open(root, makeFolder({}));
    writeFileSync(
      path.join(root, 'new.go'),
      '// Throttles requests by a token bucket.\nfunc throttle() {}\n',
    );
    await index.fileChanged('new.go');
    await checkFiles(index, 'bucket', ['new.go']);
    rmSync(path.join(root, 'new.go'));
    await index.fileChanged('new.go');
    await checkFiles(index, 'bucket', []);
  });

  it('a new model reads everything again, and the vectors of the old one go when it is done', async () => {
    const root = makeFolder(files);
    const indexFolder = makeFolder({});
    const first = await open(root, indexFolder, createWatchedModel());
    await first.dispose();
    const model = createWatchedModel({ fingerprint: 'other' });
    const { index, storage } = await openTestIndex(root, indexFolder, { model });
    opened.push(index);
    await index.refresh(neverCancelled);
    await waitUntilReady(index);
    assert.equal(model.readTexts.length, new Set(model.readTexts).size);
    assert.ok(model.readTexts.length >= 4);
    assert.deepEqual(
      (await storage.vectorSpaces()).map(({ fingerprint }) => fingerprint),
      ['other'],
    );
  });

  it('a save looks through the texts of its own file alone, and saves in a row are all read', async () => {
    const root = makeFolder({ 'a.md': 'One.', 'b.md': 'Two.', 'c.md': 'Three.' });
    const model = createWatchedModel();
    const asked: (readonly string[] | undefined)[] = [];
    const { index } = await openTestIndex(root, makeFolder({}), {
      model,
      wrap: (storage) => ({
        ...storage,
        pendingTexts(space, wanted) {
          asked.push(wanted.files);
          return storage.pendingTexts(space, wanted);
        },
      }),
    });
    opened.push(index);
    await index.refresh(neverCancelled);
    await waitUntilReady(index);
    asked.length = 0;
    for (const [number, file] of ['a.md', 'b.md', 'c.md', 'a.md'].entries()) {
      writeFileSync(path.join(root, file), `Saved ${number}.`);
      await index.fileChanged(file);
    }
    await waitUntilReady(index);
    while (model.readTexts.length < 6) await new Promise((resolve) => setTimeout(resolve, 20));
    await waitUntilReady(index);
    assert.deepEqual(model.readTexts.slice(3).sort(), ['Saved 1.', 'Saved 2.', 'Saved 3.']);
    assert.ok(asked.length > 0 && asked.every((files) => files !== undefined));
    assert.equal(index.status().embedded, 3);
  });

  it('a save counts its own file alone, and what the status says is what counting everything gives', async () => {
    const root = makeFolder({
      'a.md': 'One.\n\nBoth.',
      'b.md': 'Two.\n\nBoth.',
      'lib/c.md': 'Three.',
      'lib/d.md': 'Four.',
    });
    const counted: (string | undefined)[] = [];
    let inner: IndexStorage | undefined;
    const { index } = await openTestIndex(root, makeFolder({}), {
      model: createWatchedModel(),
      wrap(storage) {
        inner = storage;
        return {
          ...storage,
          counts(space, file) {
            counted.push(file);
            return storage.counts(space, file);
          },
        };
      },
    });
    opened.push(index);
    await index.refresh(neverCancelled);
    await waitUntilReady(index);
    counted.length = 0;
    writeFileSync(path.join(root, 'a.md'), 'Another.\n\nBoth.\n\nAnd a third.');
    await index.fileChanged('a.md');
    writeFileSync(path.join(root, 'new.md'), 'Third.\n\nAnother.');
    await index.fileChanged('new.md');
    rmSync(path.join(root, 'b.md'));
    await index.fileChanged('b.md');
    rmSync(path.join(root, 'lib'), { recursive: true });
    await index.fileChanged('lib');
    await waitUntilReady(index);
    assert.ok(counted.length > 0 && counted.every((file) => file !== undefined), `${counted}`);
    const space = { fingerprint: 'letters', dimensions: letterCount };
    const { files: fileCount, passages, encodedPassages } = await inner!.counts(space, undefined);
    const status = index.status();
    assert.deepEqual(
      [status.files, status.passages, status.embedded],
      [fileCount, passages, encodedPassages],
    );
    assert.deepEqual([fileCount, passages, encodedPassages], [2, 5, 5]);
  });

  it('files that are looked at can be searched before the walk begins, and are read once', async () => {
    const root = makeFolder({ 'a.md': 'First.', 'looked/at.md': 'Second.', 'z.md': 'Third.' });
    const written: string[][] = [];
    const { index } = await openTestIndex(root, makeFolder({}), {
      wrap: (storage) => ({
        ...storage,
        writeFiles(changes) {
          written.push(changes.map(({ file }) => file));
          return storage.writeFiles(changes);
        },
      }),
    });
    opened.push(index);
    index.prefer(['gone.md', 'looked/at.md', '../outside.md']);
    utimesSync(path.join(root, 'z.md'), 1e9, 1e9);
    await index.refresh(neverCancelled);
    assert.deepEqual(written, [['looked/at.md', 'a.md', 'z.md']]);
    await checkFiles(index, 'second', ['looked/at.md']);
    await index.refresh(neverCancelled);
    assert.equal(written.length, 1);

    writeFileSync(path.join(root, 'a.md'), 'Fourth.');
    writeFileSync(path.join(root, 'looked/at.md'), 'Fifth.');
    await index.refresh(neverCancelled);
    assert.deepEqual(written.slice(1), [['looked/at.md'], ['a.md']]);
  });

  it('a folder that is read for the first time is found before it is written, what changed last first', async () => {
    const names = Array.from({ length: 40 }, (_, number) => `f${number}.md`);
    const root = makeFolder(
      Object.fromEntries(names.map((name) => [name, `Says ${name.slice(0, -3)} and word.`])),
    );
    for (const [age, name] of names.entries()) utimesSync(path.join(root, name), 2e9, 1e9 + age);
    const written: string[] = [];
    const seen: { found: number; message: string | undefined }[] = [];
    const { index } = await openTestIndex(root, makeFolder({}), {
      wrap: (storage) => ({
        ...storage,
        async writeFiles(changes) {
          const found = await index.search({ text: 'word', count: 100 }, neverCancelled);
          const { passages, message } = index.status();
          assert.equal(passages, 40);
          seen.push({ found: found.hits.length, message });
          written.push(...changes.map(({ file }) => file));
          return await storage.writeFiles(changes);
        },
      }),
    });
    opened.push(index);
    await index.refresh(neverCancelled);
    assert.deepEqual(seen, [
      { found: 40, message: 'Everything is read and found by words; it is being written to the index.' },
    ]);
    assert.deepEqual(written, [...names].reverse());
    assert.equal((await search(index, 'word')).length, 10);
    assert.equal(index.status().message, undefined);
  });

  it('a folder whose first reading is ended midway is written as far as it came, and read on the next time', async () => {
    const root = makeFolder(
      Object.fromEntries(
        Array.from({ length: 600 }, (_, number) => [`f${number}.md`, `Word number n${number}.`]),
      ),
    );
    const indexFolder = makeFolder({});
    let writes = 0;
    const cancellation = { isCancelled: false };
    const first = await openTestIndex(root, indexFolder, {
      wrap: (storage) => ({
        ...storage,
        async writeFiles(changes) {
          if (++writes === 2) cancellation.isCancelled = true;
          return await storage.writeFiles(changes);
        },
      }),
    });
    await assert.rejects(first.index.refresh(cancellation));
    const { hits } = await first.index.search({ text: 'word', count: 500 }, neverCancelled);
    assert.equal((await first.storage.counts(undefined, undefined)).passages, 512);
    assert.ok(hits.length >= 100);
    await first.index.refresh(neverCancelled);
    assert.equal(first.index.status().passages, 600);
    await first.index.dispose();
  });

  it('files that are looked at are read first, and a pause holds the rest', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 400 }, (_, index) => [
        `f${String(index).padStart(3, '0')}.ts`,
        `// remark ${index}\nlet a;\n`,
      ]),
    );
    const root = makeFolder(many);
    let calls = 0;
    const model = createWatchedModel({
      gate: async () => {
        if (++calls === 2) index.pause();
      },
    });
    const { index } = await openTestIndex(root, makeFolder({}), { model });
    opened.push(index);
    index.prefer(['f399.ts']);
    await index.refresh(neverCancelled);
    await waitUntilReady(index);
    assert.equal(index.status().state, 'paused');
    assert.equal(model.readTexts[0], 'remark 399');
    assert.ok(model.readTexts.length < 400);
    index.resume();
    await waitUntilReady(index);
    assert.equal(model.readTexts.length, 400);
    assert.equal(new Set(model.readTexts).size, 400);
  });
});

describe('while somebody else needs the machine', () => {
  it('the model waits, says why, and goes on by itself; words are found meanwhile', async () => {
    let reason: string | undefined = 'Reading goes on when git is done.';
    const model = createWatchedModel();
    const whyWait = async () => reason;
    const root = makeFolder({ 'a.md': 'Some remark.' });
    const { index } = await openTestIndex(root, makeFolder({}), { model, whyWait });
    opened.push(index);
    await index.refresh(neverCancelled);
    await waitUntilReady(index);
    assert.deepEqual([index.status().state, index.status().message], ['paused', reason]);
    assert.equal((await index.search({ text: 'remark', count: 5 }, neverCancelled)).hits.length, 1);
    assert.deepEqual(model.readTexts, []);
    reason = undefined;
    while (index.status().state !== 'ready') await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(model.readTexts, ['Some remark.']);
    assert.equal(index.status().message, undefined);
  });

  it('a look at the folder while the model reads ends with the model reading', async () => {
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const model = createWatchedModel({ gate: () => gate });
    const root = makeFolder({ 'a.md': 'Some remark.' });
    const { index } = await openTestIndex(root, makeFolder({}), { model });
    opened.push(index);
    await index.refresh(neverCancelled);
    await index.refresh(neverCancelled);
    assert.equal(index.status().state, 'embedding');
    open();
    await waitUntilReady(index);
    assert.deepEqual([index.status().state, index.status().embedded], ['ready', 1]);
  });

  it('git is at work while its lock is fresh, in a worktree too', async () => {
    const root = makeFolder({
      'main/.git/index.lock': '',
      'main/sub/a.md': '',
      'tree/.git': 'gitdir: ../main/.git/worktrees/tree\n',
      'main/.git/worktrees/tree/HEAD': '',
    });
    const now = Date.now();
    assert.equal(await createGitActivity(path.join(root, 'main/sub'), () => now)(), true);
    assert.equal(await createGitActivity(path.join(root, 'main/sub'), () => now + 3_600_000)(), false);
    const isAtWork = createGitActivity(path.join(root, 'tree'), () => Date.now());
    assert.equal(await isAtWork(), false);
    mkdirSync(path.join(root, 'main/.git/worktrees/tree/rebase-merge'));
    assert.equal(await isAtWork(), true);
    assert.equal(await createGitActivity(makeFolder({}), () => now)(), false);
  });
});

describe('what a folder cannot do', () => {
  it('a link does not lead the index outside', async () => {
    const outside = makeFolder({ 'secret.md': 'The password of everything.' });
    const root = makeFolder({ 'a.md': 'Nothing here.' });
    symlinkSync(outside, path.join(root, 'way'));
    symlinkSync(path.join(outside, 'secret.md'), path.join(root, 'file.md'));
    const index = await open(root, makeFolder({}));
    for (const file of ['way/secret.md', 'file.md', '../secret.md', path.join(outside, 'secret.md')]) {
      await index.fileChanged(file);
    }
    await checkFiles(index, 'password', []);
    mkdirSync(path.join(root, 'loop'));
    symlinkSync(root, path.join(root, 'loop', 'again'));
    await index.refresh(neverCancelled);
    await checkFiles(index, 'nothing', ['a.md']);
  });

  it('a folder that is gone for a moment is not forgotten', async () => {
    const root = makeFolder(files);
    const index = await open(root, makeFolder({}));
    renameSync(root, `${root}-away`);
    await assert.rejects(
      index.refresh(neverCancelled),
      (error) =>
        error instanceof EngineError && /cannot be read.*Check that it is mounted/.test(error.message),
    );
    assert.equal(index.status().state, 'error');
    renameSync(`${root}-away`, root);
    await checkFiles(index, 'retries', ['src/retry.ts']);
  });
});
