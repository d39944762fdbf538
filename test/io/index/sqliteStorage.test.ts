import { describe } from 'mocha';
import { openInMemory } from '../../../server/src/io/index/openIndex.ts';
import { loadSqliteDriver } from '../../../server/src/io/sqliteDriver.ts';
import { checkStorageContract } from '../storageContract.ts';

for (const name of ['better-sqlite3', 'node:sqlite'] as const) {
  describe(`a storage in SQLite, by ${name}`, () => {
    checkStorageContract(async () => openInMemory(loadSqliteDriver([name])).storage);
  });
}
