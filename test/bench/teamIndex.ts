// What a team's index costs on a PostgreSQL server: time and bytes to store made-up passages, and how long queries wait.
//
//   MARGINALIA_TEST_POSTGRES=postgres://… node test/bench/teamIndex.ts [--passages 10000,100000] [--dimensions 384]
//     [--queries 100] [--json FILE]
//
// The user named there is a superuser of a server with pgvector; a database is made for each size and dropped
// afterwards. The server computes on its own threads, so this says something about both machines.

import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import postgres from 'pg';
import { neverCancelled } from '../../server/src/engine/cancellation.ts';
import { lexicalTokens } from '../../server/src/engine/index/lexicalTokens.ts';
import { searchPassages } from '../../server/src/engine/index/searchPassages.ts';
import type { IndexStorage } from '../../server/src/engine/storage.ts';
import { openPostgres } from '../../server/src/io/postgres/postgresClient.ts';
import { ensureTables } from '../../server/src/io/postgres/postgresSchema.ts';
import { createPostgresStorage } from '../../server/src/io/postgres/postgresStorage.ts';
import { createRandom, randomUnitVector } from '../engine/index/randomVectors.ts';
import { makeText, recall, writePassages, writeVectors } from './madeUpPassages.ts';
import { percentiles, printTable } from './measure.ts';

const { values } = parseArgs({
  options: {
    passages: { type: 'string', default: '10000,100000' },
    dimensions: { type: 'string', default: '384' },
    queries: { type: 'string', default: '100' },
    json: { type: 'string' },
  },
});
const dimensions = Number(values.dimensions);
const queryCount = Number(values.queries);
const space = { fingerprint: 'bench', dimensions };
const server = process.env.MARGINALIA_TEST_POSTGRES;
if (!server)
  throw new Error('MARGINALIA_TEST_POSTGRES names the server, as postgres://user:password@host/postgres.');

type Measured = Record<string, string | number>;
const columns: Measured[] = [];
for (const count of values.passages.split(',').map(Number)) {
  columns.push(await withDatabase(server, (connectionString) => measure(connectionString, count)));
}
printTable('team-index', columns);
if (values.json) writeFileSync(values.json, `${JSON.stringify(columns, undefined, 2)}\n`);

async function measure(connectionString: string, passageCount: number): Promise<Measured> {
  const random = createRandom(17);
  const client = await openPostgres(connectionString);
  await ensureTables(client);
  const storage = await createPostgresStorage({ client, folderName: 'bench', writerId: 'bench' });
  try {
    await storage.becomeWriter();
    const [version] = await client.query<{ text: string }>(
      "SELECT current_setting('server_version') || ', pgvector ' || extversion AS text FROM pg_extension WHERE extname = 'vector'",
    );
    const result: Measured = { passages: passageCount, PostgreSQL: version!.text };
    const rate = (elapsedMs: number) => Math.round((1000 * passageCount) / elapsedMs);
    result['storing words and places, passages/s'] = rate(await writePassages(storage, passageCount, random));
    const vectors = new Float32Array(passageCount * dimensions);
    const stored = await writeVectors(storage, space, vectors, random);
    result[`storing vectors of ${dimensions}, passages/s`] = rate(stored.elapsedMs);
    // What autovacuum does by itself a minute later.
    await client.query('VACUUM ANALYZE');
    const { sizeBytes } = await storage.counts(space, undefined);
    result['bytes per passage on disk, with vectors'] = Math.round(sizeBytes / passageCount);
    await measureQueries(result, storage, { ids: stored.ids, vectors, random });
    return result;
  } finally {
    await storage.close();
  }
}

async function measureQueries(
  result: Measured,
  storage: IndexStorage,
  data: { readonly ids: Int32Array; readonly vectors: Float32Array; random(): number },
): Promise<void> {
  const asked = Array.from({ length: queryCount }, () => ({
    text: makeText(4, data.random),
    vector: randomUnitVector(dimensions, data.random),
  }));
  const tier = storage.vectorTier(space);
  await tier.update();
  result['query by words, ms (p50 / p95)'] = await percentiles(asked, ({ text }) =>
    storage.searchWords({ tokens: lexicalTokens(text), count: 100, filter: undefined }),
  );
  result['query by meaning, ms (p50 / p95)'] = await percentiles(asked, ({ vector }) =>
    tier.nearest(vector, { count: 100, filter: undefined }),
  );
  result['search with 20 results, ms (p50 / p95)'] = await percentiles(asked, ({ text, vector }) =>
    searchPassages(
      { text, count: 20 },
      {
        storage,
        vocabulary: { tasks: [], languageOf: () => undefined, nowMs: () => 0 },
        history: undefined,
        meaning: { tier, model: { encodeQuery: async () => vector } },
      },
      neverCancelled,
    ),
  );
  result['recall@20 against exact'] = await recall(
    async (query) => (await tier.nearest(query, { count: 20, filter: undefined })).map(({ id }) => id),
    data.ids,
    data.vectors,
    asked.slice(0, 20),
  );
}

async function withDatabase<T>(superuser: string, use: (connectionString: string) => Promise<T>): Promise<T> {
  const name = `marginalia_bench_${process.pid}`;
  const admin = new postgres.Client({ connectionString: superuser });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}`);
  try {
    const own = new URL(superuser);
    own.pathname = `/${name}`;
    return await use(own.href);
  } finally {
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await admin.end();
  }
}
