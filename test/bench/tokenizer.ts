// How many megabytes of text per second the tokenisers read, ours beside @huggingface/tokenizers. Rounds alternate
// between the two, the best counts. Time is processor time of this process, so that a busy machine disturbs less.
// Run: node test/bench/tokenizer.ts

import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { installLocked } from '../../scripts/setup.mjs';
import { loadTokenizer } from '../../server/src/engine/tokens/loadTokenizer.ts';
import { filesOf, readOracle, readOracleJson, readStrings } from '../engine/tokens/oracle.ts';

import { report } from './report.ts';

type Encode = (text: string) => ArrayLike<number>;

const rounds = 15;
const ours = await loadTokenizer(filesOf({ 'tokenizer.json': readOracle('albert5/tokenizer.json.gz') }));
const peers = fileURLToPath(new URL('peers/', import.meta.url));
await installLocked(peers, 'Installing what the benchmarks compare with …');
const theirs = await loadHuggingFace();

const textSets: readonly (readonly [name: string, texts: readonly string[]])[] = [
  ['comments of this project', readProjectComments()],
  ['strings that try every rule', readStrings()],
];
const rows: (readonly (string | number)[])[] = [];
const ratios: Record<string, number> = {};
for (const [name, texts] of textSets) {
  const bytes = texts.reduce<number>((sum, text) => sum + new TextEncoder().encode(text).length, 0);
  const oursEncode: Encode = (text) => ours.encode(text, { maxTokens: 1_000_000 }).ids;
  const best = timeAlternately(texts, theirs ? [oursEncode, theirs] : [oursEncode]);
  const speeds = best.map((ms) => bytes / 1e3 / ms);
  const different =
    theirs &&
    texts.filter((text) => Array.from(oursEncode(text)).join() !== Array.from(theirs(text)).join()).length;
  rows.push([
    name,
    texts.length,
    speeds[0]!.toFixed(1),
    speeds[1]?.toFixed(1) ?? '–',
    speeds[1] ? (speeds[0]! / speeds[1]).toFixed(1) : '–',
    different ?? '–',
  ]);
  if (speeds[1]) ratios[`tokenizer: ${name}`] = speeds[0]! / speeds[1];
}
report({
  name: 'tokenizer',
  columns: ['texts', 'count', 'ours, MB/s', '@huggingface/tokenizers, MB/s', 'ratio', 'texts with other ids'],
  rows,
  ratios,
});

/** Each line comment of our own sources: real text in which words come back. */
function readProjectComments(): string[] {
  const root = new URL('../../server/src/', import.meta.url);
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  return files.flatMap((name) => {
    const lines = readFileSync(new URL(name, root), 'utf8').split('\n');
    return lines
      .map((line) => line.trim())
      .filter((line) => /^(\/\/|\*|\/\*)/u.test(line) && line.length > 20);
  });
}

/** Best milliseconds over all texts for each encoder. */
function timeAlternately(texts: readonly string[], encoders: readonly Encode[]): number[] {
  const best = encoders.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < rounds; round++) {
    encoders.forEach((encode, index) => {
      const start = process.cpuUsage().user;
      for (const text of texts) encode(text);
      best[index] = Math.min(best[index]!, (process.cpuUsage().user - start) / 1000);
    });
  }
  return best;
}

async function loadHuggingFace(): Promise<Encode | undefined> {
  try {
    const from = createRequire(path.join(peers, 'package.json'));
    const module = await import(pathToFileURL(from.resolve('@huggingface/tokenizers')).href);
    const library = module.Tokenizer ? module : module.default;
    const tokenizer = new library.Tokenizer(readOracleJson('albert5/tokenizer.json.gz'), {});
    return (text) => tokenizer.encode(text).ids as number[];
  } catch (error) {
    console.log(`@huggingface/tokenizers is not compared: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}
