// The two curves of a training as it goes: how wrong it is on what it learns from, and what held-back texts say. An
// adaptation mixes batches of hidden words with batches that hold what the model knew, whose losses lie far apart, so
// its first curve is a mean over some steps, and its second one is about hidden words alone, from before it began.

import type { FineTunePanelTexts } from '../../../protocol/fineTunePanelMessages.ts';
import type { TrainingStateParams } from '../../../protocol/fineTuneRequests.ts';
import { element } from '../element.ts';
import { type Point, type Series, smooth } from './chartLayout.ts';
import { drawChart } from './drawChart.ts';
import { lossText } from './numberTexts.ts';

/** Steps that a point of an adaptation's first curve is the mean of. */
const smoothedSteps = 16;

export function drawCurves(training: TrainingStateParams, texts: FineTunePanelTexts): readonly HTMLElement[] {
  return [
    drawLoss(training, texts),
    training.adaptation ? drawHiddenWords(training, texts) : drawQuality(training, texts),
  ];
}

function drawLoss(
  { losses, epochs, progress, plan, adaptation }: TrainingStateParams,
  texts: FineTunePanelTexts,
): HTMLElement {
  const raw = losses.map(({ step, loss }) => ({ x: step, y: loss }));
  const points = adaptation ? smooth(raw, smoothedSteps) : raw;
  const heldBack = epochs.flatMap(({ step, loss }) => (loss === undefined ? [] : [{ x: step, y: loss }]));
  const series: Series[] = [
    {
      // The loss that is trained on counts what holds the other tasks, too; that of the held-back texts does not.
      name: plan && plan.keptTasks.length > 0 ? texts.lossTrainingAndKept : texts.lossTraining,
      style: 'first',
      points,
      hasDots: points.length < 12,
    },
    ...(adaptation
      ? []
      : [{ name: texts.lossHeldBack, style: 'second', points: heldBack, hasDots: true } as const]),
  ];
  const [first, last] = [points[0]?.y, points.at(-1)?.y];
  const steps = progress?.totalSteps ?? losses.at(-1)?.step ?? 1;
  return drawChart({
    title: texts.loss,
    description: first === undefined || last === undefined ? '' : `${lossText(first)} → ${lossText(last)}`,
    series,
    range: { x: [0, steps], y: [0, 0] },
    xLabel: texts.step,
    formatY: lossTick,
    ...(adaptation ? {} : { tip: texts.lossTip }),
  });
}

/** Of small differences: so the scale begins where the values do, and the first point is the model as it was. */
function drawHiddenWords(
  { epochs, progress, adaptation }: TrainingStateParams,
  texts: FineTunePanelTexts,
): HTMLElement {
  const before = adaptation?.measures.find(({ kind }) => kind === 'wordLoss')?.before;
  const points: Point[] = [
    ...(before === undefined ? [] : [{ x: 0, y: before }]),
    ...epochs.flatMap(({ epoch, loss }) => (loss === undefined ? [] : [{ x: epoch, y: loss }])),
  ];
  const [first] = points;
  if (!first || points.length < 2) return drawEmpty(texts.wordsHeldBack, texts);
  return drawChart({
    title: texts.wordsHeldBack,
    description: points.map(({ x, y }) => `${texts.epoch} ${x}: ${lossText(y)}`).join(', '),
    series: [{ name: '', style: 'first', points, hasDots: true }],
    range: { x: [0, Math.max(2, progress?.epochs ?? epochs.length)], y: [first.y, first.y] },
    xLabel: texts.epoch,
    formatX: wholeNumber,
    formatY: lossTick,
  });
}

function drawQuality({ epochs, progress }: TrainingStateParams, texts: FineTunePanelTexts): HTMLElement {
  const points = (key: 'macroF1' | 'accuracy') =>
    epochs.flatMap(({ epoch, [key]: value }) => (value === undefined ? [] : [{ x: epoch, y: 100 * value }]));
  const macro = points('macroF1');
  if (macro.length === 0) return drawEmpty(texts.quality, texts);
  return drawChart({
    title: texts.quality,
    description: macro.map(({ x, y }) => `${texts.epoch} ${x}: ${texts.macroF1} ${y.toFixed(1)}`).join(', '),
    series: [
      { name: texts.macroF1, style: 'first', points: macro, hasDots: true },
      { name: texts.accuracy, style: 'second', points: points('accuracy'), hasDots: true },
    ],
    range: { x: [1, Math.max(2, progress?.epochs ?? epochs.length)], y: [0, 100] },
    xLabel: texts.epoch,
    formatX: wholeNumber,
    formatY: (value) => String(value),
  });
}

function drawEmpty(title: string, texts: FineTunePanelTexts): HTMLElement {
  return element(
    'figure',
    { class: 'chart-box' },
    element('figcaption', {}, element('span', { class: 'chart-title' }, title)),
    element('div', { class: 'chart-empty faint' }, texts.afterFirstEpoch),
  );
}

function wholeNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : '';
}

function lossTick(value: number): string {
  return Number(value.toPrecision(3)).toString();
}
