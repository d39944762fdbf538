// The index of one folder in one SQLite file in WAL mode: the engine's storage interface over tables.
// In: an open database of our schema. Out: `IndexStorage`. Every write is one transaction; what another process
// writes meanwhile is seen by the next read.

import { tokenLimits } from '../../engine/index/chooseTokens.ts';
import { joinNames } from '../../engine/index/joinNames.ts';
import { createVectorTier, type VectorPage } from '../../engine/index/vectorTier.ts';
import type {
  FileChange,
  IndexedFile,
  IndexStorage,
  LeftOutFile,
  NewPassage,
  Place,
  PlaceFilter,
  StoredLabel,
  StoredText,
  VectorSpace,
} from '../../engine/storage.ts';
import type { SqlDatabase } from '../sqliteDriver.ts';
import { toSqlFilter } from './placeFilter.ts';
import { createSqliteCounts } from './sqliteCounts.ts';
import { pragma } from './sqliteSchema.ts';
import { createSqliteVectors, createStatementCache } from './sqliteVectors.ts';
import { createSqliteWords } from './sqliteWords.ts';

export interface SqliteStorageOptions {
  readonly database: SqlDatabase;
  /** True once this process is the one that writes. */
  readonly becomeWriter: () => boolean;
  /** Of the file and what lies beside it. */
  readonly sizeBytes: () => number;
  /** Releases what `becomeWriter` took. */
  readonly release: () => void;
}

interface PlaceRow {
  readonly text: number;
  readonly path: string;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly endLine: number;
  readonly kind: string;
  readonly language: string;
  readonly symbol: string | null;
}

/** As SQLite says it. */
const noLimit = -1;

/** Pages that one step of loading reads: about 2 MB. */
const pagesPerStep = 64;

export function createSqliteStorage(options: SqliteStorageOptions): IndexStorage {
  const { database } = options;
  const prepare = createStatementCache(database);
  const vectors = createSqliteVectors(database);
  const count = createSqliteCounts(database);
  const words = createSqliteWords(database, tokenLimits);
  let ownWrites = 0;
  let lastFiltered: { readonly key: string; readonly revision: number; readonly ids: Int32Array } | undefined;

  function transact<T>(work: () => T): T {
    database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      database.exec('COMMIT');
      ownWrites++;
      return result;
    } catch (error) {
      // The commit itself may have failed and ended the transaction already.
      try {
        database.exec('ROLLBACK');
      } catch {}
      throw error;
    }
  }

  function removeFile(file: string): void {
    // A file that was known may have become a folder, whose files have nothing to do with it.
    const isFile = prepare('SELECT 1 FROM files WHERE path = ?').get(file) !== undefined;
    // Everything that begins with `file/`: the character behind a slash is a zero.
    const where = isFile ? 'path = ?' : 'path > ? AND path < ?';
    const values = isFile ? [file] : [`${file}/`, `${file}0`];
    prepare(`DELETE FROM places WHERE file IN (SELECT id FROM files WHERE ${where})`).run(...values);
    prepare(`DELETE FROM files WHERE ${where}`).run(...values);
  }

  /** True where the text was not there yet. */
  function putPassage(fileId: number, ordinal: number, passage: NewPassage): boolean {
    const known = prepare('SELECT id, names FROM texts WHERE hash = ?').get(passage.textHash) as
      | { id: number; names: string }
      | undefined;
    let id = known?.id;
    if (id === undefined) {
      const added = prepare('INSERT INTO texts (hash, body, names) VALUES (?, ?, ?)').run(
        passage.textHash,
        passage.text,
        passage.names,
      );
      id = Number(added.lastInsertRowid);
      words.add(id, passage);
    } else if (joinNames(known!.names, passage.names) !== known!.names) {
      const names = joinNames(known!.names, passage.names);
      prepare('UPDATE texts SET names = ? WHERE id = ?').run(names, id);
      words.replace(id, { ...passage, names });
    }
    const { span, line, endLine, kind, language, symbol } = passage.place;
    prepare(
      'INSERT INTO places (file, ordinal, text, start, end, line, endLine, kind, language, symbol) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    ).run(fileId, ordinal, id, span.start, span.end, line, endLine, kind, language, symbol ?? null);
    return known === undefined;
  }

  function putFile(change: IndexedFile & { readonly passages: readonly NewPassage[] | undefined }): number {
    prepare(
      'INSERT INTO files (path, stamp, hash) VALUES (?, ?, ?) ON CONFLICT (path) DO UPDATE SET stamp = excluded.stamp, hash = excluded.hash',
    ).run(change.file, change.stamp, change.hash);
    if (change.passages === undefined) return 0;
    const { id } = prepare('SELECT id FROM files WHERE path = ?').get(change.file) as { id: number };
    prepare('DELETE FROM places WHERE file = ?').run(id);
    let added = 0;
    for (const [ordinal, passage] of change.passages.entries()) {
      if (putPassage(id, ordinal, passage)) added++;
    }
    return added;
  }

  function placesOf(ids: readonly number[]): ReadonlyMap<number, readonly Place[]> {
    const found = new Map<number, Place[]>();
    const rows =
      prepare(`SELECT places.text AS text, files.path AS path, start, end, line, endLine, kind, language,
      symbol FROM json_each(?) AS wanted CROSS JOIN places ON places.text = wanted.value
      CROSS JOIN files ON files.id = places.file ORDER BY files.path, places.ordinal`).iterate(
        JSON.stringify(ids),
      );
    for (const row of rows as Iterable<PlaceRow>) {
      const list = found.get(row.text) ?? [];
      if (list.length === 0) found.set(row.text, list);
      list.push(toPlace(row));
    }
    return found;
  }

  function labelsOf(ids: readonly number[]): ReadonlyMap<number, readonly StoredLabel[]> {
    const found = new Map<number, StoredLabel[]>();
    const rows = prepare(
      'SELECT text, task, name, probability FROM labels WHERE text IN (SELECT value FROM json_each(?)) ORDER BY text, probability DESC',
    ).iterate(JSON.stringify(ids)) as Iterable<StoredLabel & { readonly text: number }>;
    for (const { text, task, name, probability } of rows) {
      found.set(text, [...(found.get(text) ?? []), { task, name, probability }]);
    }
    return found;
  }

  function textsWhere(filter: PlaceFilter, count: number): Int32Array {
    const { sql, values } = toSqlFilter(filter);
    const statement =
      prepare(`SELECT DISTINCT places.text AS id FROM places JOIN files ON files.id = places.file
      WHERE ${sql} ORDER BY id LIMIT ?`);
    const rows = statement.all(...values, count) as { id: number }[];
    return Int32Array.from(rows, (row) => row.id);
  }

  /** While somebody types the words, the filter stays: it is looked up once until something is written. */
  function allTextsWhere(filter: PlaceFilter): Int32Array {
    const key = JSON.stringify(filter);
    const now = revision();
    if (lastFiltered?.key !== key || lastFiltered.revision !== now) {
      lastFiltered = { key, revision: now, ids: textsWhere(filter, noLimit) };
    }
    return lastFiltered.ids;
  }

  // Both only ever grow, so their sum changes with every write of anybody.
  function revision(): number {
    return pragma(database, 'data_version') + ownWrites;
  }

  async function* pagesOf(
    space: VectorSpace,
    afterPage: number,
  ): AsyncGenerator<VectorPage, void, undefined> {
    for (let after = afterPage; ; ) {
      const pages = vectors.pages(space, after, pagesPerStep);
      yield* pages;
      if (pages.length < pagesPerStep) return;
      after = pages.at(-1)!.page;
    }
  }

  return {
    becomeWriter: async () => options.becomeWriter(),
    files: async () =>
      prepare('SELECT path AS file, stamp, hash FROM files ORDER BY path').all() as IndexedFile[],
    writeFiles: async (changes: readonly FileChange[]) =>
      transact(() => {
        let added = 0;
        for (const change of changes) {
          if ('removed' in change) removeFile(change.file);
          else added += putFile(change);
        }
        return added;
      }),
    skipped: async () =>
      (prepare('SELECT path AS file, reason, detail FROM skipped ORDER BY path').all() as LeftOutFile[]).map(
        ({ file, reason, detail }) => ({ kind: 'skipped', file, reason, detail }),
      ),
    writeSkipped: async (files) =>
      transact(() => {
        database.exec('DELETE FROM skipped');
        const insert = prepare('INSERT OR REPLACE INTO skipped (path, reason, detail) VALUES (?, ?, ?)');
        for (const { file, reason, detail } of files) insert.run(file, reason, detail);
      }),
    counts: async (space, path) => ({ ...count(space, path), sizeBytes: options.sizeBytes() }),

    searchWords: async (query) => words.search(query),
    countTokens: async (tokens) => words.count(tokens),
    textsWhere: async (filter, count) => textsWhere(filter, count),
    async texts(ids) {
      const rows = prepare(
        'SELECT id, hash AS textHash, body AS text, names FROM texts WHERE id IN (SELECT value FROM json_each(?))',
      ).all(JSON.stringify(ids)) as Omit<StoredText, 'labels' | 'places'>[];
      const byId = new Map(rows.map((row) => [row.id, row]));
      const places = placesOf(ids);
      const labels = labelsOf(ids);
      return ids.flatMap((id) => {
        const row = byId.get(id);
        return row ? [{ ...row, labels: labels.get(id) ?? [], places: places.get(id) ?? [] }] : [];
      });
    },
    async findText(textHash) {
      const row = prepare('SELECT id FROM texts WHERE hash = ?').get(textHash) as { id: number } | undefined;
      return row?.id;
    },

    vectorSpaces: async () => vectors.spaces(),
    pendingTexts: async (space, wanted) => vectors.pending(space, wanted),
    writeVectors: async (space, passages) => transact(() => vectors.write(space, passages)),
    vectorTier: (space) =>
      createVectorTier(
        {
          pages: (afterPage) => pagesOf(space, afterPage),
          rests: async (ids) => vectors.rests(space, ids),
          textsWhere: async (filter) => allTextsWhere(filter),
        },
        space,
      ),
    vectors: async (space, ids) => vectors.read(space, ids),
    keepOnly: async (space) => transact(() => vectors.keepOnly(space)),

    revision: async () => revision(),
    async compact() {
      const isForgotten = isWorthForgetting();
      if (isForgotten) forgetTexts();
      for (const space of vectors.spaces()) {
        while (vectors.hasThinPages(space) && transact(() => vectors.mergePages(space)));
      }
      return isForgotten;
    },
    async close() {
      try {
        // Leaves one file behind instead of three, where nobody else has it open.
        database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      } catch {}
      database.close();
      options.release();
    },
  };

  /** Texts of a branch that is checked out again tomorrow are kept as long as they are few. */
  function isWorthForgetting(): boolean {
    const row = prepare(
      `SELECT (SELECT count(*) FROM texts) AS all_, (SELECT count(DISTINCT text) FROM places) AS used`,
    ).get();
    const { all_: all, used } = row as { all_: number; used: number };
    return all - used > Math.max(1000, used / 4);
  }

  function forgetTexts(): void {
    transact(() => {
      const gone =
        'SELECT id FROM texts WHERE NOT EXISTS (SELECT 1 FROM places WHERE places.text = texts.id)';
      words.removeAll(gone);
      database.exec(`DELETE FROM encoded WHERE text IN (${gone})`);
      database.exec(`DELETE FROM labels WHERE text IN (${gone})`);
      database.exec(`DELETE FROM texts WHERE id IN (${gone})`);
    });
  }
}

function toPlace({ path, start, end, line, endLine, kind, language, symbol }: PlaceRow): Place {
  return { file: path, span: { start, end }, line, endLine, kind, language, symbol: symbol ?? undefined };
}
