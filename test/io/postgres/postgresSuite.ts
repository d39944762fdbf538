// What a storage in PostgreSQL promises beyond the contract of all storages: texts shared between working copies, leases,
// connections that break. In: a database to try it on. Out: tests, the same for PGlite and for a server.

import assert from 'node:assert/strict';
import { after, before, it } from 'mocha';
import { neverCancelled } from '../../../server/src/engine/cancellation.ts';
import { EngineError } from '../../../server/src/engine/errors.ts';
import type { IndexStorage } from '../../../server/src/engine/storage.ts';
import { openTeamIndex } from '../../../server/src/io/postgres/openTeamIndex.ts';
import { openPostgres } from '../../../server/src/io/postgres/postgresClient.ts';
import { ensureTables } from '../../../server/src/io/postgres/postgresSchema.ts';
import { createPostgresStorage } from '../../../server/src/io/postgres/postgresStorage.ts';
import { createWatchedModel, openTestIndex, waitUntilReady } from '../index/testIndex.ts';
import { checkStorageContract, fileWith, findIds, passageOf } from '../storageContract.ts';
import { makeFolder } from '../temporaryFolder.ts';
import type { Wire } from './wire.ts';

export interface TestDatabase {
  /** Leads through the wire. */
  connectionString(): string;
  readonly wire: Wire;
  /** Runs statements beside the storage. */
  execute(sql: string): Promise<unknown>;
  close(): Promise<void>;
}

export async function openAs(
  database: TestDatabase,
  folderName: string,
  writerId = folderName,
): Promise<IndexStorage> {
  const client = await openPostgres(database.connectionString());
  await ensureTables(client);
  return await createPostgresStorage({ client, folderName, writerId });
}

/** Answers how the tests of the caller come to the same database. */
export function checkPostgresStorage(open: () => Promise<TestDatabase>): () => TestDatabase {
  let database: TestDatabase;

  before(async () => {
    database = await open();
  });

  after(() => database?.close());

  checkStorageContract(async () => {
    await database.execute('DROP SCHEMA IF EXISTS marginalia CASCADE');
    return await openAs(database, 'contract');
  });

  it('two working copies share texts and vectors, and neither finds what only the other has', async () => {
    await database.execute('DROP SCHEMA IF EXISTS marginalia CASCADE');
    const files = { 'a.md': 'Uploads are resumed after a lost connection.' };
    const one = makeFolder(files);
    const two = makeFolder({ ...files, 'b.md': 'Nobody else has this remark.' });
    const model = createWatchedModel();
    const first = await openTestIndex(one, '', {
      model,
      storage: await openTeamIndex(database.connectionString(), one, { isFresh: false }),
    });
    await first.index.refresh(neverCancelled);
    await waitUntilReady(first.index);
    const second = await openTestIndex(two, '', {
      model,
      storage: await openTeamIndex(database.connectionString(), two, { isFresh: false }),
    });
    await second.index.refresh(neverCancelled);
    await waitUntilReady(second.index);
    assert.deepEqual(model.readTexts, [
      'Uploads are resumed after a lost connection.',
      'Nobody else has this remark.',
    ]);
    assert.deepEqual([second.index.status().passages, second.index.status().embedded], [2, 2]);
    const search = async (index: typeof first.index, text: string) =>
      (await index.search({ text, count: 5 }, neverCancelled)).hits.map(({ file }) => file);
    assert.deepEqual(await search(second.index, '"nobody else"'), ['b.md']);
    assert.deepEqual(await search(first.index, 'nobody else has this remark'), ['a.md']);
    assert.deepEqual(await search(first.index, 'resumed path:*.md'), ['a.md']);
    await first.index.dispose();
    await second.index.dispose();
  });

  it('a connection that is lost is made again for reading; a write says so and changes nothing', async () => {
    const storage = await openAs(database, 'lost');
    await storage.becomeWriter();
    await storage.writeFiles([fileWith('a.go', passageOf('lost alpha'))]);
    database.wire.cut();
    assert.equal((await findIds(storage, 'lost')).length, 1);
    database.wire.cutAfter(/INSERT INTO marginalia.places/);
    await assert.rejects(
      storage.writeFiles([fileWith('b.go', passageOf('lost beta'))]),
      (error) => error instanceof EngineError && /does not answer/.test(error.message),
    );
    assert.deepEqual(
      (await storage.files()).map(({ file }) => file),
      ['a.go'],
    );
    assert.equal(await storage.writeFiles([fileWith('b.go', passageOf('lost beta'))]), 1);
    await storage.close();
  });

  it('a server that is not there is one sentence without the password', async () => {
    const nowhere = 'postgres://postgres:hunter2@127.0.0.1:1/postgres';
    await assert.rejects(openTeamIndex(nowhere, makeFolder({}), { isFresh: false }), (error) => {
      assert.ok(error instanceof EngineError);
      assert.match(error.message, /does not answer/);
      assert.doesNotMatch(String(error.stack), /hunter2/);
      return true;
    });
  });

  it('what is wrong with a connection string is told without repeating it', async () => {
    const right = database.connectionString();
    const wrong: readonly (readonly [string, RegExp])[] = [
      ['garbage', /cannot be read.*postgres:\/\/user/],
      [right.replace('postgres://', 'mysql://'), /cannot be read/],
      [`${right}?sslmode=verify-full`, /could not be encrypted as wanted/],
    ];
    for (const [connectionString, message] of wrong) {
      await assert.rejects(
        openTeamIndex(connectionString, makeFolder({}), { isFresh: false }),
        (error) =>
          error instanceof EngineError && message.test(error.message) && !/secret/.test(error.message),
        connectionString,
      );
    }
  });

  it('one process writes; another takes over when the lease has ended, and the first finds out', async () => {
    const first = await openAs(database, 'leased', 'first');
    const second = await openAs(database, 'leased', 'second');
    assert.equal(await first.becomeWriter(), true);
    assert.equal(await second.becomeWriter(), false);
    await first.writeFiles([fileWith('a.go', passageOf('leased alpha'))]);
    assert.equal((await findIds(second, 'leased')).length, 1);
    await database.execute("UPDATE marginalia.folders SET expires = now() - interval '1 second'");
    assert.equal(await second.becomeWriter(), true);
    await assert.rejects(
      first.writeFiles([{ file: 'a.go', removed: true }]),
      /Another process keeps this part/,
    );
    assert.equal((await second.files()).length, 1);
    await second.close();
    assert.equal(await first.becomeWriter(), true);
    await first.close();
  });

  it('tables of another version are left alone', async () => {
    await (await openAs(database, 'version')).close();
    await database.execute('UPDATE marginalia.meta SET version = 999');
    await assert.rejects(openAs(database, 'version'), /team index has version 999/);
    await database.execute('UPDATE marginalia.meta SET version = 1');
  });

  return () => database;
}
