// The fourth section: what the new model is worth on the test texts, beside the one before, and whether more labels
// would help.

import type { FineTunePanelTexts } from '../../../protocol/fineTunePanelMessages.ts';
import type {
  AdaptationMeasure,
  LearningCurve,
  TestMeasure,
  TestResult,
} from '../../../protocol/fineTuneRequests.ts';
import { type Child, element } from '../element.ts';
import { fillText } from '../fillText.ts';
import { drawConfusion } from './confusionMatrix.ts';
import { drawChart } from './drawChart.ts';
import { drawMeasures } from './measureTable.ts';
import { changeText, durationText, scoreText } from './numberTexts.ts';
import type { PageActions } from './pageActions.ts';
import { isBusy, type PageState, shownModel } from './pageState.ts';
import { toLabelRows } from './resultRows.ts';
import { button, emptyState } from './section.ts';

/** From here on a difference of a few points means something. */
const enoughTexts = 50;

export function drawResult(
  state: PageState,
  texts: FineTunePanelTexts,
  actions: PageActions,
): readonly Child[] {
  const model = shownModel(state);
  if (model === undefined) return [emptyState(texts.noResult)];
  const known = state.results[model];
  if (!known) return [element('p', { class: 'faint' }, texts.loading)];
  const { result, adaptation } = known;
  if (adaptation) return drawAdapted(model, adaptation, state, texts);
  if (!result) return [emptyState(texts.notCompared)];
  const isCurrent = state.training?.model === model;
  return [
    drawHeadline(model, result, texts),
    drawTable(result, texts),
    element('h3', {}, texts.confusion),
    ...drawConfusion(result, state.cell, texts, actions),
    element(
      'div',
      { class: 'charts' },
      drawCalibration(result, texts),
      isCurrent ? drawMoreLabels(state, texts, actions) : undefined,
    ),
  ];
}

function drawAdapted(
  model: string,
  measures: readonly AdaptationMeasure[],
  { versions }: PageState,
  texts: FineTunePanelTexts,
): readonly Child[] {
  const parent = versions?.versions.find(({ name }) => name === model)?.parent ?? '';
  return [
    element('p', {}, element('strong', {}, model), ' ', fillText(texts.adaptedFrom, parent)),
    element('p', { class: 'faint' }, texts.adaptMeasured),
    drawMeasures(measures, texts),
  ];
}

function drawHeadline(model: string, { after, before, beforeModel }: TestResult, texts: FineTunePanelTexts) {
  const change = before && after.macroF1 - before.macroF1;
  const verdict =
    change === undefined
      ? texts.newForModel
      : Math.abs(change) < 0.005
        ? texts.same
        : change > 0
          ? texts.better
          : texts.worse;
  const direction = change === undefined || Math.abs(change) < 0.005 ? 'even' : change > 0 ? 'up' : 'down';
  return element(
    'div',
    { class: 'headline' },
    element('p', {}, element('strong', {}, model), ' ', fillText(verdict, beforeModel)),
    element(
      'dl',
      { class: 'figures' },
      drawScore(texts.macroF1, (one) => one.macroF1, after, before, direction),
      drawScore(texts.microF1, (one) => one.microF1, after, before, undefined),
      drawScore(texts.accuracy, (one) => one.accuracy, after, before, undefined),
    ),
    element(
      'p',
      { class: 'faint' },
      `${fillText(texts.testedOn, after.count)} ${after.count < enoughTexts ? texts.fewTested : ''}`,
    ),
  );
}

function drawScore(
  title: string,
  scoreOf: (measure: TestMeasure) => number,
  after: TestMeasure,
  before: TestMeasure | undefined,
  direction: string | undefined,
): HTMLElement {
  const change = before && scoreOf(after) - scoreOf(before);
  return element(
    'div',
    { class: 'figure' },
    element('dt', {}, title),
    element(
      'dd',
      {},
      before ? element('span', { class: 'from' }, `${scoreText(scoreOf(before))} → `) : undefined,
      scoreText(scoreOf(after)),
      change === undefined
        ? undefined
        : element('span', { class: `change ${direction ?? ''}` }, changeText(change)),
    ),
  );
}

function drawTable(result: TestResult, texts: FineTunePanelTexts): HTMLElement {
  const head = (title: string) => element('th', { scope: 'col', class: 'number' }, title);
  const hasBefore = result.before !== undefined;
  return element(
    'table',
    { class: 'metrics', 'aria-label': texts.perLabel },
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        element('th', { scope: 'col' }, texts.label),
        head(texts.texts),
        head(texts.precision),
        head(texts.recall),
        head(texts.f1),
        hasBefore ? head(texts.before) : undefined,
      ),
    ),
    element(
      'tbody',
      {},
      ...toLabelRows(result).map(({ title, support, precision, recall, f1, f1Before }) => {
        const isEmpty = support === 0;
        const cell = (value: number) =>
          element('td', { class: 'number' }, isEmpty && value === 0 ? '–' : scoreText(value));
        const change = f1Before === undefined ? 0 : f1 - f1Before;
        return element(
          'tr',
          { class: isEmpty ? 'unused' : undefined },
          element('th', { scope: 'row' }, title),
          element('td', { class: 'number' }, support.toLocaleString()),
          cell(precision),
          cell(recall),
          element('td', { class: 'number strong' }, isEmpty && f1 === 0 ? '–' : scoreText(f1)),
          f1Before === undefined
            ? undefined
            : element(
                'td',
                { class: 'number' },
                isEmpty && f1Before === 0 ? '–' : scoreText(f1Before),
                element(
                  'span',
                  { class: `change ${change > 0.0005 ? 'up' : change < -0.0005 ? 'down' : ''}` },
                  isEmpty ? '' : changeText(change),
                ),
              ),
        );
      }),
    ),
  );
}

function drawCalibration({ after }: TestResult, texts: FineTunePanelTexts): HTMLElement {
  const percent = (value: number) => `${Math.round(100 * value)} %`;
  return element(
    'figure',
    { class: 'chart-box calibration' },
    element(
      'figcaption',
      { title: texts.calibrationTip },
      element('span', { class: 'chart-title' }, texts.calibration),
      element('span', { class: 'legend' }, fillText(texts.ece, scoreText(after.ece))),
    ),
    element(
      'table',
      { 'aria-label': texts.calibration },
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          element('th', { scope: 'col', class: 'number' }, texts.said),
          element('th', { scope: 'col' }, texts.cameTrue),
          element('th', { scope: 'col', class: 'number' }, ''),
        ),
      ),
      element(
        'tbody',
        {},
        ...after.reliability.map(({ probability, rate, count }) => {
          const bar = element('span', { class: 'bar test' });
          bar.style.width = `${100 * rate}%`;
          const mark = element('span', { class: 'mark' });
          mark.style.left = `${100 * probability}%`;
          return element(
            'tr',
            {},
            element('td', { class: 'number' }, percent(probability)),
            element('td', { class: 'bar-column' }, element('span', { class: 'track' }, bar, mark)),
            element('td', { class: 'number' }, `${percent(rate)} · ${count.toLocaleString()}`),
          );
        }),
      ),
    ),
    element('p', { class: 'faint' }, texts.calibrationTip),
  );
}

function drawMoreLabels(state: PageState, texts: FineTunePanelTexts, actions: PageActions): HTMLElement {
  const curve = state.training?.curve;
  const measured = curve && curve.points.length > 1;
  return element(
    'figure',
    { class: 'chart-box' },
    element('figcaption', {}, element('span', { class: 'chart-title' }, texts.moreLabels)),
    measured ? drawCurve(curve, texts) : element('p', { class: 'faint' }, texts.moreLabelsTip),
    element(
      'p',
      {},
      button(texts.measureCurve, {
        key: 'curve',
        disabled: isBusy(state),
        onClick: () => actions.send({ kind: 'control', params: { action: 'measureCurve' } }),
      }),
      ' ',
      element('span', { class: 'faint' }, curveCost(state, texts)),
    ),
  );
}

/** A quarter, a half and three quarters of the labels: one and a half trainings more. */
const curveRuns = 1.5;

function curveCost({ estimate }: PageState, texts: FineTunePanelTexts): string {
  if (estimate?.kind !== 'known') return fillText(texts.curveCost, '1.5 ×');
  return fillText(texts.curveCost, durationText(curveRuns * estimate.estimate.seconds, texts));
}

/** Less than this between three quarters and all of the labels, and more of them bring little. */
const flatChange = 0.01;

function drawCurve({ points }: LearningCurve, texts: FineTunePanelTexts): HTMLElement {
  const percent = (value: number) => `${Math.round(value)} %`;
  const [last, previous] = [points.at(-1)!, points.at(-2)!];
  const helps = last.macroF1 - previous.macroF1 > flatChange;
  return element(
    'div',
    {},
    drawChart({
      title: texts.macroF1,
      description: points
        .map(({ share, rows, macroF1 }) =>
          fillText(texts.curvePoint, percent(100 * share), rows, scoreText(macroF1)),
        )
        .join('; '),
      series: [
        {
          name: texts.macroF1,
          style: 'first',
          points: points.map(({ share, macroF1 }) => ({ x: 100 * share, y: 100 * macroF1 })),
          hasDots: true,
        },
      ],
      range: { x: [25, 100], y: [0, 100] },
      xLabel: texts.labels,
      formatX: percent,
      formatY: (value) => String(value),
    }),
    element('p', {}, helps ? texts.curveHelps : texts.curveFlat),
  );
}
