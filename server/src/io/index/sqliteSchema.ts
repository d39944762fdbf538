// Tables of an index file. In: an open database. Out: the same with our tables, or a word on why it is not ours.
//
// A text is stored once by the hash of its words, however often it stands in the folder; a place says where.
// So a moved line or a renamed file changes places and nothing else. Vectors lie in pages of up to a few hundred,
// because a row each takes ten times as long to load; `encoded` finds the one of a text. Their fine planes are read
// for a few texts at a time and lie in pieces that fit a page of the file: a blob is always read as a whole.
// Words are kept without their text but with full detail: without it, BM25 is 0 for every row of such a table.

import type { SqlDatabase } from '../sqliteDriver.ts';

/** `MARG`, where SQLite keeps the name of the program that a file belongs to. */
const applicationId = 0x4d415247;
/** Raised when the tables or the tokens in them change: an older file is built anew. */
export const schemaVersion = 2;

/**
 * How much a token counts in the text, in the names of what it documents, and once more in its first sentence:
 * a docstring says there what it is about, and then lists what few people look for.
 */
export const wordRanking = 'bm25(words, 1.0, 1.5, 1.0)';

export type IndexFileState = 'new' | 'ours' | 'older' | 'foreign';

export function inspectIndexFile(database: SqlDatabase): IndexFileState {
  const id = pragma(database, 'application_id');
  if (id === applicationId) return pragma(database, 'user_version') === schemaVersion ? 'ours' : 'older';
  const tables = database.prepare('SELECT count(*) AS n FROM sqlite_schema').get() as { n: number };
  return id === 0 && tables.n === 0 ? 'new' : 'foreign';
}

/** After a power failure the last moments may be missing, and are read again from the folder; nothing is torn. */
export function prepareConnection(database: SqlDatabase): void {
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16384');
}

export function createTables(database: SqlDatabase): void {
  database.exec(`
    BEGIN IMMEDIATE;
    CREATE TABLE IF NOT EXISTS files (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, stamp TEXT NOT NULL, hash TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS texts (id INTEGER PRIMARY KEY AUTOINCREMENT, hash TEXT NOT NULL UNIQUE, body TEXT NOT NULL,
      names TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS places (file INTEGER NOT NULL, ordinal INTEGER NOT NULL, text INTEGER NOT NULL, start INTEGER NOT NULL,
      end INTEGER NOT NULL, line INTEGER NOT NULL, endLine INTEGER NOT NULL, kind TEXT NOT NULL,
      language TEXT NOT NULL, symbol TEXT, PRIMARY KEY (file, ordinal)) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS placesOfText ON places (text);
    CREATE TABLE IF NOT EXISTS skipped (path TEXT NOT NULL PRIMARY KEY, reason TEXT NOT NULL, detail TEXT NOT NULL) WITHOUT ROWID;
    CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(body, names, lead, content = '', contentless_delete = 1, detail = full,
      tokenize = "unicode61 remove_diacritics 0 categories 'L* N* Co M*'");
    CREATE VIRTUAL TABLE IF NOT EXISTS vocabulary USING fts5vocab(words, row);
    CREATE TABLE IF NOT EXISTS spaces (id INTEGER PRIMARY KEY AUTOINCREMENT, fingerprint TEXT NOT NULL, dimensions INTEGER NOT NULL,
      UNIQUE (fingerprint, dimensions));
    CREATE TABLE IF NOT EXISTS pages (id INTEGER PRIMARY KEY AUTOINCREMENT, space INTEGER NOT NULL, ids BLOB NOT NULL,
      scales BLOB NOT NULL, codes BLOB NOT NULL);
    CREATE TABLE IF NOT EXISTS rests (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
    CREATE INDEX IF NOT EXISTS pagesOfSpace ON pages (space, id);
    CREATE TABLE IF NOT EXISTS encoded (space INTEGER NOT NULL, text INTEGER NOT NULL, page INTEGER NOT NULL, row INTEGER NOT NULL,
      PRIMARY KEY (space, text)) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS encodedInPage ON encoded (page, text);
    CREATE TABLE IF NOT EXISTS labels (text INTEGER NOT NULL, task TEXT NOT NULL, name TEXT NOT NULL, probability REAL NOT NULL,
      PRIMARY KEY (text, task, name)) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS textsOfLabel ON labels (task, name, text);
    PRAGMA application_id = ${applicationId};
    PRAGMA user_version = ${schemaVersion};
    COMMIT;
  `);
}

export function pragma(database: SqlDatabase, name: string): number {
  const row = database.prepare(`PRAGMA ${name}`).get() as Readonly<Record<string, number>>;
  return Number(Object.values(row)[0]);
}
