// What the index costs: time and bytes to store many passages, time to open them again, and how long queries wait.
// Passages are made up (words as frequent as in real text, vectors at random); the query's own encoding is not in it.
//
//   node test/bench/search.ts [--passages 100000] [--dimensions 384] [--queries 200]

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { lexicalTokens } from '../../server/src/engine/index/lexicalTokens.ts';
import { hashText } from '../../server/src/engine/index/toNewPassages.ts';
import { createTopList } from '../../server/src/engine/index/topList.ts';
import { dotProduct } from '../../server/src/engine/index/vectorTier.ts';
import type { IndexStorage, NewPassage, VectorTier } from '../../server/src/engine/storage.ts';
import { openIndex } from '../../server/src/io/index/openIndex.ts';
import { loadSqliteDriver } from '../../server/src/io/sqliteDriver.ts';
import { createRandom, randomUnitVector } from '../engine/index/randomVectors.ts';

const { values } = parseArgs({
  options: {
    passages: { type: 'string', default: '100000' },
    dimensions: { type: 'string', default: '384' },
    queries: { type: 'string', default: '200' },
  },
});
const passageCount = Number(values.passages);
const dimensions = Number(values.dimensions);
const queryCount = Number(values.queries);
const space = { fingerprint: 'bench', dimensions };
const random = createRandom(17);
const folder = mkdtempSync(path.join(tmpdir(), 'marginalia-bench-'));

try {
  const driver = loadSqliteDriver();
  const { storage } = openIndex(folder, driver, { isFresh: true });
  await storage.becomeWriter();
  const rows: [string, string][] = [];
  rows.push(['passages', String(passageCount)], ['SQLite by', driver.name]);
  rows.push(['storing words and places, passages/s', rate(await timed(() => writePassages(storage)))]);
  const words = await storage.counts(space);
  rows.push(['bytes per passage on disk, words alone', String(Math.round(words.sizeBytes / passageCount))]);
  const vectors = new Map<number, Float32Array>();
  rows.push([
    `storing vectors of ${dimensions}, passages/s`,
    rate(await timed(() => writeVectors(storage, vectors))),
  ]);
  await storage.close();

  const again = openIndex(folder, driver, { isFresh: false }).storage;
  const { sizeBytes } = await again.counts(space);
  rows.push(['bytes per passage on disk, with vectors', String(Math.round(sizeBytes / passageCount))]);
  const tier = again.vectorTier(space);
  rows.push(['loading the vectors, ms', String(Math.round(await timed(() => tier.update())))]);
  rows.push(['bytes per passage in memory', String(Math.round(tier.sizeBytes / passageCount))]);
  const queries = Array.from({ length: queryCount }, () => makeText(4));
  rows.push([
    'query by words, ms (p50 / p95)',
    await percentiles(queries, (query) =>
      again.searchWords({ tokens: lexicalTokens(query), count: 100, filter: undefined }),
    ),
  ]);
  const asked = queries.map(() => randomUnitVector(dimensions, random));
  rows.push([
    'query by meaning, ms (p50 / p95)',
    await percentiles(asked, (vector) => tier.nearest(vector, { count: 100, filter: undefined })),
  ]);
  rows.push(['recall@20 against exact', (await recall(tier, vectors, asked.slice(0, 20))).toFixed(4)]);
  await again.close();
  console.log(`| | |\n|---|---|\n${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function writePassages(storage: IndexStorage): Promise<void> {
  const perFile = 20;
  for (let start = 0; start < passageCount; start += 800) {
    const files = Array.from(
      { length: Math.ceil(Math.min(800, passageCount - start) / perFile) },
      (_, file) => ({
        file: `src/pkg${start}/file${file}.go`,
        stamp: '1',
        hash: '1',
        passages: Array.from({ length: perFile }, (_, line) => makePassage(line)),
      }),
    );
    await storage.writeFiles(files);
  }
}

function makePassage(line: number): NewPassage {
  const text = makeText(6 + Math.floor(random() * 30));
  const place = {
    span: { start: 0, end: 9 },
    line,
    endLine: line,
    kind: 'line',
    language: 'go',
    symbol: undefined,
  };
  const lead = text.split(' ').slice(0, 8).join(' ');
  return { textHash: hashText(text), text, words: text, names: '', lead, place };
}

/** Zipf's law: the word of rank r is as frequent as 1 / r. */
function makeText(length: number): string {
  return Array.from({ length }, () => `w${Math.floor(50_000 ** random())}x`).join(' ');
}

async function writeVectors(storage: IndexStorage, vectors: Map<number, Float32Array>): Promise<void> {
  for (let afterId = 0; ; ) {
    const texts = await storage.pendingTexts(space, { afterId, count: 64, files: undefined });
    if (texts.length === 0) return;
    const passages = texts.map(({ id }) => ({
      id,
      vector: randomUnitVector(dimensions, random),
      labels: [],
    }));
    for (const { id, vector } of passages) vectors.set(id, vector);
    await storage.writeVectors(space, passages);
    afterId = texts.at(-1)!.id;
  }
}

async function recall(
  tier: VectorTier,
  vectors: ReadonlyMap<number, Float32Array>,
  queries: readonly Float32Array[],
): Promise<number> {
  let found = 0;
  for (const query of queries) {
    const exact = createTopList(20);
    for (const [id, vector] of vectors) exact.offer(id, dotProduct(query, vector));
    const wanted = new Set(exact.take().map(({ id }) => id));
    found += (await tier.nearest(query, { count: 20, filter: undefined })).filter(({ id }) =>
      wanted.has(id),
    ).length;
  }
  return found / (20 * queries.length);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

async function percentiles<T>(inputs: readonly T[], work: (input: T) => Promise<unknown>): Promise<string> {
  // The first ones fill caches.
  for (const input of inputs.slice(0, 20)) await work(input);
  const times: number[] = [];
  for (const input of inputs) times.push(await timed(() => work(input)));
  times.sort((left, right) => left - right);
  const at = (share: number) =>
    times[Math.min(times.length - 1, Math.floor(share * times.length))]!.toFixed(1);
  return `${at(0.5)} / ${at(0.95)}`;
}

function rate(elapsedMs: number): string {
  return String(Math.round((1000 * passageCount) / elapsedMs));
}
