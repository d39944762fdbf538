// Search while somebody types, from the request of a client to its answer: queries letter by letter through the bundled
// server over stdio, with the shipped model reading what was typed so far each time.
//
//   node test/bench/typing.ts [--passages 100000] [--queries 40] [--json FILE]
//
// The passages are made up and lie in files of a temporary folder; words are made of syllables, so that the beginning
// of one is often another. Their vectors are random, which is the hardest case for a scan, and written before the server
// starts. `npm run build` first.

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import {
  CancellationTokenSource,
  createProtocolConnection,
  InitializedNotification,
  InitializeRequest,
  type ProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';
import { memoryEnvironment } from '../../client/src/serverMemory.ts';
import {
  type IndexStatusParams,
  indexStatusNotification,
  type SearchResponse,
  searchRequest,
} from '../../protocol/searchRequests.ts';
import { neverCancelled } from '../../server/src/engine/cancellation.ts';
import type { VectorSpace } from '../../server/src/engine/storage.ts';
import { indexFolderIn } from '../../server/src/io/index/indexLocation.ts';
import { openIndex } from '../../server/src/io/index/openIndex.ts';
import { loadSqliteDriver } from '../../server/src/io/sqliteDriver.ts';
import { createRandom, randomUnitVector } from '../engine/index/randomVectors.ts';
import { printTable, timed, toPercentiles } from './measure.ts';
import { openWordIndex } from './wordIndex.ts';

const { values } = parseArgs({
  options: {
    passages: { type: 'string', default: '100000' },
    queries: { type: 'string', default: '40' },
    json: { type: 'string' },
  },
});
const passageCount = Number(values.passages);
const perFile = 40;
/** What the search view asks for. */
const hitCount = 50;
/** Faster than anybody types: the next letter comes while the one before is looked up. */
const hastyMs = 15;

const project = fileURLToPath(new URL('../..', import.meta.url));
const random = createRandom(23);
const scratch = mkdtempSync(path.join(tmpdir(), 'marginalia-typing-'));
try {
  const root = path.join(scratch, 'tree');
  const storageFolder = path.join(scratch, 'storage');
  writeTree(root);
  const indexFolder = indexFolderIn(storageFolder, root);
  await indexWords(root, indexFolder);
  await writeVectors(indexFolder, shippedSpace());
  const queries = Array.from({ length: Number(values.queries) }, () =>
    makeText(2 + Math.floor(2 * random())),
  );
  const result = {
    passages: passageCount,
    keys: queries.join('').length,
    ...(await ask(root, storageFolder, queries)),
  };
  printTable('typing', [result]);
  if (values.json) writeFileSync(values.json, `${JSON.stringify(result, undefined, 2)}\n`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function writeTree(root: string): void {
  for (let file = 0; file * perFile < passageCount; file++) {
    const folder = path.join(root, `pkg${Math.floor(file / 100)}`);
    if (file % 100 === 0) mkdirSync(folder, { recursive: true });
    const count = Math.min(perFile, passageCount - file * perFile);
    const parts = Array.from(
      { length: count },
      (_, part) => `// ${makeText(6 + Math.floor(30 * random()))}.\nfunc f${file}x${part}() {}\n`,
    );
    writeFileSync(path.join(folder, `file${file}.go`), `package p\n\n${parts.join('\n')}`);
  }
}

/** Zipf's law: the word of rank r is as frequent as 1 / r; frequent ones are short. */
function makeText(length: number): string {
  return Array.from({ length }, () => wordOfRank(Math.floor(50_000 ** random()))).join(' ');
}

function wordOfRank(rank: number): string {
  const consonants = 'bcdfghjklmnprstvw';
  const vowels = 'aeiou';
  let word = '';
  for (let rest = rank; word === '' || rest > 0; rest = Math.floor(rest / 85)) {
    const syllable = rest % 85;
    word += consonants[Math.floor(syllable / 5)]! + vowels[syllable % 5]!;
  }
  return word;
}

async function indexWords(root: string, indexFolder: string): Promise<void> {
  const index = openWordIndex(root, indexFolder);
  await index.refresh(neverCancelled);
  await index.dispose();
}

/** Where the server looks for the vectors of the model that ships. */
function shippedSpace(): VectorSpace {
  const read = (name: string) =>
    JSON.parse(readFileSync(path.join(project, 'models/marginalia-small', name), 'utf8'));
  const { fingerprint } = read('manifest.json') as { readonly fingerprint: string };
  const { tasks } = read('tasks.json') as {
    readonly tasks: readonly { readonly kind: string; readonly dimensions?: readonly number[] }[];
  };
  const lengths = tasks.flatMap(({ kind, dimensions }) => (kind === 'embedding' ? (dimensions ?? []) : []));
  return { fingerprint, dimensions: Math.max(...lengths) };
}

async function writeVectors(indexFolder: string, space: VectorSpace): Promise<void> {
  const { storage } = openIndex(indexFolder, loadSqliteDriver(), { isFresh: false });
  await storage.becomeWriter();
  for (let afterId = 0; ; ) {
    const texts = await storage.pendingTexts(space, { afterId, count: 256, files: undefined });
    if (texts.length === 0) break;
    const passages = texts.map(({ id }) => ({
      id,
      vector: randomUnitVector(space.dimensions, random),
      labels: [],
    }));
    await storage.writeVectors(space, passages);
    afterId = texts.at(-1)!.id;
  }
  await storage.close();
}

async function ask(root: string, storageFolder: string, queries: readonly string[]) {
  const entry = path.join(project, 'dist/server/main.js');
  const server = spawn(process.execPath, [entry, '--stdio'], {
    env: { ...process.env, ...memoryEnvironment },
  });
  const connection = createProtocolConnection(
    new StreamMessageReader(server.stdout),
    new StreamMessageWriter(server.stdin),
  );
  try {
    const isReady = waitForVectors(connection);
    connection.listen();
    const uri = pathToFileURL(root).href;
    await connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: uri,
      workspaceFolders: [{ uri, name: 'bench' }],
      capabilities: {},
      initializationOptions: { settings: {}, storageFolder },
    });
    await connection.sendNotification(InitializedNotification.type, {});
    await isReady;
    const search = (query: string, source = new CancellationTokenSource()) =>
      connection.sendRequest<SearchResponse>(searchRequest, { query, count: hitCount }, source.token);
    // The first ones load the vectors and fill caches.
    for (const query of queries.slice(0, 5)) await typeEachKey(query, search);
    const { tiers } = await search(queries[0]!);
    if (!tiers.includes('encoder')) throw new Error(`Only ${tiers.join(', ')} took part.`);

    const each: number[] = [];
    for (const query of queries) each.push(...(await typeEachKey(query, search)));
    const last: number[] = [];
    for (const query of queries) last.push(await typeHastily(query, search));
    return {
      'from a letter to its 50 results, ms (p50 / p95)': toPercentiles(each),
      [`the same for the last letter, typed one each ${hastyMs} ms, ms (p50 / p95)`]: toPercentiles(last),
    };
  } finally {
    connection.dispose();
    server.kill('SIGKILL');
  }
}

type Search = (query: string, source?: CancellationTokenSource) => Promise<SearchResponse>;

/** Each letter waits for the results of the one before. */
async function typeEachKey(query: string, search: Search): Promise<readonly number[]> {
  const times: number[] = [];
  for (let length = 1; length <= query.length; length++) {
    times.push(await timed(() => search(query.slice(0, length))));
  }
  return times;
}

/** As a client does it: what the next letter has overtaken is cancelled. Milliseconds that the last letter waits. */
async function typeHastily(query: string, search: Search): Promise<number> {
  const overtaken: Promise<unknown>[] = [];
  for (let length = 1; length < query.length; length++) {
    const source = new CancellationTokenSource();
    overtaken.push(search(query.slice(0, length), source).catch(() => undefined));
    await pause(hastyMs);
    source.cancel();
  }
  const lastMs = await timed(() => search(query));
  await Promise.all(overtaken);
  return lastMs;
}

function waitForVectors(connection: ProtocolConnection): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.onNotification(indexStatusNotification, ({ folders }: IndexStatusParams) => {
      const [status] = folders;
      if (status?.state === 'error') reject(new Error(status.message ?? 'the index reports an error'));
      if (status?.state === 'ready' && status.embedded >= passageCount) resolve();
    });
  });
}
