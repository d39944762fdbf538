// What the index costs: time and bytes to store many passages, time to open them again, and how long queries wait.
// Passages are made up (words as frequent as in real text, vectors at random, which is the hardest case for a scan);
// the query's own encoding is not in it. For real sources see searchFolder.ts.
//
//   node test/bench/search.ts [--passages 10000,100000,1000000] [--dimensions 384] [--queries 200] [--json FILE]
//     [--alone]
//
// The same vectors are asked in LanceDB, one query here and one there in turn; of more than 100,000 no copy is made
// there. It is installed into `peers/lance/` when first needed; --alone leaves it out.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { neverCancelled } from '../../server/src/engine/cancellation.ts';
import { lexicalTokens } from '../../server/src/engine/index/lexicalTokens.ts';
import { searchPassages } from '../../server/src/engine/index/searchPassages.ts';
import { openIndex } from '../../server/src/io/index/openIndex.ts';
import { loadSqliteDriver } from '../../server/src/io/sqliteDriver.ts';
import { createRandom, randomUnitVector } from '../engine/index/randomVectors.ts';
import { installLance } from './installLance.ts';
import { openLanceTable } from './lanceTable.ts';
import { makeText, recall, writePassages, writeVectors } from './madeUpPassages.ts';
import { folderBytes, percentiles, printTable, timed } from './measure.ts';

const { values } = parseArgs({
  options: {
    passages: { type: 'string', default: '100000' },
    dimensions: { type: 'string', default: '384' },
    queries: { type: 'string', default: '200' },
    json: { type: 'string' },
    alone: { type: 'boolean', default: false },
  },
});
const dimensions = Number(values.dimensions);
const queryCount = Number(values.queries);
const space = { fingerprint: 'bench', dimensions };

const mostForPeer = 100_000;

type Measured = Record<string, string | number>;
const columns: Measured[] = [];
for (const count of values.passages.split(',').map(Number)) columns.push(await measure(count));
printTable('search', columns);
if (values.json) writeFileSync(values.json, `${JSON.stringify(columns, undefined, 2)}\n`);

async function measure(passageCount: number): Promise<Measured> {
  const random = createRandom(17);
  const folder = mkdtempSync(path.join(tmpdir(), 'marginalia-bench-'));
  try {
    const driver = loadSqliteDriver();
    const { storage } = openIndex(folder, driver, { isFresh: true });
    await storage.becomeWriter();
    const result: Measured = { passages: passageCount, 'SQLite by': driver.name };
    const rate = (elapsedMs: number) => Math.round((1000 * passageCount) / elapsedMs);
    result['storing words and places, passages/s'] = rate(await writePassages(storage, passageCount, random));
    result['bytes per passage on disk, words alone'] = Math.round(folderBytes(folder) / passageCount);
    const vectors = new Float32Array(passageCount * dimensions);
    const stored = await writeVectors(storage, space, vectors, random);
    result[`storing vectors of ${dimensions}, passages/s`] = rate(stored.elapsedMs);
    await storage.close();
    result['bytes per passage on disk, with vectors'] = Math.round(folderBytes(folder) / passageCount);

    const asked = Array.from({ length: queryCount }, () => ({
      text: makeText(4, random),
      vector: randomUnitVector(dimensions, random),
    }));
    const opening = performance.now();
    const again = openIndex(folder, driver, { isFresh: false }).storage;
    const tier = again.vectorTier(space);
    const lexicalOnly = {
      storage: again,
      vocabulary: { tasks: [], languageOf: () => undefined, nowMs: () => 0 },
      history: undefined,
    };
    await searchPassages(
      { text: asked[0]!.text, count: 20 },
      { ...lexicalOnly, meaning: undefined },
      neverCancelled,
    );
    result['opening to the first result by words, ms'] = Math.round(performance.now() - opening);
    result['loading the vectors, ms'] = Math.round(await timed(() => tier.update()));
    result['bytes per passage in memory'] = Math.round(tier.sizeBytes / passageCount);
    result['query by words, ms (p50 / p95)'] = await percentiles(asked, ({ text }) =>
      again.searchWords({ tokens: lexicalTokens(text), count: 100, filter: undefined }),
    );
    result['query by one word, ms (p50 / p95)'] = await percentiles(asked, ({ text }) =>
      again.searchWords({ tokens: [text.split(' ')[0]!], count: 100, filter: undefined }),
    );
    result['query by meaning, ms (p50 / p95)'] = await percentiles(asked, ({ vector }) =>
      tier.nearest(vector, { count: 100, filter: undefined }),
    );
    result['search with 20 results, ms (p50 / p95)'] = await percentiles(asked, ({ text, vector }) =>
      searchPassages(
        { text, count: 20 },
        { ...lexicalOnly, meaning: { tier, model: { encodeQuery: async () => vector } } },
        neverCancelled,
      ),
    );
    result['search in one language, ms (p50 / p95)'] = await percentiles(asked, ({ text, vector }) =>
      searchPassages(
        { text: `${text} lang:go`, count: 20 },
        {
          storage: again,
          vocabulary: { tasks: [], languageOf: (name) => name, nowMs: () => 0 },
          history: undefined,
          meaning: { tier, model: { encodeQuery: async () => vector } },
        },
        neverCancelled,
      ),
    );
    const nearest = async (query: Float32Array) =>
      (await tier.nearest(query, { count: 20, filter: undefined })).map(({ id }) => id);
    result['recall@20 against exact'] = await recall(nearest, stored.ids, vectors, asked.slice(0, 20));
    if (!values.alone && passageCount <= mostForPeer) {
      await askPeer(result, { ids: stored.ids, vectors, asked, nearest });
    }
    await again.close();
    return result;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Asked {
  readonly text: string;
  readonly vector: Float32Array;
}

async function askPeer(
  result: Measured,
  data: {
    readonly ids: Int32Array;
    readonly vectors: Float32Array;
    readonly asked: readonly Asked[];
    nearest(query: Float32Array): Promise<readonly number[]>;
  },
): Promise<void> {
  const { ids, vectors, asked, nearest } = data;
  const peer = await installLance();
  const folder = mkdtempSync(path.join(tmpdir(), 'marginalia-bench-lance-'));
  try {
    const started = performance.now();
    const table = await openLanceTable({ peer, folder, ids, vectors, dimensions });
    result['LanceDB: storing vectors, passages/s'] = Math.round(
      (1000 * ids.length) / (performance.now() - started),
    );
    result['LanceDB: bytes per passage on disk'] = Math.round(folderBytes(folder) / ids.length);
    const ours: number[] = [];
    const theirs: number[] = [];
    for (const { vector } of asked) {
      ours.push(await timed(() => nearest(vector)));
      theirs.push(await timed(() => table.nearest(vector, 20)));
    }
    const half = (times: number[]) => times.sort((a, b) => a - b)[times.length >> 1]!;
    result['interleaved, nearest 20, ms (ours / LanceDB, medians)'] =
      `${half(ours).toFixed(1)} / ${half(theirs).toFixed(1)}`;
    result['LanceDB: recall@20 against exact'] = await recall(
      (query) => table.nearest(query, 20),
      ids,
      vectors,
      asked.slice(0, 20),
    );
    await table.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
