// The section about adapting: what it does, what it needs, and the button that starts it.

import type { FineTunePanelTexts } from '../../../protocol/fineTunePanelMessages.ts';
import type { Child } from '../element.ts';
import { element } from '../element.ts';
import { fillText } from '../fillText.ts';
import { durationText } from './numberTexts.ts';
import type { PageActions } from './pageActions.ts';
import { isBusy, type PageState } from './pageState.ts';
import { button } from './section.ts';

export function drawAdapt(
  state: PageState,
  texts: FineTunePanelTexts,
  actions: PageActions,
): readonly Child[] {
  return [
    element('p', {}, texts.adaptWhat),
    element('p', { class: 'faint' }, texts.adaptTip),
    element(
      'div',
      { class: 'start' },
      button(texts.adaptStart, {
        key: 'adapt',
        disabled: isBusy(state) || state.data === undefined || state.data.problem !== undefined,
        tip: texts.startTip,
        onClick: () => actions.send({ kind: 'control', params: { action: 'adapt' } }),
      }),
      element('span', { class: 'faint', 'aria-live': 'polite' }, estimateText(state, texts)),
    ),
  ];
}

function estimateText({ adaptEstimate }: PageState, texts: FineTunePanelTexts): string {
  switch (adaptEstimate?.kind) {
    case undefined:
      return '';
    case 'asked':
      return texts.adaptEstimating;
    case 'failed':
      return fillText(texts.estimateUnknown, adaptEstimate.message);
    case 'known': {
      const { seconds, passages, tokensPerSecond } = adaptEstimate.estimate;
      return fillText(texts.adaptEstimate, durationText(seconds, texts), passages, tokensPerSecond);
    }
  }
}
