// How much a team's index holds of one working copy. In: a path, or none for everything. Out: files, places, texts,
// and how many of them a model has read.

import type { IndexCounts } from '../../engine/storage.ts';
import type { SqlClient } from './postgresClient.ts';

export async function countPassages(
  client: SqlClient,
  {
    folder,
    space,
    path,
  }: { readonly folder: number; readonly space: number; readonly path: string | undefined },
): Promise<IndexCounts> {
  const isBelow = "($2::text IS NULL OR path = $2 OR starts_with(path, $2 || '/'))";
  const [counts] = await client.query<IndexCounts>(
    `SELECT (SELECT count(*)::integer FROM marginalia.files WHERE folder = $1 AND ${isBelow}) AS files,
      count(*)::integer AS passages, count(DISTINCT places.text)::integer AS texts,
      count(vectors.text)::integer AS "encodedPassages", count(DISTINCT vectors.text)::integer AS "encodedTexts",
      (SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::float8 FROM pg_class
        WHERE relnamespace = 'marginalia'::regnamespace AND relkind = 'r') AS "sizeBytes"
      FROM marginalia.places LEFT JOIN marginalia.vectors ON vectors.text = places.text AND vectors.space = $3
      WHERE folder = $1 AND ${isBelow}`,
    [folder, path ?? null, space],
  );
  return counts!;
}
