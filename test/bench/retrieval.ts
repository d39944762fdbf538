// How good the ranking of search is: each tier alone, and fused as the product fuses them, on sets of queries whose
// passages are known. Prints nDCG@10, MRR@10 and recall@20 for each set.
//
//   node test/bench/retrieval.ts --python DIR [--docs FILE] [--questions FILE] [--model DIR] [--passages 3000]
//     [--queries 300] [--half reported|validation] [--cache DIR] [--export FILE] [--teacher FILE]
//
// DIR of --python is the folder of Python's standard library; the FILEs hold JSON lines, gzipped: {"path", "text"}
// and {"question", "context", …}. Every second query is for choosing how to rank (validation), the others are reported.
// --cache keeps vectors between runs. --export writes the sets and ends; models/recipe/rank_with_teacher.py ranks them,
// and --teacher reads what it wrote.

import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { neverCancelled } from '../../server/src/engine/cancellation.ts';
import { createEngine, type Engine } from '../../server/src/engine/engine.ts';
import { tokenLimits } from '../../server/src/engine/index/chooseTokens.ts';
import { firstSentence } from '../../server/src/engine/index/firstSentence.ts';
import { fuseRanks } from '../../server/src/engine/index/fuseRanks.ts';
import { hashText } from '../../server/src/engine/index/hashText.ts';
import { lexicalTokens } from '../../server/src/engine/index/lexicalTokens.ts';
import { toSearchTokens } from '../../server/src/engine/index/searchWords.ts';
import { dotProduct } from '../../server/src/engine/index/vectorTier.ts';
import { silentLogger } from '../../server/src/engine/log.ts';
import type { TextScore } from '../../server/src/engine/storage.ts';
import { createTables } from '../../server/src/io/index/sqliteSchema.ts';
import { createSqliteWords } from '../../server/src/io/index/sqliteWords.ts';
import { createNodeModelFiles } from '../../server/src/io/nodeModelFiles.ts';
import { loadSqliteDriver } from '../../server/src/io/sqliteDriver.ts';
import {
  makeDocstringSets,
  makeHeadingSet,
  makeQuestionSet,
  type RetrievalSet,
} from './retrieval/retrievalSets.ts';
import { createStaticVectors } from './retrieval/staticVectors.ts';

/** Both lists of one query, as the fusion gets them; ids are indexes of passages plus one. */
export interface RankedQuery {
  readonly query: string;
  readonly relevant: ReadonlySet<number>;
  readonly lexical: readonly TextScore[];
  readonly vector: readonly TextScore[];
}

const candidateCount = 100;

export async function rankSet(
  set: RetrievalSet,
  embed: (texts: readonly string[]) => Promise<readonly Float32Array[]>,
) {
  const database = loadSqliteDriver().open(':memory:');
  createTables(database);
  const words = createSqliteWords(database, tokenLimits);
  const insert = database.prepare("INSERT INTO texts (hash, body, names) VALUES (?, ?, '')");
  for (const [index, text] of set.passages.entries()) {
    insert.run(String(index), text);
    const lead = toSearchTokens(firstSentence(text));
    words.add(index + 1, { words: toSearchTokens(text), names: '', lead });
  }
  const vectors = await embed(set.passages);
  const queryVectors = await embed(set.queries.map(({ query }) => query));
  const rank = async (
    { query, relevant }: (typeof set.queries)[number],
    index: number,
  ): Promise<RankedQuery> => {
    const vector = queryVectors[index]!;
    const scores = vectors.map((one, passage) => ({ id: passage + 1, score: dotProduct(vector, one) }));
    return {
      query,
      relevant: new Set(relevant.map((one) => one + 1)),
      lexical: await words.search({
        tokens: lexicalTokens(query),
        count: candidateCount,
        filter: undefined,
      }),
      vector: scores.sort((left, right) => right.score - left.score).slice(0, candidateCount),
    };
  };
  return await Promise.all(set.queries.map(rank));
}

export interface RankingScores {
  readonly ndcg: number;
  readonly reciprocalRank: number;
  readonly recall: number;
}

type Order = (one: RankedQuery, index: number) => readonly { readonly id: number }[];

/** What one query gave, best first, and what it should give. */
export interface Ranking {
  readonly ids: readonly number[];
  readonly relevant: ReadonlySet<number>;
}

export function scoreRanking(rankings: readonly Ranking[]): RankingScores {
  let ndcg = 0;
  let reciprocalRank = 0;
  let recall = 0;
  for (const { ids, relevant } of rankings) {
    const hits = ids.map((id) => relevant.has(id));
    const gain = hits
      .slice(0, 10)
      .reduce((sum, isHit, rank) => sum + (isHit ? 1 / Math.log2(rank + 2) : 0), 0);
    const ideal = Array.from({ length: Math.min(10, relevant.size) }, (_, rank) => 1 / Math.log2(rank + 2));
    ndcg += gain / ideal.reduce((sum, value) => sum + value, 0);
    const first = hits.indexOf(true);
    if (first >= 0 && first < 10) reciprocalRank += 1 / (first + 1);
    recall += hits.slice(0, 20).filter(Boolean).length / relevant.size;
  }
  const count = rankings.length;
  return { ndcg: ndcg / count, reciprocalRank: reciprocalRank / count, recall: recall / count };
}

/** Vectors by text, read by the model once and kept in a file where a folder for it is given. */
export async function createCachedEmbedding(engine: Engine, cacheFolder: string | undefined) {
  const { fingerprint, tasks } = await engine.modelInfo();
  const [longest] = tasks.tasks.flatMap((task) => (task.kind === 'embedding' ? task.dimensions : []));
  if (longest === undefined) throw new Error('The model makes no embeddings.');
  const file = cacheFolder && path.join(cacheFolder, `vectors-${fingerprint.slice(0, 16)}.bin`);
  if (cacheFolder) mkdirSync(cacheFolder, { recursive: true });
  const known =
    file && existsSync(file) ? readRecords(readFileSync(file), longest) : new Map<string, Float32Array>();
  return async (texts: readonly string[], dimensions: number): Promise<readonly Float32Array[]> => {
    const missing = [...new Set(texts)].filter((text) => !known.has(hashText(text)));
    for (let start = 0; start < missing.length; start += 64) {
      const part = missing.slice(start, start + 64);
      const vectors = await engine.embed(
        part,
        { priority: 'background', dimensions: longest },
        neverCancelled,
      );
      for (const [index, text] of part.entries()) {
        known.set(hashText(text), vectors[index]!);
        if (file)
          appendFileSync(
            file,
            Buffer.concat([Buffer.from(hashText(text)), Buffer.from(vectors[index]!.buffer)]),
          );
      }
      process.stderr.write(`\r${start + part.length} of ${missing.length} texts`);
    }
    return texts.map((text) => shorten(known.get(hashText(text))!, dimensions));
  };
}

const keyLength = 32;

function readRecords(bytes: Buffer, dimensions: number): Map<string, Float32Array> {
  const found = new Map<string, Float32Array>();
  const size = keyLength + dimensions * 4;
  for (let at = 0; at + size <= bytes.length; at += size) {
    const numbers = Uint8Array.from(bytes.subarray(at + keyLength, at + size));
    found.set(bytes.toString('latin1', at, at + keyLength), new Float32Array(numbers.buffer));
  }
  return found;
}

/** A prefix, normalised again. */
function shorten(vector: Float32Array, dimensions: number): Float32Array {
  const prefix = vector.subarray(0, dimensions);
  const length = Math.sqrt(dotProduct(prefix, prefix)) || 1;
  return prefix.map((number) => number / length);
}

export async function makeSets(options: {
  readonly python: string | undefined;
  readonly docs: string | undefined;
  readonly questions: string | undefined;
  readonly passageCount: number;
  readonly queryCount: number;
}): Promise<readonly RetrievalSet[]> {
  const { python, docs, questions, passageCount, queryCount } = options;
  return [
    ...(python ? await makeDocstringSets({ pythonFolder: python, passageCount, queryCount }) : []),
    ...(docs ? [makeHeadingSet(docs, { passageCount, queryCount })] : []),
    ...(questions ? [makeQuestionSet(questions, queryCount)] : []),
  ];
}

/** Of each set, for each query, what the teacher finds nearest. */
function readTeacher(file: string): ReadonlyMap<string, readonly (readonly TextScore[])[]> {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return new Map(
    lines.map((line) => {
      const { name, rankings } = JSON.parse(line) as { name: string; rankings: [number, number][][] };
      return [name, rankings.map((one) => one.map(([index, score]) => ({ id: index + 1, score })))];
    }),
  );
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      python: { type: 'string' },
      docs: { type: 'string' },
      questions: { type: 'string' },
      model: { type: 'string' },
      passages: { type: 'string', default: '3000' },
      queries: { type: 'string', default: '300' },
      dimensions: { type: 'string', default: '384' },
      threads: { type: 'string', default: '2' },
      cache: { type: 'string' },
      half: { type: 'string', default: 'reported' },
      export: { type: 'string' },
      teacher: { type: 'string' },
    },
  });
  const shipped = fileURLToPath(new URL('../../models/marginalia-small', import.meta.url));
  const sets = await makeSets({
    ...{ python: values.python, docs: values.docs, questions: values.questions },
    passageCount: Number(values.passages),
    queryCount: Number(values.queries),
  });
  if (values.export) {
    writeFileSync(values.export, sets.map((set) => `${JSON.stringify(set)}\n`).join(''));
    return;
  }
  const teacher = values.teacher === undefined ? undefined : readTeacher(values.teacher);
  const engine = await createEngine({
    files: createNodeModelFiles(values.model ?? shipped),
    device: 'cpu',
    threads: Number(values.threads),
    logger: silentLogger,
    now: () => performance.now(),
  });
  const embedAt = await createCachedEmbedding(engine, values.cache);
  const makeStatic = await createStaticVectors(createNodeModelFiles(values.model ?? shipped));
  const embed = (texts: readonly string[]) => embedAt(texts, Number(values.dimensions));
  console.log(
    '| set | passages | queries | tier | nDCG@10 | MRR@10 | recall@20 |\n|---|---|---|---|---|---|---|',
  );
  for (const set of sets) {
    const ranked = await rankSet(set, embed);
    const staticOf = makeStatic(set.passages);
    const light = await rankSet(set, async (texts) => staticOf(texts));
    const tiers: [string, Order][] = [
      ['words (BM25)', (one) => one.lexical],
      ['static', (_, index) => light[index]!.vector],
      ['words + static', (_, index) => fuseRanks(light[index]!)],
      ['meaning (exact)', (one) => one.vector],
      ['fused', (one) => fuseRanks(one)],
    ];
    const taught = teacher?.get(set.name);
    if (taught) {
      tiers.push(['teacher', (_, index) => taught[index]!]);
      tiers.push(['words + teacher', (one, index) => fuseRanks({ ...one, vector: taught[index]! })]);
    }
    const isWanted = (index: number) => index % 2 === (values.half === 'validation' ? 0 : 1);
    for (const [name, order] of tiers) {
      const wanted = ranked.flatMap((one, index) =>
        isWanted(index) ? [{ relevant: one.relevant, ids: order(one, index).map(({ id }) => id) }] : [],
      );
      const { ndcg, reciprocalRank, recall } = scoreRanking(wanted);
      const cells = [
        set.name,
        set.passages.length,
        wanted.length,
        name,
        ...[ndcg, reciprocalRank, recall].map((one) => one.toFixed(3)),
      ];
      console.log(`| ${cells.join(' | ')} |`);
    }
  }
  await engine.dispose();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
