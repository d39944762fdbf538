// How fast texts become vectors, beside what a user would take instead: @huggingface/transformers on the same runtime
// and PyTorch. Every program runs in a process of its own with the same number of threads; in each round all of them
// read the same texts one after the other, in turning order. Medians over the rounds. No text comes twice, so no cache
// and no deduplication helps.
//
//   node test/bench/encoding.ts PLACE … [--model DIR] [--threads 2] [--texts 20000] [--rounds 10] [--python python3]
//     [--latency 200]
//
// PLACE: a source tree, or a file of JSON lines {"text"}. Without a python that has PyTorch its rows are left out.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { installLocked } from '../../scripts/setup.mjs';
import { loadTasks } from '../../server/src/engine/labels/loadTasks.ts';
import { parseAlbertConfig } from '../../server/src/engine/model/albertConfig.ts';
import { loadModel } from '../../server/src/engine/model/loadModel.ts';
import { loadTokenizer } from '../../server/src/engine/tokens/loadTokenizer.ts';
import { createNodeModelFiles } from '../../server/src/io/nodeModelFiles.ts';
import { type Contender, type EncodeRequest, startContender } from './contenders/contender.ts';
import { exportOnnx } from './contenders/exportOnnx.ts';
import { readCorpus } from './corpus.ts';
import { median } from './median.ts';
import { report } from './report.ts';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    model: { type: 'string', default: path.join(root, 'models/marginalia-small') },
    threads: { type: 'string', default: '2' },
    texts: { type: 'string', default: '20000' },
    rounds: { type: 'string', default: '10' },
    latency: { type: 'string', default: '200' },
    python: { type: 'string', default: 'python3' },
  },
});
const { threads } = values;
const rounds = Number(values.rounds);
const texts = await readCorpus(positionals.length > 0 ? positionals : [root], Number(values.texts));
const files = createNodeModelFiles(values.model);
const model = await loadModel(files, { threads: 1, maxSessions: 1 });
const { maxTokens, depths, tasks } = await loadTasks(files, model);
const size = tasks.find((task) => task.kind === 'embedding')?.dimensions[0] ?? 0;
const config = parseAlbertConfig((await files.read('config.json'))!);
const tokenizer = await loadTokenizer(files);
const lengths = texts.map((text) => tokenizer.encode(text, { maxTokens }).ids.length);
await model.dispose();

/** One row of the tables: who, how, and the request that asks for it. */
interface Way {
  readonly name: string;
  readonly contender: Contender;
  readonly request: Omit<EncodeRequest, 'texts'>;
}

/** Milliseconds; our second lane stays open for ten seconds without work. */
const untilLanesClose = 12_000;

const folder = mkdtempSync(path.join(tmpdir(), 'marginalia-peers-'));
const contenders: Contender[] = [];
try {
  const ways = await startAll();
  await measureThroughput(ways);
  await measureLatency(ways);
} finally {
  for (const contender of contenders) await contender.dispose();
  rmSync(folder, { recursive: true, force: true });
}

async function startAll(): Promise<readonly Way[]> {
  await installLocked(path.join(here, 'peers'), 'Installing what the benchmarks compare with …');
  exportOnnx(values.model, path.join(folder, 'peer'), maxTokens);
  const inContenders = (name: string) => path.join(here, 'contenders', name);
  const start = async (name: string, command: string, args: readonly string[]) => {
    const contender = await startContender(name, command, args);
    contenders.push(contender);
    return contender;
  };
  const node = process.execPath;
  const startOurs = () => start('marginalia', node, [inContenders('marginalia.ts'), values.model, threads]);
  const ours = await startOurs();
  // A process of its own: what the other one has read exactly must not answer here.
  const bulk = await startOurs();
  const theirs = await start('transformers.js', node, [
    inContenders('transformersJs.ts'),
    folder,
    'peer',
    threads,
  ]);
  const hasTorch = spawnSync(values.python, ['-c', 'import torch, transformers']).status === 0;
  const torch =
    hasTorch &&
    (await start('pytorch', values.python, [
      inContenders('pytorch.py'),
      values.model,
      threads,
      String(maxTokens),
    ]));
  const all = 1e9;
  return [
    ...depths.toReversed().map((depth) => ({
      name: `Marginalia, depth ${depth}`,
      contender: ours,
      request: { batchSize: all, depth },
    })),
    {
      name: 'Marginalia in the background',
      contender: bulk,
      request: { batchSize: all, approximate: true },
    },
    ...[1, 8, 32].map((batchSize) => ({
      name: `transformers.js, batches of ${batchSize}`,
      contender: theirs,
      request: { batchSize },
    })),
    ...(torch
      ? [1, 8, 32].map((batchSize) => ({
          name: `PyTorch, batches of ${batchSize}`,
          contender: torch,
          request: { batchSize },
        }))
      : []),
  ];
}

async function measureThroughput(ways: readonly Way[]): Promise<void> {
  const peak = await startContender('gemmPeak', process.execPath, [
    path.join(here, 'contenders/gemmPeak.ts'),
    threads,
  ]);
  contenders.push(peak);
  const chunk = Math.floor(texts.length / rounds);
  const speeds = ways.map((): number[] => []);
  const peaks: number[] = [];
  const shares: number[] = [];
  // Enough for the check of precision to be made and the second lane to open before the clock runs.
  for (const { contender, request } of ways)
    await contender.request({ ...request, texts: warmUp(request.batchSize > 1000 ? 600 : 64, -1) });
  for (let round = 0; round < rounds; round++) {
    const part = texts.slice(round * chunk, (round + 1) * chunk);
    const { gflops } = await peak.request<{ gflops: number }>({});
    peaks.push(gflops);
    for (let turn = 0; turn < ways.length; turn++) {
      const which = (turn + round) % ways.length;
      const { contender, request } = ways[which]!;
      // While the others had their turn our second lane closed; the sessions of the others stay.
      if (request.batchSize > 1000) await contender.request({ ...request, texts: warmUp(600, round) });
      const { elapsedMs } = await contender.request({ ...request, texts: part });
      speeds[which]!.push((1000 * part.length) / elapsedMs);
      if (which === 0) {
        const flops = flopsOf(lengths.slice(round * chunk, (round + 1) * chunk));
        shares.push(flops / elapsedMs / 1e6 / gflops);
      }
    }
    console.error(
      `round ${round + 1} of ${rounds}: ${ways.map(({ name }, way) => `${name} ${speeds[way]!.at(-1)!.toFixed(0)}`).join(', ')}`,
    );
  }
  const cosines = await compareVectors(ways);
  const tokensPerText = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
  const best = bestOf(ways, speeds, 'transformers.js');
  report({
    name: 'throughput',
    columns: ['', 'texts/s', 'real tokens/s', 'against the best of transformers.js', 'smallest cosine'],
    rows: ways.map(({ name }, way) => {
      const speed = median(speeds[way]!);
      const cells = [Math.round(speed), Math.round(speed * tokensPerText)];
      return [name, ...cells, ratio(speeds[way]!, speeds[best]!).toFixed(2), cosines[way] ?? '–'];
    }),
    ratios: {
      'throughput: full depth / best of transformers.js': ratio(speeds[0]!, speeds[best]!),
      'throughput: full depth / transformers.js in batches of 32': ratio(
        speeds[0]!,
        speeds[ways.findIndex(({ name }) => name === 'transformers.js, batches of 32')]!,
      ),
      'throughput: background / best of transformers.js': ratio(
        speeds[ways.findIndex(({ name }) => name.endsWith('background'))]!,
        speeds[best]!,
      ),
      ...(ways.some(({ contender }) => contender.name === 'pytorch') && {
        'throughput: full depth / best of PyTorch': ratio(
          speeds[0]!,
          speeds[bestOf(ways, speeds, 'pytorch')]!,
        ),
      }),
      'throughput: share of the GEMM peak': median(shares),
    },
  });
  report({
    name: 'throughput-frame',
    columns: ['', ''],
    rows: [
      ['different texts', texts.length],
      ['tokens per text', tokensPerText.toFixed(1)],
      ['threads', threads],
      ['GEMM peak, GFLOP/s', Math.round(median(peaks))],
      ['share of it at full depth, real tokens only', `${(100 * median(shares)).toFixed(0)} %`],
    ],
    ratios: {},
  });
}

/** Texts that nobody has read before. */
function warmUp(count: number, turn: number): string[] {
  return Array.from({ length: count }, (_, at) => `${texts[at % texts.length]} warm ${turn} ${at}`);
}

/**
 * The smallest cosine of 200 vectors with those of transformers.js one by one, which pads nothing. Of texts that need
 * no cutting: it cuts the final [SEP] off with the rest, PyTorch and we keep it.
 */
async function compareVectors(ways: readonly Way[]): Promise<readonly (string | undefined)[]> {
  const sample = texts.filter((_, index) => lengths[index]! < maxTokens).slice(0, 200);
  const vectorsOf = async ({ contender, request }: Way) => {
    const { vectors } = await contender.request({ ...request, texts: sample, wantsVectors: true });
    const bytes = Buffer.from(vectors!, 'base64');
    return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  };
  const reference = await vectorsOf(ways.find(({ name }) => name === 'transformers.js, batches of 1')!);
  const cosines: string[] = [];
  for (const way of ways) {
    const vectors = await vectorsOf(way);
    let smallest = 1;
    for (let text = 0; text < sample.length; text++) {
      let dot = 0;
      for (let at = text * size; at < (text + 1) * size; at++) dot += vectors[at]! * reference[at]!;
      smallest = Math.min(smallest, dot);
    }
    cosines.push(smallest.toFixed(6));
  }
  return cosines;
}

async function measureLatency(ways: readonly Way[]): Promise<void> {
  // A text that is asked for while much is read has half of the processors; this one is asked for when all is quiet.
  await setTimeout(untilLanesClose);
  // About 32 tokens, special ones included: what a comment of two lines has.
  const candidates = texts.filter((_, index) => Math.abs(lengths[index]! - 32) <= 3);
  const sample = candidates.slice(0, Number(values.latency));
  const asked = ways.filter(({ request }) => request.batchSize === 1 || request.batchSize > 1000);
  const times = asked.map((): number[] => []);
  const parts = 5;
  const step = Math.ceil(sample.length / parts);
  for (let part = 0; part < parts; part++) {
    // Our engine answers a text that it has read before from its cache.
    for (const [way, { contender, request }] of asked.entries()) {
      const part1 = sample.slice(part * step, (part + 1) * step).map((text) => `${text} ${way}`);
      const answer = await contender.request({ ...request, texts: part1, oneByOne: true });
      times[way]!.push(...answer.timesMs!);
    }
  }
  const theirs = asked.findIndex(({ contender }) => contender.name === 'transformers.js');
  const percentile = (list: readonly number[], share: number) =>
    list.toSorted((a, b) => a - b)[Math.min(list.length - 1, Math.floor(share * list.length))]!;
  report({
    name: 'latency',
    columns: ['one text of about 32 tokens', 'median ms', 'p95 ms', 'against transformers.js'],
    rows: asked.map(({ name }, way) => [
      name,
      median(times[way]!).toFixed(2),
      percentile(times[way]!, 0.95).toFixed(2),
      (median(times[way]!) / median(times[theirs]!)).toFixed(2),
    ]),
    ratios: {
      'latency: transformers.js / full depth': median(times[theirs]!) / median(times[0]!),
      'latency: transformers.js / background': median(times[theirs]!) / median(times[depths.length]!),
    },
  });
}

/** Products of the encoder for texts of these lengths, each addition and multiplication counted. */
function flopsOf(tokenCounts: readonly number[]): number {
  const { embeddingSize, hiddenSize, intermediateSize, numHiddenLayers, innerGroupNum } = config;
  const perToken = 2 * (4 * hiddenSize * hiddenSize + 2 * hiddenSize * intermediateSize);
  return tokenCounts.reduce((sum, count) => {
    const layer = count * perToken + 4 * count * count * hiddenSize;
    return sum + 2 * count * embeddingSize * hiddenSize + numHiddenLayers * innerGroupNum * layer;
  }, 0);
}

function bestOf(ways: readonly Way[], speeds: readonly (readonly number[])[], contender: string): number {
  const own = ways.flatMap((way, index) => (way.contender.name === contender ? [index] : []));
  return own.reduce((best, index) => (median(speeds[index]!) > median(speeds[best]!) ? index : best));
}

/** The median over the rounds: both read the same texts in each. */
function ratio(ours: readonly number[], theirs: readonly number[]): number {
  return median(ours.map((speed, round) => speed / theirs[round]!));
}
