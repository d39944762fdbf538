import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import postgres from 'pg';
import { EngineError } from '../../../server/src/engine/errors.ts';
import type { IndexStorage } from '../../../server/src/engine/storage.ts';
import { fileWith, findIds, passageOf } from '../storageContract.ts';
import { checkPostgresStorage, openAs, type TestDatabase } from './postgresSuite.ts';
import { openWire } from './wire.ts';

/** A superuser of a server that is there for tests; see docs/CONTRIBUTING.md. */
const serverVariable = 'MARGINALIA_TEST_POSTGRES';
const connectionString = process.env[serverVariable];

// Not skipped: what is skipped fails the run, and most machines have no such server.
if (connectionString) {
  describe(`a storage on the server of ${serverVariable}`, function () {
    this.timeout(300_000);

    const database = checkPostgresStorage(() => openServer(connectionString));

    it('many writers of the same texts, in any order, all get through and lose no name', async () => {
      await database().execute('DROP SCHEMA IF EXISTS marginalia CASCADE');
      const rounds = 4;
      const writers: IndexStorage[] = [];
      for (let writer = 0; writer < 6; writer++) writers.push(await openAs(database(), `writer${writer}`));
      await Promise.all(writers.map((storage) => storage.becomeWriter()));
      const texts = Array.from({ length: 200 }, (_, text) => `shared text number${text}`);
      const write = async (storage: IndexStorage, writer: number) => {
        for (let round = 0; round < rounds; round++) {
          const order = (writer + round) % 2 === 0 ? texts : [...texts].reverse();
          const passages = order.map((text, index) =>
            passageOf(text, { line: index + 1, names: `name${writer}x${round}` }),
          );
          await storage.writeFiles([fileWith(`a${round}.go`, ...passages)]);
        }
      };
      await Promise.all(writers.map(write));
      const id = await writers[0]!.findText(`hash of ${texts[7]}`);
      const [stored] = await writers[0]!.texts([id!]);
      const expected = writers.flatMap((_, writer) =>
        Array.from({ length: rounds }, (_, round) => `name${writer}x${round}`),
      );
      assert.deepEqual(stored?.names.split(' ').sort(), expected.sort());
      for (const name of ['name0x0', 'name5x3'])
        assert.equal((await findIds(writers[0]!, name)).length, 10, name);
      for (const storage of writers) await storage.close();
    });

    it('two that read the same texts with one model write their vectors at the same time', async () => {
      const writers = [await openAs(database(), 'left'), await openAs(database(), 'right')];
      const space = { fingerprint: 'both', dimensions: 3 };
      const passages = Array.from({ length: 300 }, (_, text) => passageOf(`both text${text}`));
      for (const storage of writers) {
        await storage.becomeWriter();
        await storage.writeFiles([fileWith('a.go', ...passages)]);
      }
      const pending = await writers[0]!.pendingTexts(space, { afterId: 0, count: 1000, files: undefined });
      assert.equal(pending.length, 300);
      await Promise.all(
        writers.map((storage, writer) =>
          storage.writeVectors(
            space,
            (writer === 0 ? pending : [...pending].reverse()).map(({ id }) => ({
              id,
              vector: Float32Array.of(1, writer, 0),
              labels: [{ task: 'debt', name: 'none', probability: 0.5 }],
            })),
          ),
        ),
      );
      for (const storage of writers) {
        assert.equal((await storage.counts(space, undefined)).encodedTexts, 300);
        await storage.close();
      }
    });

    it('several that come first at the same time make the tables once', async () => {
      await database().execute('DROP SCHEMA IF EXISTS marginalia CASCADE');
      const opened = await Promise.all(
        Array.from({ length: 8 }, (_, person) => openAs(database(), `person${person}`)),
      );
      for (const storage of opened) {
        assert.equal(await storage.becomeWriter(), true);
        await storage.close();
      }
    });

    it('a server that goes down ends a write in one sentence; afterwards everything goes on', async () => {
      const storage = await openAs(database(), 'shutdown');
      await storage.becomeWriter();
      await storage.writeFiles([fileWith('a.go', passageOf('shutdown alpha'))]);
      // A file of many passages, whose writing takes long enough to be met in its middle.
      const passages = Array.from({ length: 20_000 }, (_, text) => passageOf(`shutdown many${text}`));
      const writing = assert.rejects(
        storage.writeFiles([fileWith('b.go', ...passages)]),
        (error) => error instanceof EngineError && /does not answer/.test(error.message),
      );
      await waitUntil(async () => (await endConnections(database())) > 0);
      await writing;
      assert.deepEqual(
        (await storage.files()).map(({ file }) => file),
        ['a.go'],
      );
      assert.equal(await storage.becomeWriter(), true);
      await storage.writeFiles([fileWith('b.go', passageOf('shutdown beta'))]);
      assert.equal((await findIds(storage, 'shutdown')).length, 2);
      await storage.close();
    });

    it('a write that another transaction crossed begins again', async () => {
      const storage = await openAs(database(), 'crossed');
      await storage.becomeWriter();
      const [low, high] = ['crossed low', 'crossed high'].map((text) => passageOf(text));
      await storage.writeFiles([fileWith('a.go', low!), fileWith('b.go', high!)]);
      const ids = await Promise.all([low, high].map((passage) => storage.findText(passage!.textHash)));
      // Writers go from the smaller number to the larger.
      const [first, second] = ids.map((id) => id!).sort((left, right) => left - right);
      const hold = (id: number) =>
        database().execute(`SELECT 1 FROM marginalia.texts WHERE id = ${id} FOR UPDATE`);
      // The server looks for such a circle from the other side alone.
      await database().execute("SET deadlock_timeout = '1min'");
      await database().execute('BEGIN');
      await hold(second!);
      const named = ['crossed low', 'crossed high'].map((text) => passageOf(text, { names: 'crossedname' }));
      const writing = storage.writeFiles([fileWith('c.go', ...named)]);
      await waitUntil(async () => (await countWaiting(database())) > 0);
      // Now each waits for the other.
      await hold(first!);
      await database().execute('COMMIT');
      await writing;
      assert.equal((await findIds(storage, 'crossedname')).length, 2);
      await storage.close();
    });

    it('a user who may not add pgvector is told so, and not that there is none', async () => {
      await database().execute(
        'DROP SCHEMA IF EXISTS marginalia CASCADE; DROP EXTENSION IF EXISTS vector CASCADE',
      );
      await withStranger(database(), async (stranger) => {
        await assert.rejects(
          openAs(stranger, 'stranger'),
          (error) => error instanceof EngineError && /rights that a team index needs/.test(error.message),
        );
      });
    });

    it('a database that is not there, and a wrong password', async () => {
      const url = new URL(database().connectionString());
      url.pathname = '/marginalia_absent';
      const wrong = new URL(database().connectionString());
      wrong.password = 'hunter2';
      for (const [{ href }, message] of [
        [url, /no database of that name/],
        [wrong, /does not let this user in/],
      ] as const) {
        const opening = openAs({ ...database(), connectionString: () => href }, 'nobody');
        await assert.rejects(
          opening,
          (error) => error instanceof EngineError && message.test(error.message),
          message.source,
        );
      }
    });

    it('a user who may not use the tables is told so', async () => {
      await (await openAs(database(), 'rights')).close();
      await withStranger(database(), async (stranger) => {
        await assert.rejects(
          openAs(stranger, 'stranger'),
          (error) => error instanceof EngineError && /rights that a team index needs/.test(error.message),
        );
      });
    });
  });
}

/** A database of its own on that server, so that no index that somebody uses is touched. */
async function openServer(superuser: string): Promise<TestDatabase> {
  const name = `marginalia_test_${process.pid}`;
  const admin = new postgres.Client({ connectionString: superuser });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}`);
  const own = new URL(superuser);
  own.pathname = `/${name}`;
  const beside = new postgres.Client({ connectionString: own.href });
  await beside.connect();
  const wire = await openWire(own.hostname, Number(own.port || 5432));
  const through = new URL(own);
  through.host = `127.0.0.1:${wire.port}`;
  return {
    connectionString: () => through.href,
    wire,
    execute: (sql) => beside.query(sql),
    async close() {
      await wire.close();
      await beside.end();
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await admin.end();
    },
  };
}

/** Of those that are in the middle of inserting; answers how many there were. */
async function endConnections(database: TestDatabase): Promise<number> {
  const { rows } = (await database.execute(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'marginalia' AND query LIKE 'INSERT INTO marginalia.words%'",
  )) as { rows: readonly unknown[] };
  return rows.length;
}

/** Sessions that wait for a lock of another. */
async function countWaiting(database: TestDatabase): Promise<number> {
  const { rows } = (await database.execute(
    "SELECT 1 FROM pg_stat_activity WHERE application_name = 'marginalia' AND wait_event_type = 'Lock'",
  )) as { rows: readonly unknown[] };
  return rows.length;
}

/** Another user of the same database, who was given nothing. */
async function withStranger(
  database: TestDatabase,
  use: (database: TestDatabase) => Promise<void>,
): Promise<void> {
  await database.execute(
    "DROP ROLE IF EXISTS marginalia_stranger; CREATE ROLE marginalia_stranger LOGIN PASSWORD 'stranger'",
  );
  try {
    const url = new URL(database.connectionString());
    url.username = 'marginalia_stranger';
    url.password = 'stranger';
    await use({ ...database, connectionString: () => url.href });
  } finally {
    await database.execute('DROP ROLE marginalia_stranger');
  }
}

async function waitUntil(isSo: () => Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 2000; turn++) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('It never came to that.');
}
