// The index of one working copy in a PostgreSQL database that a team shares: the engine's storage interface, the same
// as over SQLite. In: a connection and the name of the working copy. Out: `IndexStorage`.
//
// Who writes holds a lease that every write renews, checked inside the same transaction by the clock of the server:
// a process that was away for longer than the lease finds out before it changes anything.

import { EngineError } from '../../engine/errors.ts';
import type {
  FileChange,
  IndexedFile,
  IndexStorage,
  LeftOutFile,
  Place,
  StoredLabel,
  StoredText,
} from '../../engine/storage.ts';
import { groupRows } from './groupRows.ts';
import type { PostgresClient, SqlClient } from './postgresClient.ts';
import { countPassages } from './postgresCounts.ts';
import { toSqlCondition } from './postgresFilter.ts';
import { createPostgresPassages } from './postgresPassages.ts';
import { createPostgresVectors } from './postgresVectors.ts';
import { countTexts, searchWords } from './postgresWords.ts';

export interface PostgresStorageOptions {
  readonly client: PostgresClient;
  /** Of the working copy: the same name from one run to the next, different from any other's. */
  readonly folderName: string;
  /** Different for each process that opens the storage. */
  readonly writerId: string;
}

const lease = "interval '60 seconds'";

interface PlaceRow extends Omit<Place, 'span' | 'symbol' | 'endLine'> {
  readonly text: number;
  readonly spanStart: number;
  readonly spanEnd: number;
  readonly endLine: number;
  readonly symbol: string | null;
}

export async function createPostgresStorage({
  client,
  folderName,
  writerId,
}: PostgresStorageOptions): Promise<IndexStorage> {
  await client.query('INSERT INTO marginalia.folders (name) VALUES ($1) ON CONFLICT (name) DO NOTHING', [
    folderName,
  ]);
  const [row] = await client.query<{ id: number }>('SELECT id FROM marginalia.folders WHERE name = $1', [
    folderName,
  ]);
  const folder = row!.id;
  const vectors = createPostgresVectors(client, folder);
  const passages = createPostgresPassages(folder);

  /** One transaction of the one that writes. */
  async function write<T>(work: (transaction: SqlClient) => Promise<T>): Promise<T> {
    return await client.transact(async (transaction) => {
      const held = await transaction.query(
        `UPDATE marginalia.folders SET expires = now() + ${lease}, revision = revision + 1
          WHERE id = $1 AND writer = $2 RETURNING id`,
        [folder, writerId],
      );
      if (held.length === 0) {
        throw new EngineError(
          'storageUnavailable',
          'Another process keeps this part of the team index by now; this one goes on reading.',
        );
      }
      return await work(transaction);
    });
  }

  return {
    async becomeWriter() {
      const taken = await client.query(
        `UPDATE marginalia.folders SET writer = $2, expires = now() + ${lease}
          WHERE id = $1 AND (writer IS NULL OR writer = $2 OR expires < now()) RETURNING id`,
        [folder, writerId],
      );
      return taken.length > 0;
    },
    files: () =>
      client.query<IndexedFile>(
        'SELECT path AS file, stamp, hash FROM marginalia.files WHERE folder = $1 ORDER BY path',
        [folder],
      ),
    writeFiles: (changes: readonly FileChange[]) =>
      write((transaction) => passages.write(transaction, changes)),
    async skipped() {
      const rows = await client.query<Omit<LeftOutFile, 'kind'>>(
        'SELECT path AS file, reason, detail FROM marginalia.skipped WHERE folder = $1 ORDER BY path',
        [folder],
      );
      return rows.map(({ file, reason, detail }) => ({ kind: 'skipped', file, reason, detail }));
    },
    writeSkipped: (files) =>
      write(async (transaction) => {
        const byPath = [...new Map(files.map((file) => [file.file, file])).values()];
        await transaction.query('DELETE FROM marginalia.skipped WHERE folder = $1', [folder]);
        await transaction.query(
          `INSERT INTO marginalia.skipped (folder, path, reason, detail)
            SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[])`,
          [
            folder,
            byPath.map(({ file }) => file),
            byPath.map(({ reason }) => reason),
            byPath.map(({ detail }) => detail),
          ],
        );
      }),
    counts: async (space, path) =>
      await countPassages(client, { folder, space: (space && (await vectors.find(space))) ?? 0, path }),

    countTokens: (tokens) => countTexts(client, tokens),
    searchWords: async (query) => await searchWords(client, folder, await vectors.currentSpace(), query),
    async textsWhere(filter, count) {
      const values: unknown[] = [];
      const bind = (value: unknown) => `$${values.push(value)}`;
      const condition = toSqlCondition({ folder, space: await vectors.currentSpace(), filter, bind });
      const rows = await client.query<{ id: number }>(
        `SELECT id FROM marginalia.texts WHERE ${condition} ORDER BY id LIMIT ${bind(count)}`,
        values,
      );
      return Int32Array.from(rows, ({ id }) => id);
    },
    async texts(ids) {
      const [texts, places, labels] = await Promise.all([
        client.query<Omit<StoredText, 'labels' | 'places'>>(
          'SELECT id, hash AS "textHash", body AS text, names FROM marginalia.texts WHERE id = ANY($1)',
          [ids],
        ),
        client.query<PlaceRow>(
          `SELECT text, path AS file, span_start AS "spanStart", span_end AS "spanEnd", line, end_line AS "endLine", kind,
            language, symbol FROM marginalia.places WHERE folder = $1 AND text = ANY($2) ORDER BY path, ordinal`,
          [folder, ids],
        ),
        client.query<StoredLabel & { readonly text: number }>(
          `SELECT text, task, name, probability FROM marginalia.labels WHERE space = $1 AND text = ANY($2)
            ORDER BY text, probability DESC`,
          [await vectors.currentSpace(), ids],
        ),
      ]);
      const byId = new Map(texts.map((text) => [text.id, text]));
      const placesOf = groupRows(places, ({ text }) => text);
      const labelsOf = groupRows(labels, ({ text }) => text);
      return ids.flatMap((id): StoredText[] => {
        const text = byId.get(id);
        if (!text) return [];
        const own = (labelsOf.get(id) ?? []).map(({ task, name, probability }) => ({
          task,
          name,
          probability,
        }));
        return [{ ...text, labels: own, places: (placesOf.get(id) ?? []).map(toPlace) }];
      });
    },
    async findText(textHash) {
      const [found] = await client.query<{ id: number }>('SELECT id FROM marginalia.texts WHERE hash = $1', [
        textHash,
      ]);
      return found?.id;
    },

    vectorSpaces: vectors.spaces,
    pendingTexts: vectors.pending,
    async writeVectors(space, encoded) {
      // Before the transaction: its number is kept in memory, where nothing takes it back.
      const id = await vectors.ensureSpace(space);
      await write((transaction) => vectors.write(transaction, id, encoded));
    },
    vectorTier: vectors.tier,
    vectors: vectors.read,
    // Somebody else may still work with the model before; vectors of a model that nobody has any more are removed
    // by whoever looks after the database (docs/TEAM-INDEX.md).
    keepOnly: async () => {},

    async revision() {
      const [found] = await client.query<{ revision: string }>(
        'SELECT revision FROM marginalia.folders WHERE id = $1',
        [folder],
      );
      return Number(found?.revision ?? 0);
    },
    compact: async () => false,
    async close() {
      try {
        await client.query(
          'UPDATE marginalia.folders SET writer = NULL, expires = NULL WHERE id = $1 AND writer = $2',
          [folder, writerId],
        );
      } catch {
        // The lease ends by itself.
      }
      await client.close();
    },
  };
}

function toPlace({ file, spanStart, spanEnd, line, endLine, kind, language, symbol }: PlaceRow): Place {
  const span = { start: spanStart, end: spanEnd };
  return { file, span, line, endLine, kind, language, symbol: symbol ?? undefined };
}
