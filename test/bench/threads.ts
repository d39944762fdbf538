// Which layout of threads encodes most on this machine: one session with all threads, or one session with one thread
// in each of several workers. Prints texts/s of both and the ratio; rounds alternate.
//
//   node test/bench/threads.ts PLACE … [--model DIR] [--threads 2] [--texts 2000] [--rounds 5]

import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Contender, startContender } from './contenders/contender.ts';
import { readCorpus } from './corpus.ts';
import { median } from './median.ts';
import { report } from './report.ts';

const here = path.dirname(fileURLToPath(import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    model: { type: 'string', default: path.resolve(here, '../../models/marginalia-small') },
    threads: { type: 'string', default: '2' },
    texts: { type: 'string', default: '2000' },
    rounds: { type: 'string', default: '5' },
  },
});
const threads = Number(values.threads);
const rounds = Number(values.rounds);
const places = positionals.length > 0 ? positionals : [path.resolve(here, '../..')];
const texts = await readCorpus(places, Number(values.texts) * rounds);
const chunk = Math.floor(texts.length / rounds);
const start = (perSession: number) =>
  startContender('marginalia', process.execPath, [
    path.join(here, 'contenders/marginalia.ts'),
    values.model,
    String(perSession),
  ]);
const one = await start(threads);
const many = await Promise.all(Array.from({ length: threads }, () => start(1)));
try {
  const speeds: Record<'one' | 'many', number[]> = { one: [], many: [] };
  for (let round = -1; round < rounds; round++) {
    const part = texts.slice(Math.max(round, 0) * chunk, (Math.max(round, 0) + 1) * chunk);
    const marked = round < 0 ? part.slice(0, 200).map((text) => `${text} warm`) : part;
    for (const which of round % 2 === 0 ? (['one', 'many'] as const) : (['many', 'one'] as const)) {
      const elapsedMs = await encode(which === 'one' ? [one] : many, marked);
      if (round >= 0) speeds[which].push((1000 * marked.length) / elapsedMs);
    }
  }
  const ratio = median(speeds.many.map((speed, round) => speed / speeds.one[round]!));
  report({
    name: 'threads',
    columns: ['layout', 'texts/s'],
    rows: [
      [`one session, ${threads} threads`, Math.round(median(speeds.one))],
      [`${threads} workers, one thread each`, Math.round(median(speeds.many))],
      ['ratio', ratio.toFixed(2)],
    ],
    ratios: { 'threads: workers / one session': ratio },
  });
} finally {
  for (const contender of [one, ...many]) await contender.dispose();
}

/** Each worker gets every n-th text: the same lengths for all. */
async function encode(workers: readonly Contender[], part: readonly string[]): Promise<number> {
  const startedMs = performance.now();
  await Promise.all(
    workers.map((worker, which) =>
      worker.request({
        batchSize: 1e9,
        texts: part.filter((_, index) => index % workers.length === which),
      }),
    ),
  );
  return performance.now() - startedMs;
}
