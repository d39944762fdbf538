// What was taken for what, with the texts behind each number. In: a result and the chosen cell. Out: a table whose
// cells are buttons, and the examples of the chosen one.

import type { FineTunePanelTexts } from '../../../protocol/fineTunePanelMessages.ts';
import type { TestExample, TestResult } from '../../../protocol/fineTuneRequests.ts';
import { type Child, element } from '../element.ts';
import { fillText, percentText } from '../fillText.ts';
import type { PageActions } from './pageActions.ts';
import { type Cell, examplesOf, isSameCell, occurringLabels, worstCell } from './resultRows.ts';

export function drawConfusion(
  result: TestResult,
  chosen: Cell | undefined,
  texts: FineTunePanelTexts,
  actions: PageActions,
): readonly Child[] {
  const cell = chosen ?? worstCell(result);
  const context: CellContext = { result, cell, texts, actions };
  return [
    element('p', { class: 'faint' }, result.several ? texts.confusionSeveralTip : texts.confusionTip),
    element(
      'div',
      { class: 'confusion-box' },
      result.several ? drawSeveral(context) : drawMatrix(context),
      drawExamples(context),
    ),
  ];
}

interface CellContext {
  readonly result: TestResult;
  readonly cell: Cell | undefined;
  readonly texts: FineTunePanelTexts;
  readonly actions: PageActions;
}

function drawMatrix(context: CellContext): HTMLElement {
  const { result, texts } = context;
  const names = occurringLabels(result);
  return element(
    'table',
    { class: 'confusion', 'aria-label': texts.confusion },
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        element('th', { scope: 'col', class: 'corner' }, `${texts.truth} ↓ · ${texts.predicted} →`),
        ...names.map((name) => element('th', { scope: 'col' }, titleOf(result, name))),
      ),
    ),
    element(
      'tbody',
      {},
      ...names.map((truth) => {
        const total = result.examples.filter((one) => one.truth[0] === truth).length;
        return element(
          'tr',
          {},
          element('th', { scope: 'row' }, titleOf(result, truth)),
          ...names.map((predicted) =>
            drawCell(context, { kind: 'pair', truth, predicted }, truth === predicted, total),
          ),
        );
      }),
    ),
  );
}

function drawSeveral(context: CellContext): HTMLElement {
  const { result, texts } = context;
  return element(
    'table',
    { class: 'confusion', 'aria-label': texts.confusion },
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        element('th', { scope: 'col' }, texts.label),
        ...[texts.right, texts.missed, texts.wronglyGiven].map((title) =>
          element('th', { scope: 'col' }, title),
        ),
      ),
    ),
    element(
      'tbody',
      {},
      ...occurringLabels(result).map((label) => {
        const total = result.examples.filter(({ truth }) => truth.includes(label)).length;
        return element(
          'tr',
          {},
          element('th', { scope: 'row' }, titleOf(result, label)),
          drawCell(context, { kind: 'right', label }, true, total),
          drawCell(context, { kind: 'missed', label }, false, total),
          drawCell(context, { kind: 'wronglyGiven', label }, false, total),
        );
      }),
    ),
  );
}

/** The number stands in the cell; the shade is only its share of the row. */
function drawCell(
  { result, cell: chosen, texts, actions }: CellContext,
  cell: Cell,
  isRight: boolean,
  total: number,
): HTMLElement {
  const count = examplesOf(result, cell).length;
  if (count === 0) return element('td', { class: 'nothing' }, '·');
  const made = element(
    'button',
    {
      type: 'button',
      class: `cell ${isRight ? 'right' : 'wrong'}`,
      'data-key': JSON.stringify(cell),
      'aria-pressed': String(isSameCell(chosen, cell)),
      'aria-label': `${describeCell(result, cell, texts)}: ${fillText(texts.cell, count)}`,
    },
    count.toLocaleString(),
  );
  made.style.setProperty('--share', String(Math.min(1, count / Math.max(1, total))));
  made.addEventListener('click', () => actions.change({ cell }));
  return element('td', {}, made);
}

function drawExamples({ result, cell, texts, actions }: CellContext): HTMLElement {
  if (!cell) return element('p', { class: 'faint examples' }, texts.noExamples);
  const examples = examplesOf(result, cell);
  return element(
    'div',
    { class: 'examples', 'aria-live': 'polite' },
    element('h4', {}, fillText(texts.examplesOf, describeCell(result, cell, texts))),
    element('ul', {}, ...examples.map((example) => drawExample(result, example, texts, actions))),
  );
}

function drawExample(
  result: TestResult,
  { text, after, before, probability, uri }: TestExample,
  texts: FineTunePanelTexts,
  actions: PageActions,
): HTMLElement {
  const names = (labels: readonly string[]) =>
    labels.length === 0 ? texts.none : labels.map((name) => titleOf(result, name)).join(', ');
  const facts = [
    `${names(after)} ${percentText(probability)}`,
    before && names(before) !== names(after) ? fillText(texts.saidBefore, names(before)) : undefined,
  ];
  const content = [
    element('span', { class: 'example-text' }, text),
    element('span', { class: 'faint' }, facts.filter((fact) => fact !== undefined).join(' · ')),
  ];
  if (uri === undefined) return element('li', {}, ...content);
  const open = element(
    'button',
    { type: 'button', class: 'example', title: fillText(texts.openFile, fileNameOf(uri)) },
    ...content,
  );
  open.addEventListener('click', () => actions.send({ kind: 'open', uri, line: undefined, text }));
  return element('li', {}, open);
}

function describeCell(result: TestResult, cell: Cell, texts: FineTunePanelTexts): string {
  if (cell.kind === 'pair') {
    const [truth, predicted] = [titleOf(result, cell.truth), titleOf(result, cell.predicted)];
    return cell.truth === cell.predicted ? `${truth}, ${texts.right}` : `${truth} → ${predicted}`;
  }
  return `${titleOf(result, cell.label)}, ${texts[cell.kind]}`;
}

function titleOf({ labels }: TestResult, name: string): string {
  return labels.find((label) => label.name === name)?.title ?? name;
}

function fileNameOf(uri: string): string {
  return decodeURIComponent(uri.slice(uri.lastIndexOf('/') + 1));
}
