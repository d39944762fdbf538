// Prints how many megabytes of text per second the tokenisers read, ours beside @huggingface/tokenizers where that
// can be resolved (install it somewhere and pass the folder as the first argument). Runs alternate between the two,
// the best of the rounds counts. Time is processor time of this process, so that a busy machine disturbs less.
// Run: node test/bench/tokenizer.ts [FOLDER_WITH_NODE_MODULES]

import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadTokenizer } from '../../server/src/engine/tokens/loadTokenizer.ts';
import { filesOf, readOracle, readOracleJson, readStrings } from '../engine/tokens/oracle.ts';

type Encode = (text: string) => ArrayLike<number>;

const rounds = 15;
const ours = await loadTokenizer(filesOf({ 'tokenizer.json': readOracle('albert5/tokenizer.json.gz') }));
const theirs = await loadHuggingFace(process.argv[2]);

const nasty = readStrings();
const textSets: readonly (readonly [name: string, texts: readonly string[]])[] = [
  ['comments of this project', readProjectComments()],
  ['all test strings', nasty],
];

for (const [name, texts] of textSets) {
  const bytes = texts.reduce<number>((sum, text) => sum + new TextEncoder().encode(text).length, 0);
  console.log(`${name}: ${texts.length} texts, ${(bytes / 1e6).toFixed(2)} MB`);
  const oursEncode: Encode = (text) => ours.encode(text, { maxTokens: 1_000_000 }).ids;
  const best = timeAlternately(texts, theirs ? [oursEncode, theirs] : [oursEncode]);
  console.log(`  ours                    ${(bytes / 1e3 / best[0]!).toFixed(2)} MB/s`);
  if (!theirs) continue;
  const different = texts.filter(
    (text) => Array.from(oursEncode(text)).join() !== Array.from(theirs(text)).join(),
  ).length;
  console.log(
    `  @huggingface/tokenizers ${(bytes / 1e3 / best[1]!).toFixed(2)} MB/s, other ids on ${different} texts`,
  );
  console.log(`  ratio                   ${(best[1]! / best[0]!).toFixed(1)}`);
}

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

async function loadHuggingFace(folder: string | undefined): Promise<Encode | undefined> {
  try {
    const from = createRequire(pathToFileURL(resolve(folder ?? '.', 'package.json')));
    const module = await import(pathToFileURL(from.resolve('@huggingface/tokenizers')).href);
    const library = module.Tokenizer ? module : module.default;
    const tokenizer = new library.Tokenizer(readOracleJson('albert5/tokenizer.json.gz'), {});
    return (text) => tokenizer.encode(text).ids as number[];
  } catch (error) {
    console.log(`@huggingface/tokenizers is not compared: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}
