// What the fine-tune panel draws and says, as plain data: curves, tables, cells, times.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { findLine } from '../../../client/src/fineTune/findLine.ts';
import { progressText, readyText } from '../../../client/src/fineTune/progressText.ts';
import { layOutChart, margin, niceTicks, smooth } from '../../../client/webview/fineTune/chartLayout.ts';
import { toMeasureRows } from '../../../client/webview/fineTune/measureRows.ts';
import {
  changeText,
  durationText,
  lossText,
  scoreText,
} from '../../../client/webview/fineTune/numberTexts.ts';
import {
  chosenOptions,
  chosenTask,
  firstState,
  shownModel,
} from '../../../client/webview/fineTune/pageState.ts';
import {
  examplesOf,
  occurringLabels,
  toLabelRows,
  worstCell,
} from '../../../client/webview/fineTune/resultRows.ts';
import type { TestResult } from '../../../protocol/fineTuneRequests.ts';
import { beginAdaptation, noTraining } from '../../../server/src/lsp/fineTune/trainingSnapshot.ts';

describe('charts of the fine-tune panel', () => {
  it('ticks are round numbers that span the values', () => {
    assert.deepEqual(niceTicks([0.13, 0.92], 4), [0, 0.2, 0.4, 0.6, 0.8, 1]);
    assert.deepEqual(niceTicks([0, 100], 4), [0, 50, 100]);
    assert.deepEqual(niceTicks([0, 3], 4), [0, 1, 2, 3]);
    assert.deepEqual(niceTicks([0.301, 0.302], 2), [0.301, 0.3015, 0.302]);
    assert.equal(niceTicks([5, 5], 4).length > 1, true, 'one value still gives a scale');
  });

  it('the first point stands at the left, the greatest value at the top', () => {
    const size = { width: 200, height: 100 };
    const points = [
      { x: 0, y: 0 },
      { x: 10, y: 4 },
    ];
    const { series } = layOutChart(
      [{ name: 'a', style: 'first', points, hasDots: true }],
      { x: [0, 10], y: [0, 4] },
      size,
    );
    assert.deepEqual(series[0]!.dots, [
      { x: margin.left, y: size.height - margin.bottom },
      { x: size.width - margin.right, y: margin.top },
    ]);
    assert.match(series[0]!.path, /^M40 80L190 8$/);
  });

  it('a mean over some steps keeps the number of points and where they stand', () => {
    const points = [1, 3, 5, 7].map((y, x) => ({ x, y }));
    assert.deepEqual(
      smooth(points, 2).map(({ x, y }) => [x, y]),
      [
        [0, 1],
        [1, 2],
        [2, 4],
        [3, 6],
      ],
    );
    assert.deepEqual(smooth([], 2), []);
  });

  it('no point is NaN where there is one point or none', () => {
    const one = [{ name: 'a', style: 'first', points: [{ x: 1, y: 0.5 }], hasDots: true }];
    assert.doesNotMatch(
      layOutChart(one, { x: [1, 1], y: [0.5, 0.5] }, { width: 100, height: 50 }).series[0]!.path,
      /NaN/,
    );
    const none = [{ name: 'a', style: 'first', points: [], hasDots: false }];
    assert.equal(layOutChart(none, { x: [0, 1], y: [0, 1] }, { width: 100, height: 50 }).series[0]!.path, '');
  });
});

const rates = { precision: 1, recall: 1, f1: 1, support: 1 };
const single: TestResult = {
  task: 'debt',
  several: false,
  labels: [
    { name: 'none', title: 'No debt' },
    { name: 'ghost', title: 'Ghost' },
    { name: 'design', title: 'Design debt' },
  ],
  after: {
    count: 4,
    accuracy: 0.5,
    macroF1: 0.5,
    microF1: 0.5,
    ece: 0.1,
    labels: [rates, { ...rates, f1: 0, support: 0 }, { ...rates, f1: 0.25, support: 2 }],
    reliability: [],
  },
  before: undefined,
  beforeModel: 'old',
  examples: [
    example('a', ['none'], ['none']),
    example('b', ['design'], ['none']),
    example('c', ['design'], ['none']),
    example('d', ['none'], ['design']),
  ],
};

describe('results of the fine-tune panel', () => {
  it('a label that no test text has comes last', () => {
    assert.deepEqual(
      toLabelRows(single).map(({ title }) => title),
      ['No debt', 'Design debt', 'Ghost'],
    );
  });

  it('the cells of the matrix hold every text once', () => {
    const names = occurringLabels(single);
    assert.deepEqual(names, ['none', 'design']);
    const cells = names.flatMap((truth) =>
      names.map((predicted) =>
        examplesOf(single, { kind: 'pair', truth, predicted }).map(({ text }) => text),
      ),
    );
    assert.deepEqual(cells, [['a'], ['d'], ['b', 'c'], []]);
    assert.deepEqual(worstCell(single), { kind: 'pair', truth: 'design', predicted: 'none' });
  });

  it('several labels: each text counts for every label that is true or given', () => {
    const several: TestResult = {
      ...single,
      several: true,
      examples: [example('a', ['none', 'design'], ['none']), example('b', [], ['ghost'])],
    };
    assert.deepEqual(
      examplesOf(several, { kind: 'missed', label: 'design' }).map(({ text }) => text),
      ['a'],
    );
    assert.deepEqual(
      examplesOf(several, { kind: 'wronglyGiven', label: 'ghost' }).map(({ text }) => text),
      ['b'],
    );
    assert.deepEqual(
      examplesOf(several, { kind: 'right', label: 'none' }).map(({ text }) => text),
      ['a'],
    );
  });

  it('without a mistake no cell is shown by itself', () => {
    assert.equal(worstCell({ ...single, examples: [example('a', ['none'], ['none'])] }), undefined);
  });
});

describe('numbers and choices of the fine-tune panel', () => {
  const texts = { seconds: '{0} s', minutes: '{0} min', hours: '{0} h' };

  it('times are as coarse as an estimate is', () => {
    assert.equal(durationText(0.2, texts), '1 s');
    assert.equal(durationText(59.6, texts), '60 s');
    assert.equal(durationText(91, texts), '2 min');
    assert.equal(durationText(3 * 3600, texts), '3 h');
  });

  it('scores are hundredths; a change says its direction', () => {
    assert.equal(scoreText(0.8312), '83.1');
    assert.equal(changeText(0.121), '+12.1');
    assert.equal(changeText(-0.05), '−5.0');
    assert.equal(changeText(-0.0001), '±0.0');
    assert.equal(lossText(0.012345), '0.0123');
  });

  it('the task with most labels is shown unless another was chosen', () => {
    const task = (name: string, trainingRows: number) => ({
      task: name,
      question: '',
      several: false,
      isKnown: true,
      trainingRows,
      testRows: 1,
      advised: {
        epochs: 20,
        learningRate: 1,
        freeze: 'none',
        keepTasks: true,
        shallowWeight: 0,
        layerDecay: 1,
      } as const,
      advisedEpochs: { none: 20, embeddings: 20, encoder: 2 },
      labels: [],
      problems: [],
      obstacle: undefined,
    });
    const chosen = {
      epochs: 1,
      learningRate: 1,
      freeze: 'none',
      keepTasks: true,
      shallowWeight: 0,
      layerDecay: 1,
    } as const;
    const data = { tasks: [task('a', 3), task('b', 9)], problem: undefined };
    assert.equal(chosenTask({ data, task: undefined })?.task, 'b');
    assert.equal(chosenTask({ data, task: 'a' })?.task, 'a');
    assert.equal(chosenOptions({ options: undefined }, data.tasks[0]!).epochs, 20);
    assert.equal(chosenOptions({ options: chosen }, data.tasks[0]!).epochs, 1, 'a choice stays');
    assert.equal(chosenTask({ data, task: 'gone' })?.task, 'b');
  });

  it('the model that waits is shown while the training says so, and after a restart', () => {
    const done = { ...noTraining, phase: 'done', model: 'new' } as const;
    assert.equal(shownModel({ ...firstState, training: done }), 'new');
    assert.equal(shownModel({ ...firstState, training: { ...done, phase: 'training' } }), undefined);
  });

  it('a comment is found by its first words, whatever became of its line breaks', () => {
    const lines = ['let a = 1;', '// TODO  tidy this', '// up one day'];
    assert.equal(findLine(lines, 'TODO tidy this up one day'), 1);
    assert.equal(findLine(lines, 'somewhere else'), undefined);
  });

  it('a notification says the epoch, the loss and the time that is left', () => {
    const t = (text: string, ...values: (string | number)[]) =>
      text.replace(/\{(\d)\}/g, (_, index) => String(values[Number(index)]));
    const training = {
      ...noTraining,
      phase: 'training',
      task: 'debt',
      losses: [{ step: 3, loss: 0.4567 }],
      progress: {
        share: 0.1,
        step: 3,
        totalSteps: 30,
        epoch: 1,
        epochs: 4,
        tokensPerSecond: 9,
        remainingMs: 61_000,
      },
    } as const;
    assert.equal(progressText(training, t), 'Training debt: epoch 1 of 4, loss 0.457, 61 s left.');
    const adapting = (part: 'heads' | 'model') => ({
      ...training,
      task: undefined,
      adaptation: { part, measures: [], verdict: undefined },
    });
    assert.equal(progressText(adapting('heads'), t), 'Adapting to this workspace, part 1 of 2: 61 s left.');
    assert.match(progressText(adapting('model'), t), /part 2 of 2: epoch 1 of 4, loss 0.457, 61 s left/);
    assert.match(progressText(beginAdaptation(''), t), /Reading the workspace/);
    assert.match(progressText({ ...adapting('model'), phase: 'paused' }, t), /is paused/);
  });

  it('a notification says what a new model is worth', () => {
    const t = (text: string, ...values: (string | number)[]) =>
      text.replace(/\{(\d)\}/g, (_, index) => String(values[Number(index)]));
    const trained = { ...noTraining, task: 'debt' };
    const first = { macroF1: 0.5, macroF1Before: undefined };
    assert.equal(
      readyText(trained, first, t),
      'The new model for debt is ready. Macro F1 on the test texts: 50.0.',
    );
    assert.match(readyText(trained, { macroF1: 0.5, macroF1Before: 0.25 }, t), /50\.0, before 25\.0/);
    const adapted = {
      ...noTraining,
      adaptation: {
        part: 'model',
        measures: [{ kind: 'words', task: undefined, before: 0.067, after: 0.092, count: 9 }],
        verdict: { isKept: true, reasons: [] },
      },
    } as const;
    assert.match(readyText(adapted, first, t), /guessed right: 9\.2 %, before 6\.7 %/);
  });
});

describe('what an adaptation changed', () => {
  const titles = {
    measureWordLoss: 'loss',
    measureWords: 'words',
    measureOrder: 'order',
    measureSearch: 'search',
    measureLabels: 'labels of {0}',
    measureSameAnswers: 'same {0}',
  };
  const row = (kind: 'wordLoss' | 'words' | 'search' | 'labels', before: number, after?: number) =>
    toMeasureRows(
      [{ kind, task: kind === 'labels' ? 'debt' : undefined, before, after, count: 90 }],
      titles,
    )[0];

  it('is told in the numbers that people know, with the direction that is better', () => {
    assert.deepEqual(row('wordLoss', 6.2, 5.93), {
      title: 'loss',
      before: '6.20',
      after: '5.93',
      change: '−0.27',
      direction: 'up',
      count: '90',
    });
    assert.deepEqual(
      [row('words', 0.067, 0.092)?.change, row('words', 0.067, 0.092)?.direction],
      ['+2.5', 'up'],
    );
    assert.deepEqual(
      [row('search', 0.334, 0.323)?.change, row('search', 0.334, 0.323)?.direction],
      ['−0.011', 'down'],
    );
    assert.equal(row('labels', 0.8, 0.8)?.title, 'labels of debt');
    assert.equal(row('labels', 0.8, 0.8)?.direction, 'even');
  });

  it('while it runs, what was measured before stands alone', () => {
    assert.deepEqual([row('words', 0.067)?.after, row('words', 0.067)?.change], ['', '']);
    const [same] = toMeasureRows(
      [{ kind: 'sameAnswers', task: 'form', before: undefined, after: 0.948, count: 0 }],
      titles,
    );
    assert.deepEqual([same?.title, same?.before, same?.after, same?.count], ['same form', '', '94.8', '']);
  });
});

function example(text: string, truth: readonly string[], after: readonly string[]) {
  return { text, truth, after, before: undefined, probability: 0.9, uri: undefined };
}
