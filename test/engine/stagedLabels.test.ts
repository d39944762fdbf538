// Labels with as many layers as each text needs: they are, text by text, what the definition says when every text is
// read alone at each exit; neighbours, other questions and the way in change nothing.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { neverCancelled } from '../../server/src/engine/cancellation.ts';
import type { LabellingEngine, TextInput } from '../../server/src/engine/engine.ts';
import { leadOf, sureLead } from '../../server/src/engine/labels/sureness.ts';
import {
  type ClassificationTask,
  isClassification,
  type LabelScores,
} from '../../server/src/engine/labels/task.ts';
import { exitsOf, keepTexts } from '../../server/src/engine/stagedLabels.ts';
import { createTinyEngine, tinyModelFiles, tinyModelWith } from './tinyEngine.ts';

const background = { priority: 'background' as const };
const auto = { ...background, depth: 'auto' as const };
const words =
  'gate tide open close TODO fixme returns the number of boats // @param harbour 12 {} license'.split(' ');
/** Lengths from nothing to more than the model reads. */
const inputs: readonly TextInput[] = Array.from({ length: 240 }, (_, at) => ({
  text: Array.from(
    { length: (at * at) % 61 },
    (_, word) => words[(at * 7 + word * ((at % 5) | 1)) % words.length],
  ).join(' '),
}));

describe('labels with as many layers as a text needs', () => {
  let engine: LabellingEngine;
  let tasks: readonly ClassificationTask[];
  let exits: readonly number[];

  before(async function () {
    this.timeout(20_000);
    engine = await createTinyEngine({ files: await surerModel() });
    const set = (await engine.modelInfo()).tasks;
    tasks = set.tasks.filter(isClassification);
    exits = exitsOf(set);
  });
  after(() => engine.dispose());

  /** The definition: one text, one exit after the other, each task until it is sure. */
  async function oneByOne(
    input: TextInput,
    task: ClassificationTask,
  ): Promise<{ scores: LabelScores; depth: number }> {
    for (const depth of exits) {
      const [scores] = await engine.classify(task.name, [input], { ...background, depth }, neverCancelled);
      if (depth === exits.at(-1) || leadOf(task, scores!.probabilities) >= sureLead)
        return { scores: scores!, depth };
    }
    throw new Error('A model has at least one exit.');
  }

  it('are what each text gets alone, exit by exit', async function () {
    this.timeout(60_000);
    const found = await engine.labelTexts(inputs, auto, neverCancelled);
    const depths = new Map<number, number>();
    for (const [row, input] of inputs.entries()) {
      assert.equal(found[row]!.length, tasks.length);
      for (const [index, task] of tasks.entries()) {
        const { scores, depth } = await oneByOne(input, task);
        depths.set(depth, (depths.get(depth) ?? 0) + 1);
        assertSame(found[row]![index]!, scores);
      }
    }
    // A test in which all or none leave early would prove little.
    for (const depth of exits)
      assert.ok((depths.get(depth) ?? 0) > 50, `${depths.get(depth)} at depth ${depth}`);
  });

  it('do not depend on neighbours or on what else is asked', async function () {
    this.timeout(60_000);
    const other = await createTinyEngine({ files: await surerModel() });
    try {
      const together = await engine.labelTexts(inputs, auto, neverCancelled);
      for (const row of [0, 1, 59, 100, 239]) {
        const [alone] = await other.labelTexts([inputs[row]!], auto, neverCancelled);
        for (const [index, task] of tasks.entries()) {
          const [asked] = await other.classify(task.name, [inputs[row]!], auto, neverCancelled);
          assertSame(alone![index]!, together[row]![index]!);
          assertSame(asked!, together[row]![index]!);
        }
      }
    } finally {
      await other.dispose();
    }
  });

  it('leave vectors at full depth', async () => {
    const texts = inputs.slice(0, 5).map(({ text }) => text);
    const [first] = await engine.embed(texts, auto, neverCancelled);
    const [expected] = await engine.embed(texts, background, neverCancelled);
    assert.deepEqual(first, expected);
  });

  it('are those of the one depth where a model has one', async () => {
    const files = tinyModelWith({ 'tasks.json': await changedTasks((set) => ({ ...set, depths: [6] })) });
    const shallow = await createTinyEngine({ files });
    try {
      const [found] = await shallow.labelTexts(inputs.slice(7, 8), auto, neverCancelled);
      const [expected] = await shallow.labelTexts(inputs.slice(7, 8), background, neverCancelled);
      assert.deepEqual(found, expected);
    } finally {
      await shallow.dispose();
    }
  });
});

describe('how sure an answer is', () => {
  const text = { en: '' };
  const task = (kind: ClassificationTask['kind'], thresholds: readonly number[]): ClassificationTask => ({
    name: 'kind',
    kind,
    description: text,
    pooling: 'cls',
    temperatures: { default: 1 },
    labels: thresholds.map((threshold, at) => ({ name: `${at}`, title: text, description: text, threshold })),
  });
  const close = (found: number, expected: number) => assert.ok(Math.abs(found - expected) < 1e-9, `${found}`);

  it('is the lead over the next label, as labels are compared', () => {
    close(leadOf(task('singleLabel', [0, 0, 0]), [0.7, 0.2, 0.1]), 0.5);
    close(leadOf(task('singleLabel', [-0.2, 0, 0]), [0.45, 0.55, 0]), 0.1);
    close(leadOf(task('singleLabel', [0.5]), [1]), 1);
  });

  it('is the way of the nearest label to its threshold where several may hold', () => {
    close(leadOf(task('multiLabel', [0.5, 0.4]), [0.9, 0.1]), 0.75);
    close(leadOf(task('multiLabel', [0.5, 0.4]), [0.55, 0]), 0.1);
    assert.equal(leadOf(task('multiLabel', [1, 0]), [1, 0.3]), 0);
  });
});

describe('states that go on', () => {
  it('are those of the texts that stay, without the padding of the longer ones', () => {
    // [3 tokens, 2 texts, 2 numbers]
    const data = Float32Array.of(1, 2, 11, 12, 3, 4, 13, 14, 5, 6, 15, 16);
    const kept = keepTexts({ data, shape: [3, 2, 2] }, [1], 2);
    assert.deepEqual(kept, { data: Float32Array.of(11, 12, 13, 14), shape: [2, 1, 2] });
  });
});

function assertSame(found: LabelScores, expected: LabelScores): void {
  assert.equal(found.task, expected.task);
  assert.deepEqual(found.predicted, expected.predicted);
  for (const [at, probability] of expected.probabilities.entries())
    assert.ok(Math.abs(found.probabilities[at]! - probability) < 1e-5);
}

/** The tiny model's weights are random and sure of nothing; colder, they are sure of about half. */
async function surerModel() {
  const tasks = await changedTasks((set) => ({
    ...set,
    tasks: set.tasks.map((task) => ({
      ...task,
      ...('temperatures' in task && { temperatures: { default: 0.3 } }),
    })),
  }));
  return tinyModelWith({ 'tasks.json': tasks });
}

async function changedTasks(change: (set: { tasks: readonly object[] }) => object): Promise<Uint8Array> {
  const bytes = await tinyModelFiles.read('tasks.json');
  return new TextEncoder().encode(JSON.stringify(change(JSON.parse(new TextDecoder().decode(bytes)))));
}
