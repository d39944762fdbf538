// The table of what was measured before and after an adaptation; while it runs, of before alone.

import type { FineTunePanelTexts } from '../../../protocol/fineTunePanelMessages.ts';
import type { AdaptationMeasure } from '../../../protocol/fineTuneRequests.ts';
import { element } from '../element.ts';
import { toMeasureRows } from './measureRows.ts';

export function drawMeasures(measures: readonly AdaptationMeasure[], texts: FineTunePanelTexts): HTMLElement {
  const rows = toMeasureRows(measures, texts);
  const isDone = rows.some(({ after }) => after !== '');
  const number = (title: string) => element('th', { scope: 'col', class: 'number' }, title);
  return element(
    'div',
    { class: 'table-box' },
    element(
      'table',
      { class: 'measures', 'aria-label': texts.adaptMeasured },
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          element('th', { scope: 'col' }, texts.measure),
          number(texts.measuredOn),
          number(texts.before),
          isDone ? number(texts.after) : undefined,
          isDone ? number(texts.change) : undefined,
        ),
      ),
      element(
        'tbody',
        {},
        ...rows.map(({ title, before, after, change, direction, count }) =>
          element(
            'tr',
            {},
            element('th', { scope: 'row' }, title),
            element('td', { class: 'number' }, count),
            element('td', { class: 'number' }, before),
            isDone ? element('td', { class: 'number strong' }, after) : undefined,
            isDone
              ? element('td', { class: 'number' }, element('span', { class: `change ${direction}` }, change))
              : undefined,
          ),
        ),
      ),
    ),
  );
}
