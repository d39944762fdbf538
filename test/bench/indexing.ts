// What a user feels while a large index is being made: how long a hover waits, and whether memory grows. The engine
// reads passages as the index hands them over, 256 at a time in the background; meanwhile one text after the other is
// asked for as a hover does, each never seen before.
//
//   node test/bench/indexing.ts PLACE … [--model DIR] [--threads 2] [--passages 100000] [--hovers 300]

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { neverCancelled } from '../../server/src/engine/cancellation.ts';
import { createIndexModel } from '../../server/src/engine/createIndexModel.ts';
import { silentLogger } from '../../server/src/engine/log.ts';
import { createEngineClient } from '../../server/src/host/engineClient.ts';
import { createNodeModelFiles } from '../../server/src/io/nodeModelFiles.ts';
import { readCorpus } from './corpus.ts';
import { report } from './report.ts';

const root = path.resolve(fileURLToPath(new URL('../..', import.meta.url)));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    model: { type: 'string', default: path.join(root, 'models/marginalia-small') },
    threads: { type: 'string', default: '2' },
    passages: { type: 'string', default: '100000' },
    hovers: { type: 'string', default: '300' },
  },
});
const passageCount = Number(values.passages);
const texts = await readCorpus(positionals.length > 0 ? positionals : [root], passageCount);
const engine = createEngineClient({
  workerUrl: new URL('../../server/src/host/engineWorker.ts', import.meta.url),
  files: createNodeModelFiles(values.model),
  device: 'cpu',
  threads: Number(values.threads),
  logger: silentLogger,
});
const model = createIndexModel(async () => engine);
await engine.modelInfo();

const resident: { readonly passages: number; readonly megabytes: number }[] = [];
const hoverMs: number[] = [];
let isDone = false;
const startedMs = performance.now();
await Promise.all([indexAll(), hoverAgainAndAgain()]);
const elapsedMs = performance.now() - startedMs;
await engine.dispose();

hoverMs.sort((a, b) => a - b);
const at = (share: number) => hoverMs[Math.min(hoverMs.length - 1, Math.floor(share * hoverMs.length))] ?? 0;
// The first tenth fills caches and heaps.
const warm = resident[Math.floor(resident.length / 10)]!.megabytes;
report({
  name: 'indexing',
  columns: ['', ''],
  rows: [
    ['passages read in the background', passageCount],
    ['passages/s, hovers between them', Math.round((1000 * passageCount) / elapsedMs)],
    [`hover meanwhile, median of ${hoverMs.length}`, `${at(0.5).toFixed(1)} ms`],
    ['hover meanwhile, p95', `${at(0.95).toFixed(1)} ms`],
    ['resident memory after a tenth', `${warm.toFixed(0)} MB`],
    ['resident memory at the end', `${resident.at(-1)!.megabytes.toFixed(0)} MB`],
    ['greatest resident memory', `${Math.max(...resident.map(({ megabytes }) => megabytes)).toFixed(0)} MB`],
  ],
  ratios: { 'memory: after a tenth / at the end of indexing': warm / resident.at(-1)!.megabytes },
});

async function indexAll(): Promise<void> {
  for (let start = 0; start < passageCount; start += 256) {
    const part = Array.from(
      { length: Math.min(256, passageCount - start) },
      // A corpus that is too small comes again with another number at the end: no cache helps.
      (_, offset) => {
        const turn = Math.floor((start + offset) / texts.length);
        const text = texts[(start + offset) % texts.length]!;
        return turn === 0 ? text : `${turn} ${text}`;
      },
    );
    await model.read(part, neverCancelled);
    resident.push({ passages: start + part.length, megabytes: residentMegabytes() });
  }
  isDone = true;
}

async function hoverAgainAndAgain(): Promise<void> {
  for (let hover = 0; !isDone && hover < Number(values.hovers); hover++) {
    const text = `hover ${hover}: ${texts[(hover * 31) % texts.length]}`;
    const calledMs = performance.now();
    await engine.embed([text], { priority: 'interactive' }, neverCancelled);
    hoverMs.push(performance.now() - calledMs);
    await pause(30);
  }
}

function residentMegabytes(): number {
  try {
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1000;
  } catch {
    return process.memoryUsage().rss / 1e6;
  }
}
