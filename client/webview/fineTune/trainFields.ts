// The fields of the choices about a training: a label, an input, and a line that says what it is for.

import type { FineTuneOptions } from '../../../protocol/fineTuneRequests.ts';
import { element } from '../element.ts';

export type Choose = (patch: Partial<FineTuneOptions>) => void;

export function field(id: string, title: string, tip: string, input: HTMLElement): HTMLElement {
  input.id = id;
  input.setAttribute('data-key', id);
  input.setAttribute('aria-describedby', `${id}-tip`);
  return element(
    'div',
    { class: 'field' },
    element('label', { for: id }, title),
    input,
    element('div', { class: 'tip', id: `${id}-tip` }, tip),
  );
}

export function selectOf(
  choices: readonly { readonly value: string; readonly title: string }[],
  chosen: string,
  onChange: (value: string) => void,
): HTMLSelectElement {
  const select = element('select', {});
  for (const { value, title } of choices) {
    const option = element('option', { value }, title);
    option.selected = value === chosen;
    select.append(option);
  }
  select.addEventListener('change', () => onChange(select.value));
  return select;
}
