// Texts that hold a model's knowledge: those of its folder, the workspace's, and what a new model passes on.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { LabelledRow } from '../../../server/src/engine/training/labelledRows.ts';
import {
  chooseReplay,
  passOnReplay,
  readReplay,
  writeReplay,
} from '../../../server/src/engine/training/replayTexts.ts';

const text = (value: string, context?: string) => ({ text: value, context });
const row = (value: string, label: string, context?: string): LabelledRow => ({
  text: value,
  context,
  labels: new Map([[label, 1]]),
  labelCounts: [1, 1],
  line: 1,
});
const folder = (content: string | undefined) => ({
  displayName: 'a model',
  read: async (name: string) =>
    name === 'replay.jsonl' && content !== undefined ? new TextEncoder().encode(content) : undefined,
});

describe('replay texts', () => {
  it('come back as they were written', async () => {
    const texts = [text('// TODO: later'), text('Reads it.', 'Reader')];
    const read = await readReplay(folder(new TextDecoder().decode(writeReplay(texts))));
    assert.deepEqual(read, texts);
  });

  it('are none where the folder has none', async () => {
    assert.deepEqual(await readReplay(folder(undefined)), []);
    assert.deepEqual(await readReplay(folder('\n')), []);
  });

  it('BAD INPUT - name the file and the line that is none', async () => {
    await assert.rejects(
      readReplay(folder('{"text":"a"}\n{"txt":"b"}\n')),
      /Line 2 of replay\.jsonl of a model/,
    );
  });

  it('are those of the model first, then as many of the workspace, each once', () => {
    const ofModel = Array.from({ length: 500 }, (_, index) => text(`model ${index}`));
    const given = ['model 3', ...Array.from({ length: 2000 }, (_, index) => `workspace ${index}`)];
    const pool = chooseReplay({ ofModel, given, learned: [] });
    assert.equal(pool.length, 1000);
    assert.equal(new Set(pool.map((one) => one.text)).size, 1000);
    assert.equal(pool.filter((one) => one.text.startsWith('model')).length, 500);
    const reversed = chooseReplay({ ofModel: ofModel.toReversed(), given: given.toReversed(), learned: [] });
    assert.deepEqual(reversed, pool, 'chosen by content');
  });

  it('show a text that is learned with its context also without it', () => {
    const pool = chooseReplay({
      ofModel: [],
      given: [],
      learned: [row('Opens it.', 'x', 'Door'), row('b', 'x')],
    });
    assert.deepEqual(pool, [text('Opens it.')]);
  });

  it('that a new model passes on have some of each of its labels', () => {
    const learned = [
      ...Array.from({ length: 300 }, (_, index) => row(`often ${index}`, 'often')),
      row('rare one', 'rare', 'Thing'),
    ];
    const passed = passOnReplay([text('old'), text('often 7')], learned);
    assert.equal(passed.filter((one) => one.text.startsWith('often')).length >= 40, true);
    assert.ok(passed.length < 60, `${passed.length}`);
    assert.deepEqual(
      passed.find((one) => one.text === 'rare one'),
      text('rare one', 'Thing'),
    );
    assert.ok(passed.some((one) => one.text === 'old'));
  });
});
