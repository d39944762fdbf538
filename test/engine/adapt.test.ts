// What an adaptation leaves of what the model knew about texts that the workspace has none of: the texts that came with
// the model hold it.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { type AdaptationPlan, adapt } from '../../server/src/engine/adapt.ts';
import { neverCancelled } from '../../server/src/engine/cancellation.ts';
import type { ModelFiles } from '../../server/src/engine/model/modelFolder.ts';
import {
  type AdaptationSettings,
  defaultAdaptationSettings,
} from '../../server/src/engine/training/adaptationSettings.ts';
import { writeReplay } from '../../server/src/engine/training/replayTexts.ts';
import { measureChange } from './measureChange.ts';
import { tinyModelFiles, tinyModelWith } from './tinyEngine.ts';
import { wordLines } from './training/wordLabels.ts';

/** Nothing like the passages. */
const known = wordLines(60, 500).map(({ text }) => text);
const replay = writeReplay(known.map((text) => ({ text, context: undefined })));
const withReplay = tinyModelWith({ 'replay.jsonl': replay });

const passages = Array.from({ length: 120 }, (_, index) => ({
  text: `Moves the ship number ${index} to the quay. Then the crane of line ${index % 7} is free.`,
  file: `berth${Math.floor(index / 6)}.ts`,
}));

async function adaptTiny(files: ModelFiles, changes: Partial<AdaptationSettings> = {}) {
  const quiet = () => {};
  let plan: AdaptationPlan | undefined;
  const adapted = await adapt(
    {
      files,
      passages,
      maxPassages: 1000,
      labels: undefined,
      settings: { ...defaultAdaptationSettings, epochs: 3, headEpochs: 1, learningRate: 3e-3, ...changes },
      threads: 1,
      memoryBytes: undefined,
      name: 'new',
      dataSource: 'harbour',
    },
    {
      now: () => performance.now(),
      onPlan: (made) => {
        plan = made;
      },
      onPrepare: quiet,
      onPhase: quiet,
      onMeasured: quiet,
      training: () => ({
        now: () => performance.now(),
        onStart: quiet,
        beforeStep: async () => {},
        onStep: quiet,
        onEpoch: quiet,
        save: async () => {},
        isSaveDue: () => false,
      }),
      load: async () => undefined,
    },
    neverCancelled,
  );
  const model: ModelFiles = { displayName: 'new', read: async (name) => adapted!.files.get(name) };
  return { plan: plan!, model };
}

describe('adapting', function () {
  this.timeout(120_000);

  it('holds tasks and vectors on the texts that came with the model, and passes these on', async () => {
    const held = await adaptTiny(withReplay);
    const alone = await adaptTiny(tinyModelFiles);
    assert.equal(held.plan.replayTexts, known.length);
    assert.equal(alone.plan.replayTexts, 0);
    for (const task of ['debt', 'purpose']) {
      const changeOf = (after: ModelFiles) =>
        measureChange({ before: tinyModelFiles, after, texts: known }, task);
      const [kept, lost] = [await changeOf(held.model), await changeOf(alone.model)];
      assert.ok(kept.drift < 0.7 * lost.drift, `${task}: ${kept.drift} beside ${lost.drift}`);
      assert.ok(1 - kept.cosine < 0.7 * (1 - lost.cosine), `${kept.cosine} beside ${lost.cosine}`);
    }
    assert.deepEqual(await held.model.read('replay.jsonl'), replay);
    assert.match(new TextDecoder().decode(await held.model.read('README.md')), /60 texts that came with/);
  });

  it('BAD INPUT - stops where the loss becomes no number, with what to try', async () => {
    const { optimizer } = defaultAdaptationSettings;
    const explosive = {
      learningRate: 1e30,
      optimizer: { ...optimizer, maxGradientNorm: Number.POSITIVE_INFINITY },
    };
    await assert.rejects(
      adaptTiny(tinyModelFiles, explosive),
      /the loss was no number any more\. Try a smaller --learning-rate than 1e\+30/,
    );
  });
});
