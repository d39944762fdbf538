// What each depth costs and what it is worth: labelled texts that the model was not trained on, read at every depth it
// offers, exactly, as an index is read, and with as many layers as each text needs. One way after the other, each with an
// engine of its own in its worker, as the product reads much: one for all would make sessions and lanes again at each
// turn. Medians of the rounds.
//
//   node test/bench/depths.ts FILE --task NAME [--model DIR] [--threads 2] [--rounds 3] [--rows 2000]
//
// FILE: JSON lines {"text", "label"} or {"text", "labels"}. `auto` stands twice: for this task alone, and for all tasks at
// once, as a scan asks, which a text leaves when the last of them is sure. On stderr: other ways to leave early, their
// accuracy measured and their layers counted: other leads, and patience (PABEE), the first two exits that agree.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { neverCancelled } from '../../server/src/engine/cancellation.ts';
import type { WorkOptions } from '../../server/src/engine/engine.ts';
import { leadOf, sureLead } from '../../server/src/engine/labels/sureness.ts';
import { isClassification, type LabelScores } from '../../server/src/engine/labels/task.ts';
import { silentLogger } from '../../server/src/engine/log.ts';
import type { Passage } from '../../server/src/engine/passages/passage.ts';
import { computeMetrics } from '../../server/src/engine/training/metrics.ts';
import { createEngineClient } from '../../server/src/host/engineClient.ts';
import { createNodeModelFiles } from '../../server/src/io/nodeModelFiles.ts';
import { median } from './median.ts';
import { report } from './report.ts';

const root = path.resolve(fileURLToPath(new URL('../..', import.meta.url)));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    task: { type: 'string' },
    model: { type: 'string', default: path.join(root, 'models/marginalia-small') },
    threads: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '3' },
    rows: { type: 'string', default: '2000' },
  },
});
const [file] = positionals;
if (file === undefined || values.task === undefined) {
  console.error('Usage: node test/bench/depths.ts FILE --task NAME');
  process.exit(2);
}
if (!existsSync(file)) {
  console.error(
    `There is no file ${file}. It holds lines {"text", "label"} that the model was not trained on.`,
  );
  process.exit(2);
}
const taskName = values.task;
const rows = readFileSync(file, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .slice(0, Number(values.rows))
  .map((line) => {
    const { text, label, labels } = JSON.parse(line) as { text: string; label?: string; labels?: string[] };
    return { text, labels: labels ?? [label ?? ''] };
  });
const openEngine = () =>
  createEngineClient({
    files: createNodeModelFiles(values.model),
    device: 'cpu',
    threads: Number(values.threads),
    logger: silentLogger,
    workerUrl: new URL('../../server/src/host/engineWorker.ts', import.meta.url),
  });
const engine = openEngine();
const { depths, tasks } = (await engine.modelInfo()).tasks;
const task = tasks.filter(isClassification).find(({ name }) => name === taskName);
if (!task) {
  const known = tasks.filter(isClassification).map(({ name }) => name);
  console.error(`The model has no task ${taskName}; choose from ${known.join(', ')}.`);
  process.exit(2);
}
const { precision } = await engine.checkPrecision();
await engine.dispose();
const names = task.labels.map(({ name }) => name);
const deepest = depths.at(-1)!;

interface Reading {
  readonly scores: readonly LabelScores[];
  readonly timesMs: number[];
}

interface Way {
  readonly name: string;
  readonly work: Omit<WorkOptions, 'priority'>;
  /** All tasks are asked, and this one's answer is judged. */
  readonly asksAll?: boolean;
}

const ways: readonly Way[] = [
  ...depths.flatMap((depth): Way[] => [
    { name: `${depth}`, work: { depth } },
    ...(precision === 'float32'
      ? []
      : [{ name: `${depth}, ${precision}`, work: { depth, approximate: true } }]),
  ]),
  { name: 'auto', work: { depth: 'auto' } },
  { name: `${deepest}, all tasks`, work: { depth: deepest }, asksAll: true },
  { name: 'auto, all tasks', work: { depth: 'auto' }, asksAll: true },
];
const readings: Reading[] = [];
for (const way of ways) readings.push(await readWith(way));

const table = ways.map(({ name }, way) => {
  const { scores, timesMs } = readings[way]!;
  return {
    name,
    ...judge(scores),
    textsPerSecond: (1000 * rows.length) / median(timesMs),
  };
});
report({
  name: 'depths',
  columns: ['depth', 'macro F1', 'micro F1', 'accuracy', 'texts/s', 'times the full depth'],
  rows: table.map((row) => [
    row.name,
    row.macro.toFixed(3),
    row.micro.toFixed(3),
    row.accuracy.toFixed(3),
    Math.round(row.textsPerSecond),
    (row.textsPerSecond / table.find(({ name }) => name === String(deepest))!.textsPerSecond).toFixed(2),
  ]),
  ratios: {},
});

const exits = depths.map((depth) => ({
  depth,
  scores: readings[ways.findIndex(({ name }) => name === `${depth}`)]!.scores,
}));
const full = exits.at(-1)!;
const isSame = (a: LabelScores, b: LabelScores) => a.predicted.join() === b.predicted.join();
for (const lead of [0.2, 0.3, sureLead, 0.4, 0.5]) {
  leaveEarly(`lead ${lead}`, (row, at) => leadOf(task, exits[at]!.scores[row]!.probabilities) >= lead);
}
leaveEarly('patience', (row, at) => at > 0 && isSame(exits[at]!.scores[row]!, exits[at - 1]!.scores[row]!));

function leaveEarly(name: string, leaves: (row: number, exit: number) => boolean): void {
  const left = rows.map((_, row) => exits.find((exit, at) => exit === full || leaves(row, at))!);
  const scores = left.map((exit, row) => exit.scores[row]!);
  const layers = left.reduce((sum, { depth }) => sum + depth, 0) / rows.length;
  const same = scores.filter((one, row) => isSame(one, full.scores[row]!)).length / rows.length;
  const { macro, accuracy } = judge(scores);
  console.error(
    `${name}, exits ${depths.join(', ')}: ${layers.toFixed(2)} layers, macro F1 ${macro.toFixed(3)}, accuracy ${accuracy.toFixed(3)}, ${(100 * same).toFixed(1)} % labelled as at depth ${full.depth}`,
  );
}

function judge(scores: readonly LabelScores[]): { macro: number; micro: number; accuracy: number } {
  const metrics = computeMetrics({
    kind: task!.kind,
    labelCount: names.length,
    probabilities: scores.flatMap(({ probabilities }) => [...probabilities]),
    truths: rows.flatMap(({ labels }) => names.map((name) => Number(labels.includes(name)))),
    thresholds: task!.labels.map(({ threshold }) => threshold),
  });
  return { macro: metrics.macro.f1, micro: metrics.micro.f1, accuracy: metrics.accuracy };
}

/** The first round warms up and is judged; the others are timed. */
async function readWith({ work, asksAll }: Way): Promise<Reading> {
  const engine = openEngine();
  if (work.approximate) await engine.checkPrecision();
  const options = { priority: 'background' as const, ...work };
  const read = async (round: number): Promise<readonly LabelScores[]> => {
    // Another start of the text in each round, so that no cache answers.
    const inputs = rows.map(({ text }) => ({ text: round === 0 ? text : `${round} ${text}` }));
    if (!asksAll) return await engine.classify(taskName, inputs, options, neverCancelled);
    // Of a passage, labelling reads the text alone.
    const passages = inputs.map(({ text }) => ({ text: { value: text } }) as Passage);
    const labelled = await engine.labelPassages(passages, options, neverCancelled);
    return labelled.map(({ scores }) => scores.find((one) => one.task === taskName)!);
  };
  const scores = await read(0);
  const timesMs: number[] = [];
  for (let round = 1; round <= Number(values.rounds); round++) {
    const startedMs = performance.now();
    await read(round);
    timesMs.push(performance.now() - startedMs);
  }
  await engine.dispose();
  return { scores, timesMs };
}
