// Labels of a team as rows to learn from and rows to be measured by, and what a model's answers on them are worth.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { emptyRow } from '../../../server/src/engine/labelling/labelRow.ts';
import { chooseShare, chooseTeamRows } from '../../../server/src/engine/training/teamRows.ts';
import { measureAnswers } from '../../../server/src/engine/training/testMeasure.ts';

const rowsOf = (count: number, label: (index: number) => readonly string[]) =>
  Array.from({ length: count }, (_, index) => ({
    ...emptyRow(`text number ${index}`, undefined),
    labels: { tone: label(index) },
  }));
const single = { name: 'tone', several: false };

describe('rows of a team', () => {
  it('test texts stay test texts when labels are added, and no text is on both sides', () => {
    const label = (index: number) => [index % 2 === 0 ? 'kind' : 'rude'];
    const few = chooseTeamRows([{ folderUri: 'f', rows: rowsOf(100, label) }], single);
    const more = chooseTeamRows([{ folderUri: 'f', rows: rowsOf(300, label) }], single);
    const testOf = ({ test }: typeof few) => new Set(test.map(({ text }) => text));
    for (const text of testOf(few)) assert.ok(testOf(more).has(text), text);
    for (const { text } of more.training) assert.ok(!testOf(more).has(text), text);
    assert.equal(more.training.length + more.test.length, 300);
    assert.ok(more.test.length > 40 && more.test.length < 80, `${more.test.length} of 300`);
  });

  it('a task with one label takes the first and leaves out texts that have none', () => {
    const rows = rowsOf(12, (index) => (index === 0 ? [] : index === 1 ? ['kind', 'rude'] : ['kind']));
    const chosen = chooseTeamRows([{ folderUri: 'f', rows }], single);
    assert.equal(chosen.unlabelled, 1);
    assert.equal(chosen.ambiguous, 1);
    assert.equal(chosen.training.length + chosen.test.length, 11);
    const both = chooseTeamRows([{ folderUri: 'f', rows }], { ...single, several: true });
    assert.equal(both.training.length + both.test.length, 12, 'with several labels, none is an answer');
  });

  it('the same text in two folders counts once', () => {
    const rows = rowsOf(10, () => ['kind']);
    const chosen = chooseTeamRows(
      [
        { folderUri: 'one', rows },
        { folderUri: 'two', rows },
      ],
      single,
    );
    assert.equal(chosen.training.length + chosen.test.length, 10);
  });

  it('a share of the texts holds every smaller share', () => {
    const texts = rowsOf(40, () => []);
    const hash = (text: string) => (Number(text.split(' ').at(-1)) * 7919) % 97;
    const half = chooseShare(texts, 0.5, hash);
    const quarter = chooseShare(texts, 0.25, hash);
    assert.equal(quarter.length, 10);
    assert.ok(quarter.every((one) => half.includes(one)));
  });
});

describe('measuring answers', () => {
  const names = ['a', 'b'];
  const answer = (predicted: readonly string[], probabilities: readonly number[]) => ({
    predicted,
    probabilities,
  });

  it('counts by hand: two right, one a taken for b', () => {
    const measured = measureAnswers({
      names,
      several: false,
      truths: [['a'], ['b'], ['a']],
      answers: [answer(['a'], [0.9, 0.1]), answer(['b'], [0.2, 0.8]), answer(['b'], [0.4, 0.6])],
    });
    assert.equal(measured.accuracy, 2 / 3);
    assert.deepEqual(measured.labels[0], { precision: 1, recall: 0.5, f1: 2 / 3, support: 2 });
    assert.deepEqual(measured.labels[1], { precision: 0.5, recall: 1, f1: 2 / 3, support: 1 });
    assert.equal(measured.macroF1, 2 / 3);
    assert.equal(
      measured.reliability.reduce((sum, { count }) => sum + count, 0),
      3,
    );
    // Said 0.9 and was right, said 0.8 and was right, said 0.6 and was wrong.
    assert.ok(Math.abs(measured.ece - (0.1 + 0.2 + 0.6) / 3) < 1e-12);
  });

  it('several labels: every label of every text is a claim', () => {
    const measured = measureAnswers({
      names,
      several: true,
      truths: [['a', 'b'], []],
      answers: [answer(['a'], [0.9, 0.4]), answer([], [0.1, 0.1])],
    });
    assert.equal(measured.accuracy, 0.5);
    assert.equal(measured.labels[1]!.recall, 0);
    assert.equal(
      measured.reliability.reduce((sum, { count }) => sum + count, 0),
      4,
    );
  });

  it('a label that nobody has and nobody predicts does not pull the mean down', () => {
    const measured = measureAnswers({
      names: ['a', 'b', 'ghost'],
      several: false,
      truths: [['a'], ['b']],
      answers: [answer(['a'], [1, 0, 0]), answer(['b'], [0, 1, 0])],
    });
    assert.equal(measured.macroF1, 1);
  });

  it('no texts, no numbers that are not numbers', () => {
    const measured = measureAnswers({ names, several: false, truths: [], answers: [] });
    assert.deepEqual([measured.accuracy, measured.macroF1, measured.ece], [0, 0, 0]);
  });
});
