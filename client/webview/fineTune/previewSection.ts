// The fifth section: what would change in the workspace, and the decision.

import type { FineTunePanelTexts } from '../../../protocol/fineTunePanelMessages.ts';
import type { PreviewChange, PreviewModelResponse } from '../../../protocol/fineTuneRequests.ts';
import { type Child, element } from '../element.ts';
import { fillText } from '../fillText.ts';
import type { PageActions } from './pageActions.ts';
import { isBusy, type PageState, shownModel } from './pageState.ts';
import { button, emptyState } from './section.ts';

export function drawPreview(
  state: PageState,
  texts: FineTunePanelTexts,
  actions: PageActions,
): readonly Child[] {
  const model = shownModel(state);
  if (model === undefined) return [emptyState(texts.noResult)];
  const shown = state.preview?.model === model ? state.preview : undefined;
  const version = state.versions?.versions.find(({ name }) => name === model);
  const ask = button(texts.showPreview, {
    key: 'preview',
    onClick: () => {
      actions.change({ preview: { kind: 'running', model, progress: undefined } });
      actions.send({ kind: 'preview', model });
    },
  });
  return [
    element('p', { class: 'faint' }, texts.previewTip),
    shown?.kind === 'running' ? undefined : element('p', {}, ask),
    shown?.kind === 'failed' ? element('p', { class: 'problem' }, shown.message) : undefined,
    shown?.kind === 'running' ? drawRunning(shown.progress, texts, actions) : undefined,
    shown?.kind === 'ready' ? drawChanges(shown.preview, texts, actions) : undefined,
    version?.status === 'candidate' && state.versions?.active !== model
      ? drawDecision(model, isBusy(state), texts, actions)
      : undefined,
  ];
}

function drawRunning(
  progress: { readonly done: number; readonly total: number } | undefined,
  texts: FineTunePanelTexts,
  actions: PageActions,
): HTMLElement {
  const fill = element('span', { class: 'fill' });
  const isKnown = progress && progress.total > 0;
  if (isKnown) fill.style.width = `${(100 * progress.done) / progress.total}%`;
  return element(
    'div',
    { class: 'run' },
    element(
      'div',
      { class: `progress ${isKnown ? '' : 'open'}`, role: 'progressbar', 'aria-label': texts.preview },
      fill,
    ),
    element(
      'span',
      { class: 'faint' },
      isKnown ? fillText(texts.previewProgress, progress.done, progress.total) : texts.previewReading,
    ),
    button(texts.cancel, { key: 'cancel-preview', onClick: () => actions.send({ kind: 'cancelPreview' }) }),
  );
}

function drawChanges(
  preview: PreviewModelResponse,
  texts: FineTunePanelTexts,
  actions: PageActions,
): HTMLElement {
  const { gone, added, relabelled, changes, passages, files, isPartial } = preview;
  const summary =
    gone + added + relabelled === 0
      ? texts.previewNothing
      : `${fillText(texts.previewSummary, gone + added, gone, added)} ${
          relabelled > 0 ? fillText(texts.previewRelabelled, relabelled) : ''
        }`;
  const left = gone + added + relabelled - changes.length;
  return element(
    'div',
    { class: 'changes', 'aria-live': 'polite' },
    element('p', { class: 'summary' }, summary),
    element(
      'p',
      { class: 'faint' },
      `${fillText(texts.previewRead, passages, files)} ${isPartial ? texts.previewPartial : ''}`,
    ),
    element('ul', {}, ...changes.map((change) => drawChange(change, texts, actions))),
    left > 0 ? element('p', { class: 'faint' }, fillText(texts.previewFirst, changes.length)) : undefined,
  );
}

function drawChange(change: PreviewChange, texts: FineTunePanelTexts, actions: PageActions): HTMLElement {
  const { kind, uri, file, line, text, before, after } = change;
  const what = {
    gone: `${texts.gone}: ${before}`,
    added: `${texts.added}: ${after}`,
    relabelled: `${before || texts.none} → ${after || texts.none}`,
  }[kind];
  const open = element(
    'button',
    { type: 'button', class: 'example' },
    element('span', { class: `badge ${kind}` }, what),
    element('span', { class: 'example-text' }, text),
    element('span', { class: 'faint' }, `${file}:${line + 1}`),
  );
  open.addEventListener('click', () => actions.send({ kind: 'open', uri, line, text }));
  return element('li', {}, open);
}

function drawDecision(
  model: string,
  isWorking: boolean,
  texts: FineTunePanelTexts,
  actions: PageActions,
): HTMLElement {
  const change = (action: 'accept' | 'reject') => () =>
    actions.send({ kind: 'change', params: { action, model } });
  return element(
    'div',
    { class: 'decision' },
    element('h3', {}, texts.decide),
    element('p', { class: 'faint' }, texts.decideTip),
    element(
      'div',
      { class: 'buttons' },
      button(texts.accept, {
        key: 'accept',
        style: 'primary',
        disabled: isWorking,
        onClick: change('accept'),
      }),
      button(texts.reject, { key: 'reject', disabled: isWorking, onClick: change('reject') }),
    ),
  );
}
