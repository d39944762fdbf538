// How much an index file holds. In: an open database; a path, or none for everything. Out: files, places, texts, and
// how many of them a model has read.

import type { IndexCounts, VectorSpace } from '../../engine/storage.ts';
import type { SqlDatabase } from '../sqliteDriver.ts';
import { createStatementCache } from './sqliteVectors.ts';

export type SqliteCounts = Omit<IndexCounts, 'sizeBytes'>;

export function createSqliteCounts(
  database: SqlDatabase,
): (space: VectorSpace | undefined, path: string | undefined) => SqliteCounts {
  const prepare = createStatementCache(database);

  return (space, path) => {
    // Everything below a folder begins with `path/`, and the character behind a slash is a zero.
    const isBelow = path === undefined ? '1' : 'path = ? OR (path > ? AND path < ?)';
    const below = path === undefined ? [] : [path, `${path}/`, `${path}0`];
    const inFiles = path === undefined ? '1' : `file IN (SELECT id FROM files WHERE ${isBelow})`;
    const { files } = prepare(`SELECT count(*) AS files FROM files WHERE ${isBelow}`).get(...below) as Pick<
      SqliteCounts,
      'files'
    >;
    const standing = prepare(`SELECT count(*) AS passages, count(DISTINCT text) AS texts FROM places
      WHERE ${inFiles}`).get(...below) as Pick<SqliteCounts, 'passages' | 'texts'>;
    if (!space) return { files, ...standing, encodedPassages: 0, encodedTexts: 0 };
    const encoded = prepare(`SELECT count(*) AS encodedPassages, count(DISTINCT places.text) AS encodedTexts
      FROM places JOIN encoded ON encoded.text = places.text
        AND encoded.space = (SELECT id FROM spaces WHERE fingerprint = ? AND dimensions = ?)
      WHERE ${inFiles}`).get(space.fingerprint, space.dimensions, ...below) as Pick<
      SqliteCounts,
      'encodedPassages' | 'encodedTexts'
    >;
    return { files, ...standing, ...encoded };
  };
}
