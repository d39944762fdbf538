import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { describe } from 'mocha';
import { checkPostgresStorage } from './postgresSuite.ts';
import { openWire } from './wire.ts';

/** PostgreSQL itself, compiled to WebAssembly, behind a real socket. It has one session, whoever connects. */
describe('a storage in PostgreSQL', function () {
  this.timeout(300_000);

  checkPostgresStorage(async () => {
    const database = await PGlite.create({ extensions: { vector } });
    const server = new PGLiteSocketServer({ db: database, host: '127.0.0.1', port: 0, maxConnections: 20 });
    await server.start();
    const wire = await openWire('127.0.0.1', Number(server.getServerConn().split(':')[1]));
    return {
      connectionString: () => `postgres://postgres:secret@127.0.0.1:${wire.port}/postgres`,
      wire,
      execute: (sql) => database.exec(sql),
      async close() {
        await wire.close();
        await server.stop();
        await database.close();
      },
    };
  });
});
