// What each depth costs and what it is worth: labelled texts that the model was not trained on, read at every depth it
// offers, exactly and as an index is read. Rounds alternate; medians.
//
//   node test/bench/depths.ts FILE --task NAME [--model DIR] [--threads 2] [--rounds 3] [--rows 2000]
//
// FILE: JSON lines {"text", "label"} or {"text", "labels"}. On stderr: what leaving at the smallest depth would bring
// where the model is sure there, the others going on to the full depth: accuracy measured, speed computed from both.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { neverCancelled } from '../../server/src/engine/cancellation.ts';
import { createEngine } from '../../server/src/engine/engine.ts';
import { isClassification, type LabelScores } from '../../server/src/engine/labels/task.ts';
import { silentLogger } from '../../server/src/engine/log.ts';
import { computeMetrics } from '../../server/src/engine/training/metrics.ts';
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
const taskName = values.task;
const rows = readFileSync(file, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .slice(0, Number(values.rows))
  .map((line) => {
    const { text, label, labels } = JSON.parse(line) as { text: string; label?: string; labels?: string[] };
    return { text, labels: labels ?? [label ?? ''] };
  });
const engine = await createEngine({
  files: createNodeModelFiles(values.model),
  device: 'cpu',
  threads: Number(values.threads),
  logger: silentLogger,
  now: () => performance.now(),
});
const { depths, tasks } = (await engine.modelInfo()).tasks;
const task = tasks.filter(isClassification).find(({ name }) => name === taskName);
if (!task) throw new Error(`The model has no task ${taskName}.`);
const { precision } = await engine.checkPrecision();
const names = task.labels.map(({ name }) => name);

interface Reading {
  readonly scores: readonly LabelScores[];
  readonly timesMs: number[];
}

const ways = depths.flatMap((depth) => [
  { depth, approximate: false },
  ...(precision === 'float32' ? [] : [{ depth, approximate: true }]),
]);
const readings: Reading[] = [];
for (let round = 0; round < Number(values.rounds); round++) {
  for (const [way, work] of ways.entries()) {
    // Another start of the text in each round, so that no cache answers; the first round is the one that is judged.
    const inputs = rows.map(({ text }) => ({ text: round === 0 ? text : `${round} ${text}` }));
    const startedMs = performance.now();
    const scores = await engine.classify(
      taskName,
      inputs,
      { priority: 'background', ...work },
      neverCancelled,
    );
    const elapsedMs = performance.now() - startedMs;
    if (round === 0) readings.push({ scores, timesMs: [] });
    else readings[way]!.timesMs.push(elapsedMs);
  }
}
await engine.dispose();

const table = ways.map(({ depth, approximate }, way) => {
  const { scores, timesMs } = readings[way]!;
  return {
    name: `${depth}${approximate ? `, ${precision}` : ''}`,
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
    (row.textsPerSecond / table.find(({ name }) => name === String(depths.at(-1)))!.textsPerSecond).toFixed(
      2,
    ),
  ]),
  ratios: {},
});

const shallow = ways.findIndex(({ depth, approximate }) => depth === depths[0] && !approximate);
const full = ways.findIndex(({ depth, approximate }) => depth === depths.at(-1) && !approximate);
for (const sure of [0.8, 0.9, 0.95, 0.98]) {
  const leaves = readings[shallow]!.scores.map((scores) => isSure(scores, sure));
  const scores = leaves.map((left, row) => readings[left ? shallow : full]!.scores[row]!);
  const goOn = leaves.filter((left) => !left).length / leaves.length;
  const shallowMs = median(readings[shallow]!.timesMs);
  const fullMs = median(readings[full]!.timesMs);
  const { macro, accuracy } = judge(scores);
  console.error(
    `leave at depth ${depths[0]} from ${sure}: ${(100 * goOn).toFixed(0)} % go on, macro F1 ${macro.toFixed(3)}, accuracy ${accuracy.toFixed(3)}, about ${(fullMs / (shallowMs + goOn * (fullMs - shallowMs))).toFixed(2)} times the full depth`,
  );
}

/** Several labels: sure of each that it holds or does not. */
function isSure({ probabilities }: LabelScores, least: number): boolean {
  return task!.kind === 'singleLabel'
    ? Math.max(...probabilities) >= least
    : probabilities.every((probability) => Math.max(probability, 1 - probability) >= least);
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
