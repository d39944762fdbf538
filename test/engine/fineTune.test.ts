// What a training leaves of what the model knew, from rows to a new folder, with the tiny model: its other tasks, its
// own task on texts that nobody labelled anew, its vectors, and what people call the labels.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { neverCancelled } from '../../server/src/engine/cancellation.ts';
import { type FineTuneInput, fineTune } from '../../server/src/engine/fineTune.ts';
import type { ClassificationTask } from '../../server/src/engine/labels/task.ts';
import type { ModelFiles } from '../../server/src/engine/model/modelFolder.ts';
import { toFloat32Array } from '../../server/src/engine/model/safetensors.ts';
import { labelObjective } from '../../server/src/engine/newTask.ts';
import {
  defaultFineTuneSettings,
  type FineTuneSettings,
} from '../../server/src/engine/training/fineTuneSettings.ts';
import { fitHead } from '../../server/src/engine/training/fitHead.ts';
import type { LabelledRow } from '../../server/src/engine/training/labelledRows.ts';
import { readVectors } from '../../server/src/engine/training/readVectors.ts';
import { writeReplay } from '../../server/src/engine/training/replayTexts.ts';
import { encodeFor, openTrainingBase } from '../../server/src/engine/trainingBase.ts';
import { measureChange } from './measureChange.ts';
import { tinyModelWith } from './tinyEngine.ts';
import { wordLines } from './training/wordLabels.ts';

const pool = wordLines(40, 500).map(({ text }) => ({ text, context: undefined }));
const files = tinyModelWith({ 'replay.jsonl': writeReplay(pool) });

/** Texts of one word each, all with labels that the tiny model does not give them now. */
function rowsOf(labels: Readonly<Record<'fruit' | 'metal' | 'bird', string>>): readonly LabelledRow[] {
  return wordLines(36).map(({ text, label }, index) => ({
    text,
    context: undefined,
    labels: new Map([[labels[label], 1]]),
    labelCounts: [1, 1],
    line: index + 1,
  }));
}

async function trainTiny(
  input: Pick<FineTuneInput, 'task' | 'rows'> & Partial<FineTuneInput>,
  settings: Partial<FineTuneSettings> = {},
): Promise<ModelFiles> {
  const quiet = () => {};
  const trained = await fineTune(
    {
      files,
      validation: undefined,
      words: undefined,
      replay: [],
      kind: undefined,
      threads: 1,
      name: 'new',
      dataSource: 'rows',
      ...input,
      settings: { ...defaultFineTuneSettings, epochs: 6, learningRate: 2e-3, ...settings },
    },
    {
      now: () => performance.now(),
      onPlan: quiet,
      onPrepare: quiet,
      onStart: quiet,
      beforeStep: async () => {},
      onStep: quiet,
      onEpoch: quiet,
      save: async () => {},
      load: async () => undefined,
      isSaveDue: () => false,
    },
    neverCancelled,
  );
  return { displayName: 'new', read: async (name) => trained!.files.get(name) };
}

const changeOf = (model: ModelFiles, task: string) =>
  measureChange({ before: files, after: model, texts: pool.map(({ text }) => text) }, task);

describe('fine-tuning', function () {
  this.timeout(120_000);
  const newLabels = { fruit: 'sweet', metal: 'hard', bird: 'alive' };

  it('holds the other tasks and the vectors, which would be lost without', async () => {
    const rows = rowsOf(newLabels);
    const held = await changeOf(await trainTiny({ task: 'things', rows }), 'debt');
    const lost = await changeOf(
      await trainTiny({ task: 'things', rows }, { keepTasks: 0, keepVectors: 0 }),
      'debt',
    );
    assert.ok(held.drift < lost.drift / 2, `${held.drift} beside ${lost.drift}`);
    assert.ok(1 - held.cosine < (1 - lost.cosine) / 2, `${held.cosine} beside ${lost.cosine}`);
  });

  it('fits a new head to the encoder as it has become, at all depths', async () => {
    const rows = rowsOf(newLabels);
    const judges = { rows: rows.slice(0, 6), fileName: 'judges.jsonl' };
    const model = await trainTiny({ task: 'things', rows, validation: judges }, { shallowWeight: 0 });
    const base = await openTrainingBase(model, 1);
    const { labels, pooling } = base.tasks.tasks.find(({ name }) => name === 'things') as ClassificationTask;
    const objective = labelObjective(
      'things',
      { kind: 'singleLabel', names: labels.map(({ name }) => name), isKnown: false },
      base.tasks,
      rows,
      defaultFineTuneSettings.balance,
    );
    const examples = rows.map(({ text, labels: given }) => ({
      text: encodeFor(base, text),
      targets: { things: Float32Array.from(labels, ({ name }) => given.get(name) ?? 0) },
      weight: 1,
    }));
    const deepest = base.tasks.depths.at(-1)!;
    const [depths] = await readVectors(
      base.model,
      {
        poolings: [pooling],
        exits: base.tasks.depths.map((depth) => ({ depth, weight: depth === deepest ? 1 : 0.25 })),
        texts: examples.map(({ text }) => text),
        maxTokensPerRun: 1024,
        pack: base.pack,
        onProgress: () => {},
      },
      neverCancelled,
    );
    const targets = Float32Array.from(examples.flatMap((one) => [...one.targets.things]));
    const { hiddenSize } = base.model.config;
    const fitted = fitHead({ objective, hiddenSize, depths: depths!, targets });
    const { classifier } = base.model.weights.heads.get('things')!;
    const found = toFloat32Array(classifier.weight);
    const size = Math.max(...fitted.weight.map(Math.abs));
    // The folder has sixteen bits of each number.
    found.forEach((value, at) => {
      assert.ok(Math.abs(value - fitted.weight[at]!) < 0.01 * size, `${value}, ${fitted.weight[at]}`);
    });
    await base.model.dispose();
  });

  it('holds a task that learns on, on texts that nobody labelled anew', async () => {
    // Half of the words get a label; the pool has them all.
    const rows = rowsOf({ fruit: 'test', metal: 'test', bird: 'none' });
    const held = await changeOf(await trainTiny({ task: 'debt', rows }), 'debt');
    const lost = await changeOf(await trainTiny({ task: 'debt', rows }, { keepTasks: 0 }), 'debt');
    assert.ok(held.drift < 0.8 * lost.drift, `${held.drift} beside ${lost.drift}`);
  });

  it('changes nothing but the new head where the encoder stays', async () => {
    const model = await trainTiny({ task: 'things', rows: rowsOf(newLabels) }, { freeze: 'encoder' });
    const { drift, cosine } = await changeOf(model, 'debt');
    assert.equal(drift, 0);
    assert.ok(1 - cosine < 1e-6, `${cosine}`);
  });

  it('keeps what people call the labels', async () => {
    const model = await trainTiny(
      {
        task: 'things',
        rows: rowsOf(newLabels),
        words: {
          description: { en: 'What kind of thing?', 'zh-cn': '哪种东西？' },
          labels: [{ name: 'alive', title: { en: 'Lives' }, description: { en: 'Breathes.' } }],
        },
      },
      { epochs: 1, freeze: 'encoder' },
    );
    const { tasks } = JSON.parse(new TextDecoder().decode(await model.read('tasks.json')));
    const task = tasks.find(({ name }: { name: string }) => name === 'things');
    assert.equal(task.description['zh-cn'], '哪种东西？');
    const [alive, hard] = task.labels;
    assert.deepEqual([alive.title, alive.description], [{ en: 'Lives' }, { en: 'Breathes.' }]);
    assert.deepEqual([hard.name, hard.title], ['hard', { en: 'hard' }]);
  });
});
