// What the second lane brings: the same texts read by one session with all threads, and by two sessions with half of
// them each, in two threads, as the product reads much work. Both exactly and as an index is read; rounds alternate.
//
//   node test/bench/threads.ts PLACE … [--model DIR] [--threads 2] [--texts 1000] [--rounds 5]

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
    texts: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '5' },
  },
});
const rounds = Number(values.rounds);
const places = positionals.length > 0 ? positionals : [path.resolve(here, '../..')];
const texts = await readCorpus(places, Number(values.texts) * rounds);
const chunk = Math.floor(texts.length / rounds);
const start = (layout: 'one' | 'two') =>
  startContender('marginalia', process.execPath, [
    path.join(here, 'contenders/marginalia.ts'),
    values.model,
    values.threads,
    layout,
  ]);
const layouts = [await start('one'), await start('two')] as const;
const precisions = [
  { name: 'exactly', approximate: false },
  { name: 'in the background', approximate: true },
];
try {
  const rows: (string | number)[][] = [];
  const ratios: Record<string, number> = {};
  for (const { name, approximate } of precisions) {
    const speeds: readonly [number[], number[]] = [[], []];
    // Enough for the second lane to open and for the check of precision to be made.
    const warm = Array.from({ length: 1000 }, (_, at) => `${texts[at % texts.length]} warm ${at}`);
    for (const layout of layouts) await encode(layout, warm, approximate);
    for (let round = 0; round < rounds; round++) {
      const part = texts.slice(round * chunk, (round + 1) * chunk);
      for (const which of round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const))
        speeds[which].push((1000 * part.length) / (await encode(layouts[which], part, approximate)));
    }
    const ratio = median(speeds[1].map((speed, round) => speed / speeds[0][round]!));
    rows.push([name, ...speeds.map((list) => Math.round(median(list))), ratio.toFixed(2)]);
    ratios[`threads: two lanes / one session, ${name}`] = ratio;
  }
  report({
    name: 'threads',
    columns: ['texts/s', `one session, ${values.threads} threads`, 'two lanes', 'ratio'],
    rows,
    ratios,
  });
} finally {
  for (const contender of layouts) await contender.dispose();
}

async function encode(contender: Contender, part: readonly string[], approximate: boolean): Promise<number> {
  return (await contender.request({ batchSize: 1e9, texts: part, approximate })).elapsedMs;
}
