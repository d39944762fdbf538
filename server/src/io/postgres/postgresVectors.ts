// The vectors and labels of a team's index, with pgvector. A text is read by each model once for everybody: its key is
// the hash of the text and the fingerprint of the model. In: a connection and a folder. Out: what the storage needs.

import type {
  EncodedPassage,
  IndexStorage,
  TextScore,
  VectorSpace,
  VectorTier,
} from '../../engine/storage.ts';
import type { PostgresClient, SqlClient } from './postgresClient.ts';
import { toSqlCondition } from './postgresFilter.ts';

/** Nobody needs to know more exactly how many there are. */
const countLimit = 1_000_000;

export function createPostgresVectors(client: PostgresClient, folder: number) {
  const known = new Map<string, number>();
  let current: number | undefined;

  async function findSpace({ fingerprint, dimensions }: VectorSpace): Promise<number | undefined> {
    const key = `${fingerprint} ${dimensions}`;
    let id = known.get(key);
    if (id === undefined) {
      const [row] = await client.query<{ id: number }>(
        'SELECT id FROM marginalia.spaces WHERE fingerprint = $1 AND dimensions = $2',
        [fingerprint, dimensions],
      );
      id = row?.id;
      if (id !== undefined) known.set(key, id);
    }
    current = id ?? current;
    return id;
  }

  async function ensureSpace(space: VectorSpace): Promise<number> {
    await client.query(
      'INSERT INTO marginalia.spaces (fingerprint, dimensions) VALUES ($1, $2) ON CONFLICT DO NOTHING',
      [space.fingerprint, space.dimensions],
    );
    return (await findSpace(space))!;
  }

  /** The space whose labels are shown: that of the model at work, or of the last one that was. 0: none. */
  async function currentSpace(): Promise<number> {
    if (current === undefined) {
      const [row] = await client.query<{ id: number }>('SELECT max(id) AS id FROM marginalia.spaces');
      return row?.id ?? 0;
    }
    return current;
  }

  const pending: IndexStorage['pendingTexts'] = async (space, { afterId, count, files }) => {
    const id = (await findSpace(space)) ?? 0;
    const missing =
      'NOT EXISTS (SELECT 1 FROM marginalia.vectors WHERE vectors.space = $1 AND vectors.text = texts.id)';
    const where = files === undefined ? '' : 'AND places.path = ANY($5)';
    return await client.query<{ id: number; text: string }>(
      `SELECT id, body AS text FROM marginalia.texts WHERE id > $2 AND ${missing}
        AND EXISTS (SELECT 1 FROM marginalia.places WHERE places.folder = $3 AND places.text = texts.id ${where})
        ORDER BY id LIMIT $4`,
      [id, files === undefined ? afterId : 0, folder, count, ...(files === undefined ? [] : [files])],
    );
  };

  function createTier(space: VectorSpace): VectorTier {
    let count = 0;
    return {
      space,
      get count() {
        return count;
      },
      sizeBytes: 0,
      async update() {
        const [row] = await client.query<{ n: number }>(
          `SELECT count(*)::integer AS n FROM (SELECT 1 FROM marginalia.vectors WHERE space = $1 LIMIT ${countLimit}) AS counted`,
          [(await findSpace(space)) ?? 0],
        );
        count = row!.n;
      },
      forget() {},
      async nearest(query, options) {
        const id = (await findSpace(space)) ?? 0;
        const values: unknown[] = [];
        const bind = (value: unknown) => `$${values.push(value)}`;
        // The number of the space and the length stand in the statement, so that an index over this space is found.
        const type = `vector(${space.dimensions})`;
        const wanted = `${bind(toVectorText(query))}::${type}`;
        const { filter } = options;
        const condition = toSqlCondition({ folder, space: id, filter, text: 'vectors.text', bind });
        const found = await client.query<TextScore>(
          `SELECT vectors.text AS id, -(vectors.vector::${type} <#> ${wanted})::float8 AS score FROM marginalia.vectors
            WHERE vectors.space = ${id} AND ${condition}
            ORDER BY vectors.vector::${type} <#> ${wanted} LIMIT ${bind(options.count)}`,
          values,
        );
        return [...found].sort((left, right) => right.score - left.score || left.id - right.id);
      },
    };
  }

  return {
    currentSpace,
    spaces: async () =>
      await client.query<VectorSpace>(
        'SELECT fingerprint, dimensions FROM marginalia.spaces ORDER BY id DESC',
      ),
    find: findSpace,
    pending,
    tier: createTier,
    ensureSpace,
    async write(transaction: SqlClient, id: number, encoded: readonly EncodedPassage[]): Promise<void> {
      const ordered = [...encoded].sort((left, right) => left.id - right.id);
      // A text may have been removed while the model was reading it.
      await transaction.query(
        `INSERT INTO marginalia.vectors (space, text, vector)
          SELECT $1, new.text, new.vector::vector FROM unnest($2::integer[], $3::text[]) AS new (text, vector)
          WHERE EXISTS (SELECT 1 FROM marginalia.texts WHERE texts.id = new.text) ON CONFLICT DO NOTHING`,
        [id, ordered.map((one) => one.id), ordered.map((one) => toVectorText(one.vector))],
      );
      const labels = ordered.flatMap((one) => one.labels.map((label) => ({ ...label, text: one.id })));
      await transaction.query(
        `INSERT INTO marginalia.labels (space, text, task, name, probability)
          SELECT $1, * FROM unnest($2::integer[], $3::text[], $4::text[], $5::float8[]) ON CONFLICT DO NOTHING`,
        [
          id,
          labels.map(({ text }) => text),
          labels.map(({ task }) => task),
          labels.map(({ name }) => name),
          labels.map(({ probability }) => probability),
        ],
      );
    },
    async read(space: VectorSpace, ids: readonly number[]): Promise<ReadonlyMap<number, Float32Array>> {
      const rows = await client.query<{ text: number; vector: string }>(
        'SELECT text, vector::text AS vector FROM marginalia.vectors WHERE space = $1 AND text = ANY($2)',
        [(await findSpace(space)) ?? 0, ids],
      );
      return new Map(rows.map(({ text, vector }) => [text, Float32Array.from(JSON.parse(vector))]));
    },
  };
}

function toVectorText(vector: Float32Array): string {
  return `[${vector.join(',')}]`;
}
