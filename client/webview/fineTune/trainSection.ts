// The second section: what will be trained, with which choices, and how long it will take on this machine.

import type { FineTunePanelTexts } from '../../../protocol/fineTunePanelMessages.ts';
import type { FineTuneOptions, TrainableTask } from '../../../protocol/fineTuneRequests.ts';
import { type Child, element } from '../element.ts';
import { fillText } from '../fillText.ts';
import { durationText } from './numberTexts.ts';
import type { PageActions } from './pageActions.ts';
import { chosenOptions, chosenTask, isBusy, type PageState } from './pageState.ts';
import { button, emptyState } from './section.ts';
import { drawAdvanced } from './trainAdvanced.ts';
import { type Choose, field, selectOf } from './trainFields.ts';

/** Half and double of what the trainer advises. */
const rateFactors = [0.5, 1, 2];
const maxEpochs = 50;

export function drawTrain(
  state: PageState,
  texts: FineTunePanelTexts,
  actions: PageActions,
): readonly Child[] {
  const task = chosenTask(state);
  if (!task) return [emptyState(texts.notYet.replace('{0}', texts.noLabels))];
  if (task.obstacle !== undefined) return [emptyState(task.obstacle)];
  const options = chosenOptions(state, task);
  const choose = (patch: Partial<FineTuneOptions>) =>
    actions.change({ options: { ...options, ...patch }, estimate: undefined });
  return [
    element('p', { class: 'faint' }, fillText(texts.trainWhat, task.task, task.trainingRows)),
    element(
      'div',
      { class: 'fields' },
      field('epochs', texts.epochs, texts.epochsTip, epochsInput(options, choose)),
      field('rate', texts.learningRate, texts.learningRateTip, rateInput(options, task.advised, choose)),
      field('freeze', texts.learns, texts.learnsTip, freezeInput(options, task, texts, choose)),
      keepInput(options, texts, choose),
    ),
    drawAdvanced(state, options, texts, {
      choose,
      toggle: (isAdvancedOpen) => actions.change({ isAdvancedOpen }),
    }),
    element(
      'div',
      { class: 'start' },
      button(texts.start, {
        key: 'start',
        style: 'primary',
        disabled: isBusy(state),
        tip: texts.startTip,
        onClick: () =>
          actions.send({ kind: 'control', params: { action: 'start', task: task.task, options } }),
      }),
      element('span', { class: 'faint', 'aria-live': 'polite' }, estimateText(state, texts)),
    ),
  ];
}

function estimateText({ estimate }: PageState, texts: FineTunePanelTexts): string {
  switch (estimate?.kind) {
    case undefined:
      return '';
    case 'asked':
      return texts.estimating;
    case 'failed':
      return fillText(texts.estimateUnknown, estimate.message);
    case 'known':
      return fillText(
        texts.estimate,
        durationText(estimate.estimate.seconds, texts),
        estimate.estimate.tokensPerSecond,
      );
  }
}

function epochsInput({ epochs }: FineTuneOptions, choose: Choose): HTMLElement {
  const input = element('input', {
    type: 'number',
    min: '1',
    max: String(maxEpochs),
    step: '1',
    value: String(epochs),
  });
  input.addEventListener('change', () => {
    const typed = Math.round(Number(input.value));
    choose({ epochs: Number.isFinite(typed) ? Math.min(maxEpochs, Math.max(1, typed)) : epochs });
  });
  return input;
}

function rateInput({ learningRate }: FineTuneOptions, advised: FineTuneOptions, choose: Choose): HTMLElement {
  const rates = rateFactors.map((factor) => Number((factor * advised.learningRate).toPrecision(3)));
  return selectOf(
    rates.map((rate) => ({ value: String(rate), title: rate.toString() })),
    String(learningRate),
    (value) => choose({ learningRate: Number(value) }),
  );
}

function freezeInput(
  { freeze }: FineTuneOptions,
  { advisedEpochs }: TrainableTask,
  texts: FineTunePanelTexts,
  choose: Choose,
): HTMLElement {
  const choices: readonly { readonly value: FineTuneOptions['freeze']; readonly title: string }[] = [
    { value: 'none', title: texts.learnsAll },
    { value: 'embeddings', title: texts.learnsLayers },
    { value: 'encoder', title: texts.learnsHeads },
  ];
  return selectOf(choices, freeze, (value) => {
    const chosen = value as FineTuneOptions['freeze'];
    choose({ freeze: chosen, epochs: advisedEpochs[chosen] });
  });
}

function keepInput(
  { keepTasks, freeze }: FineTuneOptions,
  texts: FineTunePanelTexts,
  choose: Choose,
): HTMLElement {
  const input = element('input', {
    type: 'checkbox',
    id: 'keep',
    'data-key': 'keep',
    'aria-describedby': 'keep-tip',
  });
  // With the encoder as it is, nothing of the other tasks can change.
  input.checked = keepTasks || freeze === 'encoder';
  input.disabled = freeze === 'encoder';
  input.addEventListener('change', () => choose({ keepTasks: input.checked }));
  return element(
    'div',
    { class: 'field' },
    element('label', { for: 'keep', class: 'check' }, input, texts.keepTasks),
    element('div', { class: 'tip', id: 'keep-tip' }, texts.keepTasksTip),
  );
}
