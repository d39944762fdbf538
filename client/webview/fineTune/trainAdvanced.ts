// The choices about a training that few need, folded away: what other depths count, and how fast lower layers learn.

import type { FineTunePanelTexts } from '../../../protocol/fineTunePanelMessages.ts';
import type { FineTuneOptions } from '../../../protocol/fineTuneRequests.ts';
import { element } from '../element.ts';
import { fillText } from '../fillText.ts';
import type { PageState } from './pageState.ts';
import { type Choose, field, selectOf } from './trainFields.ts';

/** Between nothing and everything. */
const someShallow = 0.25;
const decays = [1, 0.8, 0.5];

export function drawAdvanced(
  { isAdvancedOpen }: Pick<PageState, 'isAdvancedOpen'>,
  options: FineTuneOptions,
  texts: FineTunePanelTexts,
  { choose, toggle }: { readonly choose: Choose; readonly toggle: (isOpen: boolean) => void },
): HTMLElement {
  const summary = element('summary', { 'data-key': 'advanced' }, texts.advanced);
  const details = element(
    'details',
    { class: 'advanced' },
    summary,
    element(
      'div',
      { class: 'fields' },
      field('shallow', texts.shallow, texts.shallowTip, shallowInput(options, texts, choose)),
      field('decay', texts.layerDecay, texts.layerDecayTip, decayInput(options, texts, choose)),
    ),
  );
  details.open = isAdvancedOpen;
  // The page draws the section anew: it has to know what was open.
  details.addEventListener('toggle', () => {
    if (details.open !== isAdvancedOpen) toggle(details.open);
  });
  return details;
}

function shallowInput({ shallowWeight }: FineTuneOptions, texts: FineTunePanelTexts, choose: Choose) {
  const choices = [
    { value: '0', title: texts.shallowNone },
    { value: String(someShallow), title: fillText(texts.shallowSome, someShallow) },
    { value: '1', title: texts.shallowAll },
  ];
  return selectOf(choices, String(shallowWeight), (value) => choose({ shallowWeight: Number(value) }));
}

function decayInput({ layerDecay, freeze }: FineTuneOptions, texts: FineTunePanelTexts, choose: Choose) {
  const select = selectOf(
    decays.map((value) => ({
      value: String(value),
      title: value === 1 ? texts.layerDecayNone : fillText(texts.layerDecayBy, value),
    })),
    String(layerDecay),
    (value) => choose({ layerDecay: Number(value) }),
  );
  // With the encoder as it is, no layer learns.
  select.disabled = freeze === 'encoder';
  return select;
}
