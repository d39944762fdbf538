// The vectors of an index file: pages that are only ever added, and the way from a text to its row.
// In: vectors of texts. Out: pages to scan, single vectors of full precision.

import { quantise, restoreVector } from '../../engine/index/quantise.ts';
import type { VectorPage } from '../../engine/index/vectorTier.ts';
import type { EncodedPassage, StoredLabel, VectorSpace } from '../../engine/storage.ts';
import type { SqlDatabase, SqlStatement } from '../sqliteDriver.ts';

export interface SqliteVectors {
  spaces(): readonly VectorSpace[];
  pending(
    space: VectorSpace,
    options: {
      readonly afterId: number;
      readonly count: number;
      readonly files: readonly string[] | undefined;
    },
  ): readonly { readonly id: number; readonly text: string }[];
  /** To be called inside a transaction. */
  write(space: VectorSpace, passages: readonly EncodedPassage[]): void;
  pages(space: VectorSpace, afterPage: number, count: number): readonly VectorPage[];
  read(space: VectorSpace, ids: readonly number[]): ReadonlyMap<number, Float32Array>;
  /** The fine planes alone. */
  rests(space: VectorSpace, ids: readonly number[]): ReadonlyMap<number, Int8Array>;
  /** To be called inside a transaction. */
  keepOnly(space: VectorSpace): void;
  /** Pages that changes have left nearly empty, enough of them to be worth a write. */
  hasThinPages(space: VectorSpace): boolean;
  /** Puts some of them together, inside a transaction. True when there are more. */
  mergePages(space: VectorSpace): boolean;
}

interface PageRow {
  readonly id: number;
  readonly ids: Uint8Array;
  readonly scales: Uint8Array;
  readonly codes: Uint8Array;
}

/** Small enough that reading one vector does not read a megabyte, large enough to load fast. */
export const vectorsPerPage = 128;

/** Pieces of a page's fine planes have numbers of their own below that of the page. */
const piecesPerPage = vectorsPerPage;
/** What SQLite keeps inside a page of 4,096 bytes, without its own numbers. */
const longestPiece = 4040;

/** Every save of a file may leave a page of a few vectors. */
const worthMerging = 32;

const stands = 'EXISTS (SELECT 1 FROM places WHERE places.text = texts.id)';

export function createSqliteVectors(database: SqlDatabase): SqliteVectors {
  const prepare = createStatementCache(database);

  function spaceId(space: VectorSpace): number | undefined {
    const found = prepare('SELECT id FROM spaces WHERE fingerprint = ? AND dimensions = ?').get(
      space.fingerprint,
      space.dimensions,
    ) as { id: number } | undefined;
    return found?.id;
  }

  function ensureSpace(space: VectorSpace): number {
    prepare('INSERT OR IGNORE INTO spaces (fingerprint, dimensions) VALUES (?, ?)').run(
      space.fingerprint,
      space.dimensions,
    );
    return spaceId(space)!;
  }

  function addPage(space: number, rows: readonly StoredVector[], dimensions: number): void {
    const codes = new Int8Array(rows.length * dimensions);
    const rests = new Int8Array(rows.length * dimensions);
    for (const [index, row] of rows.entries()) {
      codes.set(row.codes, index * dimensions);
      rests.set(row.rests, index * dimensions);
    }
    const page = Number(
      prepare('INSERT INTO pages (space, ids, scales, codes) VALUES (?, ?, ?, ?)').run(
        space,
        bytesOf(Int32Array.from(rows, (row) => row.id)),
        bytesOf(Float32Array.from(rows, (row) => row.scale)),
        bytesOf(codes),
      ).lastInsertRowid,
    );
    const pieceBytes = rowsPerPiece(dimensions) * dimensions;
    const putRests = prepare('INSERT INTO rests (id, bytes) VALUES (?, ?)');
    for (let piece = 0; piece * pieceBytes < rests.length; piece++) {
      const bytes = rests.subarray(piece * pieceBytes, (piece + 1) * pieceBytes);
      putRests.run(page * piecesPerPage + piece, bytesOf(bytes));
    }
    const put = prepare('INSERT OR REPLACE INTO encoded (space, text, page, row) VALUES (?, ?, ?, ?)');
    for (const [index, row] of rows.entries()) put.run(space, row.id, page, index);
  }

  function removePage(page: number): void {
    prepare('DELETE FROM pages WHERE id = ?').run(page);
    prepare('DELETE FROM rests WHERE id >= ? AND id < ?').run(
      page * piecesPerPage,
      (page + 1) * piecesPerPage,
    );
  }

  function restsOf(space: VectorSpace, ids: readonly number[]): ReadonlyMap<number, Int8Array> {
    const { dimensions } = space;
    const perPiece = rowsPerPiece(dimensions);
    const statement = prepare(`SELECT encoded.text AS id, row, bytes FROM encoded
      JOIN rests ON rests.id = encoded.page * ${piecesPerPage} + encoded.row / ${perPiece}
      WHERE encoded.space = ? AND encoded.text IN (SELECT value FROM json_each(?))`);
    const found = new Map<number, Int8Array>();
    for (const line of statement.iterate(spaceId(space) ?? -1, JSON.stringify(ids))) {
      const { id, row, bytes } = line as { id: number; row: number; bytes: Uint8Array };
      found.set(id, signed(bytes, (row % perPiece) * dimensions, dimensions));
    }
    return found;
  }

  function thinPages(space: VectorSpace): readonly { readonly id: number; readonly live: number }[] {
    return prepare(`SELECT pages.id AS id, count(encoded.text) AS live FROM pages
      LEFT JOIN encoded ON encoded.page = pages.id AND encoded.space = pages.space
      WHERE pages.space = ? GROUP BY pages.id HAVING live <= ${vectorsPerPage / 2} LIMIT 256`).all(
      spaceId(space) ?? -1,
    ) as { id: number; live: number }[];
  }

  /** Rows of a page that are still the vector of their text. */
  function liveRows(space: VectorSpace, page: PageRow): StoredVector[] {
    const { dimensions } = space;
    const id = spaceId(space)!;
    const scales = new Float32Array(aligned(page.scales));
    const at = prepare('SELECT row FROM encoded WHERE space = ? AND text = ? AND page = ?');
    const live = Array.from(new Int32Array(aligned(page.ids)), (text, row) => ({ text, row })).filter(
      ({ text, row }) => (at.get(id, text, page.id) as { row: number } | undefined)?.row === row,
    );
    const rests = restsOf(
      space,
      live.map(({ text }) => text),
    );
    return live.map(({ text, row }) => ({
      id: text,
      scale: scales[row]!,
      codes: signed(page.codes, row * dimensions, dimensions),
      rests: rests.get(text)!,
    }));
  }

  return {
    spaces: () =>
      (prepare('SELECT fingerprint, dimensions FROM spaces ORDER BY id DESC').all() as VectorSpace[]).map(
        ({ fingerprint, dimensions }) => ({ fingerprint, dimensions }),
      ),
    pending(space, { afterId, count, files }) {
      const id = spaceId(space) ?? -1;
      const missing =
        'NOT EXISTS (SELECT 1 FROM encoded WHERE encoded.space = ? AND encoded.text = texts.id)';
      if (files === undefined) {
        return prepare(
          `SELECT id, body AS text FROM texts WHERE id > ? AND ${missing} AND ${stands} ORDER BY id LIMIT ?`,
        ).all(afterId, id, count) as { id: number; text: string }[];
      }
      const names = JSON.stringify(files);
      return prepare(
        `SELECT DISTINCT texts.id AS id, texts.body AS text FROM files JOIN places ON places.file = files.id
          JOIN texts ON texts.id = places.text
          WHERE files.path IN (SELECT value FROM json_each(?)) AND ${missing} LIMIT ?`,
      ).all(names, id, count) as { id: number; text: string }[];
    },
    write(space, passages) {
      const id = ensureSpace(space);
      // A text may have gone while it was being read by the model.
      const known = prepare('SELECT 1 FROM texts WHERE id = ?');
      const rows = passages.filter((one) => known.get(one.id) !== undefined);
      for (let start = 0; start < rows.length; start += vectorsPerPage) {
        const part = rows.slice(start, start + vectorsPerPage);
        addPage(
          id,
          part.map((one) => ({ id: one.id, ...quantise(one.vector) })),
          space.dimensions,
        );
      }
      for (const one of rows) writeLabels(prepare, one.id, one.labels);
    },
    pages(space, afterPage, count) {
      const rows = prepare(
        'SELECT id, ids, scales, codes FROM pages WHERE space = ? AND id > ? ORDER BY id LIMIT ?',
      ).all(spaceId(space) ?? -1, afterPage, count) as PageRow[];
      return rows.map(({ id, ids, scales, codes }) => ({
        page: id,
        ids: new Int32Array(aligned(ids)),
        scales: new Float32Array(aligned(scales)),
        codes: signed(codes, 0, codes.byteLength),
      }));
    },
    rests: restsOf,
    read(space, ids) {
      const { dimensions } = space;
      const found = new Map<number, Float32Array>();
      const rests = restsOf(space, ids);
      const statement = prepare(`SELECT encoded.text AS id, substr(scales, row * 4 + 1, 4) AS scale,
        substr(codes, row * ${dimensions} + 1, ${dimensions}) AS codes
        FROM encoded JOIN pages ON pages.id = encoded.page
        WHERE encoded.space = ? AND encoded.text IN (SELECT value FROM json_each(?))`);
      for (const row of statement.iterate(spaceId(space) ?? -1, JSON.stringify(ids))) {
        const { id, scale, codes } = row as Record<'scale' | 'codes', Uint8Array> & { id: number };
        const [number] = new Float32Array(aligned(scale));
        const planes = { codes: signed(codes, 0, dimensions), rests: rests.get(id)! };
        found.set(id, restoreVector({ ...planes, scale: number! }));
      }
      return found;
    },
    keepOnly(space) {
      const id = spaceId(space) ?? -1;
      if (prepare('SELECT 1 FROM spaces WHERE id <> ? LIMIT 1').get(id) === undefined) return;
      for (const table of ['encoded', 'pages']) prepare(`DELETE FROM ${table} WHERE space <> ?`).run(id);
      database.exec(`DELETE FROM rests WHERE id / ${piecesPerPage} NOT IN (SELECT id FROM pages)`);
      prepare('DELETE FROM spaces WHERE id <> ?').run(id);
    },
    hasThinPages: (space) => thinPages(space).length >= worthMerging,
    mergePages(space) {
      const thin = thinPages(space);
      const rows: StoredVector[] = [];
      const read = prepare('SELECT id, ids, scales, codes FROM pages WHERE id = ?');
      let merged = 0;
      for (const { id: page, live } of thin) {
        if (rows.length + live > vectorsPerPage) break;
        rows.push(...liveRows(space, read.get(page) as PageRow));
        removePage(page);
        merged++;
      }
      if (rows.length > 0) addPage(spaceId(space)!, rows, space.dimensions);
      return merged > 1;
    },
  };
}

interface StoredVector {
  readonly id: number;
  readonly scale: number;
  readonly codes: Int8Array;
  readonly rests: Int8Array;
}

function rowsPerPiece(dimensions: number): number {
  return Math.max(1, Math.floor(longestPiece / dimensions));
}

/** The labels of the model that read the text last. */
function writeLabels(
  prepare: (sql: string) => SqlStatement,
  text: number,
  labels: readonly StoredLabel[],
): void {
  prepare('DELETE FROM labels WHERE text = ?').run(text);
  const insert = prepare('INSERT OR REPLACE INTO labels (text, task, name, probability) VALUES (?, ?, ?, ?)');
  for (const { task, name, probability } of labels) insert.run(text, task, name, probability);
}

/** Statements are compiled once for each text of SQL. */
export function createStatementCache(database: SqlDatabase): (sql: string) => SqlStatement {
  const statements = new Map<string, SqlStatement>();
  return (sql) => {
    let statement = statements.get(sql);
    if (!statement) {
      statement = database.prepare(sql);
      statements.set(sql, statement);
    }
    return statement;
  };
}

function bytesOf(numbers: Int32Array | Float32Array | Int8Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

/** A copy at the start of its own buffer: blobs may begin anywhere. */
function aligned(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}

function signed(bytes: Uint8Array, start: number, length: number): Int8Array {
  return new Int8Array(bytes.buffer, bytes.byteOffset + start, length);
}
