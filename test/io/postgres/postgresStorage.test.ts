import assert from 'node:assert/strict';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { after, before, describe, it } from 'mocha';
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

/** PostgreSQL itself, compiled to WebAssembly, behind a real socket, and a way through that can be cut. */
describe('a storage in PostgreSQL', function () {
  this.timeout(300_000);
  let database: PGlite;
  let server: PGLiteSocketServer;
  let wire: Wire;

  before(async () => {
    database = await PGlite.create({ extensions: { vector } });
    server = new PGLiteSocketServer({ db: database, host: '127.0.0.1', port: 0, maxConnections: 20 });
    await server.start();
    wire = await openWire(Number(server.getServerConn().split(':')[1]));
  });

  after(async () => {
    await wire.close();
    await server.stop();
    await database.close();
  });

  const connectionString = () => `postgres://postgres:secret@127.0.0.1:${wire.port}/postgres`;

  async function openAs(folderName: string, writerId = folderName): Promise<IndexStorage> {
    const client = await openPostgres(connectionString());
    await ensureTables(client);
    return await createPostgresStorage({ client, folderName, writerId });
  }

  checkStorageContract(async () => {
    await database.exec('DROP SCHEMA IF EXISTS marginalia CASCADE');
    return await openAs('contract');
  });

  it('two working copies share texts and vectors, and neither finds what only the other has', async () => {
    await database.exec('DROP SCHEMA IF EXISTS marginalia CASCADE');
    const files = { 'a.md': 'Uploads are resumed after a lost connection.' };
    const one = makeFolder(files);
    const two = makeFolder({ ...files, 'b.md': 'Nobody else has this remark.' });
    const model = createWatchedModel();
    const first = await openTestIndex(one, '', {
      model,
      storage: await openTeamIndex(connectionString(), one, { isFresh: false }),
    });
    await first.index.refresh(neverCancelled);
    await waitUntilReady(first.index);
    const second = await openTestIndex(two, '', {
      model,
      storage: await openTeamIndex(connectionString(), two, { isFresh: false }),
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
    const storage = await openAs('lost');
    await storage.becomeWriter();
    await storage.writeFiles([fileWith('a.go', passageOf('lost alpha'))]);
    wire.cut();
    assert.equal((await findIds(storage, 'lost')).length, 1);
    wire.cutAfter(/INSERT INTO marginalia.places/);
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

  it('one process writes; another takes over when the lease has ended, and the first finds out', async () => {
    const first = await openAs('leased', 'first');
    const second = await openAs('leased', 'second');
    assert.equal(await first.becomeWriter(), true);
    assert.equal(await second.becomeWriter(), false);
    await first.writeFiles([fileWith('a.go', passageOf('leased alpha'))]);
    assert.equal((await findIds(second, 'leased')).length, 1);
    await database.exec("UPDATE marginalia.folders SET expires = now() - interval '1 second'");
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
    await (await openAs('version')).close();
    await database.exec('UPDATE marginalia.meta SET version = 999');
    await assert.rejects(openAs('version'), /team index has version 999/);
    await database.exec('UPDATE marginalia.meta SET version = 1');
  });
});

interface Wire {
  readonly port: number;
  /** Breaks every connection there is; new ones get through. */
  cut(): void;
  /** Breaks the connection that sends this. */
  cutAfter(pattern: RegExp): void;
  close(): Promise<void>;
}

/** Stands between the client and the server. */
async function openWire(target: number): Promise<Wire> {
  const sockets = new Set<Socket>();
  let pattern: RegExp | undefined;
  const relay: Server = createServer((near) => {
    const far = connect(target, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('error', () => {});
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      from.on('data', (bytes) => {
        if (from === near && pattern?.test(bytes.toString('latin1'))) {
          pattern = undefined;
          near.destroy();
          return;
        }
        to.write(bytes);
      });
    }
  });
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
  return {
    port: (relay.address() as AddressInfo).port,
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    cutAfter(wanted) {
      pattern = wanted;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => relay.close(resolve));
    },
  };
}
