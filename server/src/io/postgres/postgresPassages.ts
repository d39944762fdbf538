// Files and their passages written to a team's index, many in one statement: a statement each would wait for the network
// a thousand times. In: changes of files. Out: how many texts were new to the whole team.

import { joinNames } from '../../engine/index/joinNames.ts';
import type { FileChange, IndexedFile, NewPassage } from '../../engine/storage.ts';
import { groupRows } from './groupRows.ts';
import type { SqlClient } from './postgresClient.ts';
import { weighTokens, writeWords } from './postgresWords.ts';

type WrittenFile = IndexedFile & { readonly passages: readonly NewPassage[] | undefined };

export function createPostgresPassages(folder: number) {
  return {
    async write(client: SqlClient, changes: readonly FileChange[]): Promise<number> {
      const removed = changes.flatMap((change) => ('removed' in change ? [change.file] : []));
      const files = changes.flatMap((change) => ('removed' in change ? [] : [change]));
      if (removed.length > 0) await removeFiles(client, folder, removed);
      if (files.length === 0) return 0;
      await putFiles(client, folder, files);
      const read = files.filter((file) => file.passages !== undefined);
      const { ids, added } = await putTexts(
        client,
        read.flatMap(({ passages }) => passages!),
      );
      await putPlaces(client, folder, read, ids);
      return added;
    },
  };
}

/** A file that is known, or everything below a folder. */
async function removeFiles(client: SqlClient, folder: number, paths: readonly string[]): Promise<void> {
  const known = await client.query<{ path: string }>(
    'SELECT path FROM marginalia.files WHERE folder = $1 AND path = ANY($2)',
    [folder, paths],
  );
  const files = new Set(known.map(({ path }) => path));
  const folders = paths.filter((path) => !files.has(path));
  for (const table of ['places', 'files']) {
    await client.query(
      `DELETE FROM marginalia.${table} AS gone WHERE folder = $1 AND (path = ANY($2)
        OR EXISTS (SELECT 1 FROM unnest($3::text[]) AS below WHERE starts_with(gone.path, below || '/')))`,
      [folder, [...files], folders],
    );
  }
}

async function putFiles(client: SqlClient, folder: number, files: readonly WrittenFile[]): Promise<void> {
  await client.query(
    `INSERT INTO marginalia.files (folder, path, stamp, hash)
      SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[])
      ON CONFLICT (folder, path) DO UPDATE SET stamp = excluded.stamp, hash = excluded.hash`,
    [folder, files.map(({ file }) => file), files.map(({ stamp }) => stamp), files.map(({ hash }) => hash)],
  );
}

interface KnownText {
  readonly id: number;
  readonly hash: string;
  readonly names: string;
}

async function putTexts(
  client: SqlClient,
  passages: readonly NewPassage[],
): Promise<{ ids: ReadonlyMap<string, number>; added: number }> {
  const byHash = groupRows(passages, ({ textHash }) => textHash);
  // In one order for everybody: two writers that lock the same rows crosswise would wait for each other.
  const hashes = [...byHash.keys()].sort();
  const first = hashes.map((hash) => byHash.get(hash)![0]!);
  const added = await client.query<KnownText>(
    `INSERT INTO marginalia.texts (hash, body, names, length)
      SELECT *, 0 FROM unnest($1::text[], $2::text[], $3::text[])
      ON CONFLICT (hash) DO NOTHING RETURNING id, hash, names`,
    [hashes, first.map(({ text }) => storable(text)), first.map(({ names }) => storable(names))],
  );
  const known = await client.query<KnownText>(
    'SELECT id, hash, names FROM marginalia.texts WHERE hash = ANY($1)',
    [hashes],
  );
  const isNew = new Set(added.map(({ id }) => id));
  const namesWith = (hash: string, names: string) =>
    byHash.get(hash)!.reduce((all, one) => joinNames(all, storable(one.names)), names);
  const toChange = known.filter(({ id, hash, names }) => isNew.has(id) || namesWith(hash, names) !== names);
  // Held until the end and seen as they are by now: somebody else may be adding other names to the same texts.
  const held = await client.query<KnownText>(
    'SELECT id, hash, names FROM marginalia.texts WHERE id = ANY($1) ORDER BY id FOR UPDATE',
    [toChange.map(({ id }) => id)],
  );
  const changed = held.map(({ id, hash, names }) => {
    const joined = namesWith(hash, names);
    return { id, names: joined, weighed: weighTokens({ ...byHash.get(hash)![0]!, names: joined }) };
  });
  if (changed.length > 0) {
    await client.query(
      `UPDATE marginalia.texts SET names = new.names, length = new.length
        FROM unnest($1::integer[], $2::text[], $3::integer[]) AS new (id, names, length) WHERE texts.id = new.id`,
      [
        changed.map(({ id }) => id),
        changed.map(({ names }) => names),
        changed.map(({ weighed }) => weighed.length),
      ],
    );
    await writeWords(client, changed);
  }
  return { ids: new Map(known.map(({ id, hash }) => [hash, id])), added: added.length };
}

async function putPlaces(
  client: SqlClient,
  folder: number,
  files: readonly WrittenFile[],
  ids: ReadonlyMap<string, number>,
): Promise<void> {
  await client.query('DELETE FROM marginalia.places WHERE folder = $1 AND path = ANY($2)', [
    folder,
    files.map(({ file }) => file),
  ]);
  const rows = files.flatMap(({ file, passages }) =>
    passages!.map(({ textHash, place }, ordinal) => ({ file, ordinal, text: ids.get(textHash)!, place })),
  );
  await client.query(
    `INSERT INTO marginalia.places
      (folder, path, ordinal, text, span_start, span_end, line, end_line, kind, language, symbol)
      SELECT $1, * FROM unnest($2::text[], $3::integer[], $4::integer[], $5::integer[], $6::integer[], $7::integer[],
        $8::integer[], $9::text[], $10::text[], $11::text[])`,
    [
      folder,
      rows.map(({ file }) => file),
      rows.map(({ ordinal }) => ordinal),
      rows.map(({ text }) => text),
      rows.map(({ place }) => place.span.start),
      rows.map(({ place }) => place.span.end),
      rows.map(({ place }) => place.line),
      rows.map(({ place }) => place.endLine),
      rows.map(({ place }) => place.kind),
      rows.map(({ place }) => place.language),
      rows.map(({ place }) => (place.symbol === undefined ? null : storable(place.symbol))),
    ],
  );
}

/** PostgreSQL keeps any character but this one. */
function storable(text: string): string {
  return text.replaceAll('\0', '\u{FFFD}');
}
