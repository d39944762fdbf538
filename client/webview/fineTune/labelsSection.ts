// The first section: what the team has labelled for a task, how evenly, and what is odd about it.

import type { FineTunePanelTexts } from '../../../protocol/fineTunePanelMessages.ts';
import type { LabelCount, TrainableTask } from '../../../protocol/fineTuneRequests.ts';
import { type Child, element, icon } from '../element.ts';
import { fillText } from '../fillText.ts';
import type { PageActions } from './pageActions.ts';
import { chosenTask, type PageState } from './pageState.ts';
import { button, emptyState } from './section.ts';

export function drawLabels(
  state: PageState,
  texts: FineTunePanelTexts,
  actions: PageActions,
): readonly Child[] {
  const { data } = state;
  if (!data) return [element('p', { class: 'faint' }, texts.loading)];
  const run = (action: 'labelNext' | 'openFolder', title: string) =>
    button(title, { key: action, style: 'primary', onClick: () => actions.send({ kind: 'run', action }) });
  if (data.problem !== undefined) return [emptyState(data.problem, run('openFolder', texts.openFolder))];
  const task = chosenTask(state);
  if (!task) return [emptyState(texts.noLabels, run('labelNext', texts.labelNext))];
  return [
    drawPicker(data.tasks, task, texts, actions),
    task.question === '' ? undefined : element('p', { class: 'faint' }, task.question),
    task.trainingRows + task.testRows === 0
      ? emptyState(texts.noLabels, run('labelNext', texts.labelNext))
      : drawBalance(task, texts),
    ...task.problems.map((problem) =>
      element('p', { class: 'problem' }, icon('warning'), element('span', {}, problem)),
    ),
    task.obstacle !== undefined && task.trainingRows + task.testRows > 0
      ? element(
          'p',
          { class: 'problem' },
          icon('warning'),
          element('span', {}, fillText(texts.notYet, task.obstacle)),
          button(texts.labelNext, {
            key: 'more-labels',
            style: 'link',
            onClick: () => actions.send({ kind: 'run', action: 'labelNext' }),
          }),
        )
      : undefined,
  ];
}

function drawPicker(
  tasks: readonly TrainableTask[],
  chosen: TrainableTask,
  texts: FineTunePanelTexts,
  actions: PageActions,
): HTMLElement {
  const select = element('select', { id: 'task', 'data-key': 'task' });
  for (const { task, trainingRows, testRows, isKnown } of tasks) {
    const count = fillText(texts.rowsOfTask, trainingRows + testRows);
    const title = isKnown ? `${task} · ${count}` : `${task} · ${count} · ${texts.newTask}`;
    const option = element('option', { value: task }, title);
    option.selected = task === chosen.task;
    select.append(option);
  }
  select.addEventListener('change', () => actions.change({ task: select.value, estimate: undefined }));
  return element('div', { class: 'field-row' }, element('label', { for: 'task' }, texts.task), select);
}

/** Bars of a table: what a screen reader reads are its numbers. */
function drawBalance(task: TrainableTask, texts: FineTunePanelTexts): HTMLElement {
  const most = Math.max(1, ...task.labels.map(({ training, test }) => training + test));
  return element(
    'table',
    { class: 'balance', 'aria-label': texts.labelCounts },
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        element('th', { scope: 'col' }, texts.label),
        element(
          'th',
          { scope: 'col', class: 'bar-column' },
          element('span', { class: 'visually-hidden' }, texts.labelCounts),
        ),
        element(
          'th',
          { scope: 'col', class: 'number' },
          `${texts.training} ${task.trainingRows.toLocaleString()}`,
        ),
        element(
          'th',
          { scope: 'col', class: 'number', title: texts.testTip },
          `${texts.test} ${task.testRows.toLocaleString()}`,
        ),
      ),
    ),
    element('tbody', {}, ...task.labels.map((label) => drawLabelRow(label, most))),
  );
}

function drawLabelRow({ title, training, test }: LabelCount, most: number): HTMLElement {
  const bar = (className: string, count: number) => {
    const drawn = element('span', { class: className });
    drawn.style.width = `${(100 * count) / most}%`;
    return drawn;
  };
  return element(
    'tr',
    { class: training + test === 0 ? 'unused' : undefined },
    element('th', { scope: 'row' }, title),
    element(
      'td',
      { class: 'bar-column', 'aria-hidden': 'true' },
      element('span', { class: 'bars' }, bar('bar training', training), bar('bar test', test)),
    ),
    element('td', { class: 'number' }, training.toLocaleString()),
    element('td', { class: 'number' }, test.toLocaleString()),
  );
}
