// How fast a step of training is beside PyTorch with Hugging Face transformers: the same model, batches, threads and
// optimizer, each in a process of its own, in turning order. Medians over the rounds; the losses have to agree, or the
// two would not do the same work. Then the real command: 1,000 passages, three epochs, everything on.
//
//   node test/bench/training.ts [PLACE …] [--model DIR] [--threads 2] [--batch 16] [--tokens 64] [--steps 10]
//     [--rounds 7] [--python python3] [--passages 1000]
//
// PLACE: a source tree for the passages of the last table. Without a python that has PyTorch its rows are left out;
// `--passages 0` leaves out the last table.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createRandom } from '../../server/src/engine/training/random.ts';
import { type Contender, startContender } from './contenders/contender.ts';
import { readCorpus } from './corpus.ts';
import { median } from './median.ts';
import { report } from './report.ts';

export interface TrainRequest {
  readonly batches: readonly TrainBatch[];
  readonly learningRate: number;
}

interface TrainBatch {
  /** Token ids, all rows of the same length. */
  readonly ids: readonly (readonly number[])[];
  readonly labels: readonly number[];
}

export interface TrainAnswer {
  readonly elapsedMs: number;
  readonly losses: readonly number[];
  /** The greatest resident memory of the process so far. */
  readonly peakMB: number;
}

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../..');

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      model: { type: 'string', default: path.join(root, 'models/marginalia-small') },
      threads: { type: 'string', default: '2' },
      batch: { type: 'string', default: '16' },
      tokens: { type: 'string', default: '64' },
      steps: { type: 'string', default: '10' },
      rounds: { type: 'string', default: '7' },
      passages: { type: 'string', default: '1000' },
      python: { type: 'string', default: 'python3' },
    },
  });
  const shape = {
    batch: Number(values.batch),
    tokens: Number(values.tokens),
    steps: Number(values.steps),
    rounds: Number(values.rounds),
  };
  await compareSteps(await startAll(values), { ...values, ...shape });
  const passages = Number(values.passages);
  if (passages > 0) await timeCommand(positionals.length > 0 ? positionals : [root], passages, values);
}

async function startAll(values: {
  readonly model: string;
  readonly threads: string;
  readonly python: string;
}): Promise<readonly Contender[]> {
  const ours = [path.join(here, 'contenders/trainMarginalia.ts'), values.model, values.threads];
  const theirs = [path.join(here, 'contenders/train_pytorch.py'), values.model, values.threads];
  const hasTorch = spawnSync(values.python, ['-c', 'import torch, transformers']).status === 0;
  return [
    await startContender('Marginalia', process.execPath, ours),
    await startContender('Marginalia, layers computed twice', process.execPath, [...ours, 'recompute']),
    ...(hasTorch ? [await startContender('PyTorch', values.python, theirs)] : []),
  ];
}

async function compareSteps(
  contenders: readonly Contender[],
  shape: {
    readonly model: string;
    readonly threads: string;
    readonly batch: number;
    readonly tokens: number;
    readonly steps: number;
    readonly rounds: number;
  },
): Promise<void> {
  const { vocab_size: vocabSize } = JSON.parse(readFileSync(path.join(shape.model, 'config.json'), 'utf8'));
  const speeds = contenders.map((): number[] => []);
  const peaks = contenders.map(() => 0);
  try {
    for (let round = 0; round <= shape.rounds; round++) {
      const request: TrainRequest = {
        learningRate: 1e-4,
        batches: Array.from({ length: round === 0 ? 2 : shape.steps }, (_, step) =>
          createBatch({ ...shape, vocabSize }, `${round}/${step}`),
        ),
      };
      const answers: TrainAnswer[] = [];
      for (let turn = 0; turn < contenders.length; turn++) {
        const which = (turn + round) % contenders.length;
        answers[which] = await contenders[which]!.request<TrainAnswer>(request);
      }
      checkLosses(contenders, answers);
      answers.forEach(({ elapsedMs, peakMB }, which) => {
        // Round 0 warms up: memory is taken, kernels are chosen.
        if (round > 0) {
          speeds[which]!.push((1000 * shape.steps * shape.batch * shape.tokens) / elapsedMs);
        }
        peaks[which] = peakMB;
      });
    }
  } finally {
    for (const contender of contenders) await contender.dispose();
  }
  const peer = contenders.findIndex(({ name }) => name === 'PyTorch');
  const ratio = (which: number) =>
    median(speeds[which]!.map((speed, round) => speed / speeds[peer < 0 ? 0 : peer]![round]!));
  report({
    name: 'training',
    columns: [
      `steps of ${shape.batch} × ${shape.tokens} tokens, ${shape.threads} threads`,
      'tokens/s',
      peer < 0 ? 'against the first' : 'against PyTorch',
      'greatest memory, MB',
    ],
    rows: contenders.map(({ name }, which) => [
      name,
      Math.round(median(speeds[which]!)),
      ratio(which).toFixed(2),
      Math.round(peaks[which]!),
    ]),
    ratios:
      peer < 0
        ? {}
        : {
            'training: tokens/s against PyTorch': ratio(0),
            'training: memory of PyTorch against ours': peaks[peer]! / peaks[0]!,
          },
  });
}

function createBatch(
  sizes: { readonly batch: number; readonly tokens: number; readonly vocabSize: number },
  purpose: string,
): TrainBatch {
  const random = createRandom(7, 'batch', purpose);
  const draw = (from: number, to: number) => from + Math.floor(random.uniform() * (to - from));
  return {
    ids: Array.from({ length: sizes.batch }, () => [
      2,
      ...Array.from({ length: sizes.tokens - 2 }, () => draw(5, sizes.vocabSize)),
      3,
    ]),
    labels: Array.from({ length: sizes.batch }, () => draw(0, 8)),
  };
}

/** Rounding apart, all of them have learned the same so far. */
function checkLosses(contenders: readonly Contender[], answers: readonly TrainAnswer[]): void {
  const [first, ...others] = answers;
  for (const [index, other] of others.entries()) {
    other.losses.forEach((loss, step) => {
      if (Math.abs(loss - first!.losses[step]!) > 0.02 * Math.max(1, loss)) {
        throw new Error(
          `Step ${step}: the loss of ${contenders[index + 1]!.name} is ${loss}, that of ${contenders[0]!.name} ${first!.losses[step]}.`,
        );
      }
    });
  }
}

/** `finetune` as a person types it, on comments with one of eight labels drawn by chance: time, not quality. */
async function timeCommand(
  places: readonly string[],
  passageCount: number,
  { model, threads }: { readonly model: string; readonly threads: string },
): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'marginalia-training-'));
  try {
    const texts = await readCorpus(places, passageCount);
    const random = createRandom(3, 'labels');
    const rows = texts.map((text) => ({ text, label: `label${Math.floor(random.uniform() * 8)}` }));
    const trainFile = path.join(folder, 'train.jsonl');
    writeFileSync(trainFile, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    const ways = [
      ['everything learns, old tasks are kept', []],
      ['everything learns, old tasks are let go', ['--forget']],
      ['the head alone', ['--freeze', 'encoder']],
      ['adapters of rank 8', ['--lora', '8']],
    ] as const;
    const seconds = ways.map(([, flags], way) => {
      const args = ['--train', trainFile, '--task', 'things', '--epochs', '3', '--model', model];
      const output = ['--threads', threads, '--output', path.join(folder, `model${way}`)];
      const run = spawnSync(
        process.execPath,
        [path.join(root, 'server/src/cli.ts'), 'finetune', ...args, ...output, ...flags],
        { encoding: 'utf8' },
      );
      if (run.status !== 0) throw new Error(run.stderr);
      return (JSON.parse(run.stdout) as { seconds: number }).seconds;
    });
    report({
      name: 'finetune',
      columns: [`${texts.length} passages, 3 epochs, ${threads} threads, one run each`, 'seconds'],
      rows: ways.map(([name], way) => [name, seconds[way]!]),
      ratios: {},
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
