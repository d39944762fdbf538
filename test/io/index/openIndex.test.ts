import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { neverCancelled } from '../../../server/src/engine/cancellation.ts';
import type { IndexStorage, NewPassage } from '../../../server/src/engine/storage.ts';
import { guardStorage } from '../../../server/src/io/index/guardStorage.ts';
import { openIndex, openInMemory } from '../../../server/src/io/index/openIndex.ts';
import { createTables } from '../../../server/src/io/index/sqliteSchema.ts';
import { createSqliteStorage } from '../../../server/src/io/index/sqliteStorage.ts';
import {
  loadSqliteDriver,
  type SqlDatabase,
  type SqliteDriver,
  type SqliteDriverName,
} from '../../../server/src/io/sqliteDriver.ts';
import { createRandom, randomUnitVector } from '../../engine/index/randomVectors.ts';
import { assertNearestIsExact } from '../nearestIsExact.ts';
import { makeFolder } from '../temporaryFolder.ts';
import { openTestIndex } from './testIndex.ts';

const drivers: readonly SqliteDriverName[] = ['better-sqlite3', 'node:sqlite'];
const space = { fingerprint: 'a', dimensions: 3 };

function passage(text: string, line = 1): NewPassage {
  return {
    textHash: `hash of ${text}`,
    text,
    words: text,
    names: '',
    lead: '',
    place: {
      span: { start: 0, end: 1 },
      line,
      endLine: line,
      kind: 'line',
      language: 'go',
      symbol: undefined,
    },
  };
}

function fileOf(name: string, ...texts: string[]) {
  return {
    file: name,
    stamp: '1',
    hash: 'h',
    passages: texts.map((text, index) => passage(text, index + 1)),
  };
}

async function idsOf(storage: IndexStorage, token: string): Promise<readonly number[]> {
  return (await storage.searchWords({ tokens: [token], count: 10, filter: undefined })).map(({ id }) => id);
}

/** The storage in memory, and its database to look into. */
function openWithDatabase(driver: SqliteDriver): { storage: IndexStorage; database: SqlDatabase } {
  const database = driver.open(':memory:');
  createTables(database);
  const becomeWriter = () => true;
  const storage = createSqliteStorage({ database, becomeWriter, sizeBytes: () => 0, release: () => {} });
  return { storage, database };
}

for (const name of drivers) {
  describe(`an index file, by ${name}`, () => {
    const driver = loadSqliteDriver([name]);

    it('keeps words, places, labels and vectors from one opening to the next', async () => {
      const folder = makeFolder({});
      const first = openIndex(folder, driver, { isFresh: false });
      assert.equal(first.message, undefined);
      assert.equal(await first.storage.becomeWriter(), true);
      assert.equal(
        await first.storage.writeFiles([fileOf('a.go', 'alpha', 'beta'), fileOf('b.go', 'alpha')]),
        2,
      );
      const [id] = await idsOf(first.storage, 'alpha');
      const vector = Float32Array.of(0.6, -0.8, 0);
      const labels = [{ task: 'debt', name: 'design', probability: 0.5 }];
      await first.storage.writeVectors(space, [{ id: id!, vector, labels }]);
      await first.storage.close();
      assert.deepEqual(
        readdirSync(folder).filter((file) => file !== 'writer.lock'),
        ['index.sqlite'],
      );

      const { storage } = openIndex(folder, driver, { isFresh: false });
      const [text] = await storage.texts([id!]);
      assert.deepEqual(
        text?.places.map((place) => place.file),
        ['a.go', 'b.go'],
      );
      assert.deepEqual(text?.labels, labels);
      const stored = (await storage.vectors(space, [id!, 999])).get(id!)!;
      for (const [index, number] of vector.entries()) assert.ok(Math.abs(number - stored[index]!) < 1e-4);
      assert.equal((await storage.pendingTexts(space, { afterId: 0, count: 9, files: undefined })).length, 1);
      assert.deepEqual(await storage.counts(space, undefined), {
        files: 2,
        passages: 3,
        texts: 2,
        encodedPassages: 2,
        encodedTexts: 1,
        sizeBytes: (await storage.counts(space, undefined)).sizeBytes,
      });
      await storage.close();
    });

    it('forgets removed texts when they are many, and puts thin pages of vectors together', async () => {
      const { storage, database } = openWithDatabase(driver);
      const countOf = (table: string) =>
        (database.prepare(`SELECT count(*) AS n FROM ${table}`).get() as { n: number }).n;
      const texts = Array.from({ length: 3000 }, (_, index) => `word${index} common`);
      await storage.writeFiles([fileOf('a.go', ...texts)]);
      const pending = await storage.pendingTexts(space, { afterId: 0, count: 3000, files: undefined });
      for (let start = 0; start < 600; start += 2) {
        const part = pending.slice(start, start + 2);
        await storage.writeVectors(
          space,
          part.map(({ id }) => ({ id, vector: Float32Array.of(1, id, 0), labels: [] })),
        );
      }
      assert.equal(countOf('pages'), 300);
      await storage.writeFiles([fileOf('a.go', ...texts.slice(0, 500))]);
      assert.equal(await storage.compact(), true);
      assert.ok(countOf('pages') <= 40, `${countOf('pages')} pages`);
      assert.ok(countOf('rests') <= 40, `${countOf('rests')} pieces`);
      const found = await storage.vectors(
        space,
        pending.slice(0, 600).map(({ id }) => id),
      );
      assert.equal(found.size, 500);
      for (const [id, vector] of found) assert.ok(Math.abs(vector[1]! / vector[0]! - id) < 0.02 * id);
      assert.equal((await storage.counts(space, undefined)).encodedTexts, 500);
      assert.equal((await idsOf(storage, 'word2999')).length, 0);
      assert.equal((await idsOf(storage, 'word10')).length, 1);
      await storage.close();
    });

    it('the nearest are computed with both planes, where the filter lets them stand', async () => {
      const { storage } = openInMemory(driver);
      const wide = { fingerprint: 'w', dimensions: 64 };
      const random = createRandom(3);
      await storage.writeFiles([
        fileOf('a.go', ...Array.from({ length: 300 }, (_, index) => `text ${index}`)),
        fileOf('b.go', 'text 5', 'text 6', 'text 7'),
      ]);
      const pending = await storage.pendingTexts(wide, { afterId: 0, count: 300, files: undefined });
      const vectors = pending.map(({ id }) => ({ id, vector: randomUnitVector(64, random), labels: [] }));
      await storage.writeVectors(wide, vectors);
      const tier = storage.vectorTier(wide);
      const query = await assertNearestIsExact(tier, vectors, { random, tolerance: 1e-4 });
      const inB = await tier.nearest(query, { count: 10, filter: { paths: ['b.go'] } });
      assert.deepEqual(new Set(inB.map(({ id }) => id)), new Set(pending.slice(5, 8).map(({ id }) => id)));
      await storage.close();
    });

    it('asks for rare tokens where frequent ones stand beside them', async () => {
      const { storage } = openInMemory(driver);
      const texts = Array.from(
        { length: 5000 },
        (_, index) => `common${index === 7 ? ' rare seldom' : ''} n${index}`,
      );
      await storage.writeFiles([fileOf('a.go', ...texts)]);
      assert.deepEqual(
        (await storage.searchWords({ tokens: ['common', 'rare', 'seldom'], count: 50, filter: undefined }))
          .length,
        1,
      );
      assert.equal((await idsOf(storage, 'common')).length, 10);
      await storage.close();
    });

    it('a full disk is one sentence, and what was there stays', async () => {
      const { storage: raw, database } = openWithDatabase(driver);
      let isDamaged = false;
      const storage = guardStorage(raw, () => {
        isDamaged = true;
      });
      await storage.writeFiles([fileOf('a.go', 'alpha')]);
      database.exec('PRAGMA max_page_count = 60');
      const large = Array.from({ length: 400 }, (_, index) => `${'filler '.repeat(200)} ${index}`);
      await assert.rejects(storage.writeFiles([fileOf('b.go', ...large)]), /disk with the index is full/);
      assert.equal(isDamaged, false);
      assert.equal((await idsOf(storage, 'alpha')).length, 1);
      assert.equal((await idsOf(storage, 'filler')).length, 0);
      assert.equal((await storage.counts(undefined, undefined)).files, 1);
      database.exec('PRAGMA max_page_count = 100000');
      assert.equal(await storage.writeFiles([fileOf('b.go', ...large)]), 400);
      await storage.close();
    });
  });
}

describe('an index that cannot be opened as it is', () => {
  const root = () => makeFolder({ 'a.md': 'Something to be found.' });

  async function checkRebuilt(indexFolder: string, message: RegExp): Promise<void> {
    const opened = await openTestIndex(root(), indexFolder);
    assert.match(opened.message ?? '', message);
    assert.match(opened.index.status().message ?? '', message);
    assert.equal(opened.isInMemory, false);
    await opened.index.refresh(neverCancelled);
    const { hits } = await opened.index.search({ text: 'something', count: 1 }, neverCancelled);
    assert.equal(hits.length, 1);
    await opened.index.dispose();
    const again = await openTestIndex(root(), indexFolder);
    assert.equal(again.message, undefined);
    await again.index.dispose();
  }

  it('a file of something else is set aside, not lost', async () => {
    const indexFolder = makeFolder({ 'index.sqlite': 'the diary of a stranger' });
    await checkRebuilt(indexFolder, /cannot be read\. It was set aside as .*index\.sqlite\.broken/);
    assert.equal(
      readFileSync(path.join(indexFolder, 'index.sqlite.broken'), 'utf8'),
      'the diary of a stranger',
    );
  });

  it('a database of another program is set aside', async () => {
    const indexFolder = makeFolder({});
    const other = loadSqliteDriver().open(path.join(indexFolder, 'index.sqlite'));
    other.exec('CREATE TABLE diary (page TEXT)');
    other.close();
    await checkRebuilt(indexFolder, /belongs to another program/);
  });

  it('an index of another version is built anew', async () => {
    const indexFolder = makeFolder({});
    const { storage } = openIndex(indexFolder, loadSqliteDriver(), { isFresh: false });
    await storage.close();
    const other = loadSqliteDriver().open(path.join(indexFolder, 'index.sqlite'));
    other.exec('PRAGMA user_version = 999');
    other.close();
    await checkRebuilt(indexFolder, /made by another version/);
  });

  it('a file that is torn inside is met while reading, and set aside the next time', async () => {
    const indexFolder = makeFolder({});
    const first = await openTestIndex(root(), indexFolder);
    await first.index.refresh(neverCancelled);
    await first.index.dispose();
    const file = path.join(indexFolder, 'index.sqlite');
    const bytes = readFileSync(file);
    // Everything but the first page, which names the program and the tables.
    bytes.fill(0xa5, 4096);
    writeFileSync(file, bytes);
    await assert.rejects(async () => {
      const torn = await openTestIndex(root(), indexFolder);
      await torn.index
        .search({ text: 'something', count: 1 }, neverCancelled)
        .finally(() => torn.index.dispose());
    }, /damaged/);
    await checkRebuilt(indexFolder, /cannot be read\. It was set aside/);
  });

  it('a place that cannot be written leaves the index in memory, and says so', async () => {
    const file = path.join(makeFolder({ occupied: '' }), 'occupied');
    const opened = await openTestIndex(root(), path.join(file, 'index'));
    assert.equal(opened.isInMemory, true);
    assert.match(opened.message ?? '', /cannot be kept in .* stays in memory/);
    await opened.index.refresh(neverCancelled);
    const { hits } = await opened.index.search({ text: 'something', count: 1 }, neverCancelled);
    assert.equal(hits.length, 1);
    await opened.index.dispose();
  });

  it('fresh throws away what was there', async () => {
    const indexFolder = makeFolder({});
    const first = openIndex(indexFolder, loadSqliteDriver(), { isFresh: false });
    await first.storage.writeFiles([fileOf('a.go', 'alpha')]);
    await first.storage.close();
    const second = openIndex(indexFolder, loadSqliteDriver(), { isFresh: true });
    assert.deepEqual(await second.storage.files(), []);
    await second.storage.close();
  });
});
