import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'mocha';
import { neverCancelled } from '../../../server/src/engine/cancellation.ts';
import { hashText } from '../../../server/src/engine/index/hashText.ts';
import { pragma } from '../../../server/src/io/index/sqliteSchema.ts';
import { loadSqliteDriver } from '../../../server/src/io/sqliteDriver.ts';
import { createRandom } from '../../engine/index/randomVectors.ts';
import { makeFolder } from '../temporaryFolder.ts';
import { createWatchedModel, letterCount, openTestIndex, waitUntilReady } from './testIndex.ts';

type FromChild =
  | { readonly kind: 'ready' | 'state'; readonly status?: { readonly message: string | undefined } }
  | { readonly kind: 'written'; readonly texts: readonly string[] }
  | { readonly kind: 'encoded'; readonly ids: readonly number[] }
  | { readonly kind: 'found'; readonly files: readonly string[] };

const program = fileURLToPath(new URL('indexingProcess.ts', import.meta.url));

async function start(root: string, indexFolder: string, onMessage: (message: FromChild) => void = () => {}) {
  const child = fork(program, [root, indexFolder]);
  child.on('message', (message: FromChild) => onMessage(message));
  await waitFor(child, 'ready');
  return child;
}

/** One listener until it comes: two messages may arrive at once, and the second would be missed between two. */
function waitFor(child: ChildProcess, kind: FromChild['kind']): Promise<FromChild> {
  return new Promise((resolve) => {
    const look = (message: FromChild) => {
      if (message.kind !== kind) return;
      child.off('message', look);
      resolve(message);
    };
    child.on('message', look);
  });
}

function manyFiles(count: number): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `pkg${index % 40}/f${index}.go`,
      Array.from(
        { length: 8 },
        (_, part) => `// Passage ${index} part ${part} says so.\n\n\nvar a${part}\n`,
      ).join('\n'),
    ]),
  );
}

describe('a process that is killed while it writes', function () {
  this.timeout(300_000);

  it('loses nothing it was promised, leaves no torn file, and the next one goes on', async () => {
    // MARGINALIA_KILLS=20 for the long run. Each kill waits for up to six writes, so there must be enough of them.
    const kills = Number(process.env.MARGINALIA_KILLS ?? 4);
    const fileCount = 500 * Math.ceil(kills / 4);
    const root = makeFolder(manyFiles(fileCount));
    const indexFolder = makeFolder({});
    const written = new Set<string>();
    const encoded = new Set<number>();
    const random = createRandom(5);
    for (let round = 0; round < kills; round++) {
      let wanted = 1 + Math.floor(random() * 6);
      const child = await start(root, indexFolder, (message) => {
        if (message.kind === 'written') for (const text of message.texts) written.add(hashText(text));
        if (message.kind === 'encoded') for (const id of message.ids) encoded.add(id);
        if ((message.kind === 'written' || message.kind === 'encoded') && --wanted === 0)
          child.kill('SIGKILL');
      });
      child.send({ kind: 'refresh' });
      await once(child, 'exit');

      const database = loadSqliteDriver().open(path.join(indexFolder, 'index.sqlite'));
      const { integrity_check: verdict } = database.prepare('PRAGMA integrity_check').get() as Record<
        string,
        string
      >;
      assert.equal(verdict, 'ok');
      assert.equal(pragma(database, 'user_version') > 0, true);
      database.exec("INSERT INTO words(words) VALUES ('integrity-check')");
      const stored = new Set(
        (database.prepare('SELECT hash FROM texts').all() as { hash: string }[]).map(({ hash }) => hash),
      );
      const vectors = new Set(
        (database.prepare('SELECT text FROM encoded').all() as { text: number }[]).map(({ text }) => text),
      );
      database.close();
      assert.deepEqual(
        [...written].filter((hash) => !stored.has(hash)),
        [],
      );
      assert.deepEqual(
        [...encoded].filter((id) => !vectors.has(id)),
        [],
      );
    }
    assert.ok(written.size > 0);

    const model = createWatchedModel();
    const { index, storage, message } = await openTestIndex(root, indexFolder, { model });
    assert.equal(message, undefined);
    const space = { fingerprint: 'letters', dimensions: letterCount };
    const before = (await storage.counts(space, undefined)).encodedTexts;
    await index.refresh(neverCancelled);
    await waitUntilReady(index);
    assert.equal(index.status().passages, 8 * fileCount);
    assert.equal(index.status().embedded, 8 * fileCount);
    assert.equal(model.readTexts.length, 8 * fileCount - before);
    await index.dispose();
    assert.equal(existsSync(path.join(indexFolder, 'index.sqlite.broken')), false);
  });
});

describe('two processes on one folder', function () {
  this.timeout(120_000);

  it('one writes, the other searches what it wrote, and takes over when it is gone', async () => {
    const root = makeFolder({ 'a.md': 'The first passage of all.' });
    const indexFolder = makeFolder({});
    const model = createWatchedModel();
    const first = await openTestIndex(root, indexFolder, { model });
    await first.index.refresh(neverCancelled);
    await waitUntilReady(first.index);

    const child = await start(root, indexFolder);
    const ask = async (query: string) => {
      child.send({ kind: 'search', query });
      return ((await waitFor(child, 'found')) as { readonly files: readonly string[] }).files;
    };
    assert.deepEqual(await ask('first'), ['a.md']);
    child.send({ kind: 'refresh' });
    const { status } = (await waitFor(child, 'state')) as { status: { message: string } };
    assert.match(status.message, /Another window or command keeps this index/);

    writeFileSync(path.join(root, 'b.md'), 'Wholly different words.');
    await first.index.fileChanged('b.md');
    await waitUntilReady(first.index);
    assert.deepEqual(await ask('"wholly different"'), ['b.md']);

    await first.index.dispose();
    writeFileSync(path.join(root, 'c.md'), 'Written by the heir.');
    child.send({ kind: 'refresh' });
    await waitFor(child, 'state');
    assert.deepEqual(await ask('"by the heir"'), ['c.md']);
    child.send({ kind: 'end' });
    await once(child, 'exit');
  });
});
