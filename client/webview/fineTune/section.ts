// A part of the page with a heading, drawn anew only when what it shows has changed. In: a key and a function that
// draws. Out: elements; what had the focus has it again, so that updates do not throw the keyboard out.

import { type Child, element } from '../element.ts';

export interface Section {
  readonly root: HTMLElement;
  /** Draws when `key` is another one than last time. Elements with `data-key` keep the focus. */
  draw(key: unknown, content: () => readonly Child[]): void;
}

export function createSection(id: string, heading: string): Section {
  const body = element('div', { class: 'section-body' });
  const root = element(
    'section',
    { id, 'aria-labelledby': `${id}-heading` },
    element('h2', { id: `${id}-heading` }, heading),
    body,
  );
  let drawn: string | undefined;
  return {
    root,
    draw(key, content) {
      const next = JSON.stringify(key) ?? '';
      if (next === drawn) return;
      const focused = document.activeElement;
      const focusKey = focused && body.contains(focused) ? focused.getAttribute('data-key') : null;
      body.replaceChildren(...content().filter((child) => child !== undefined));
      drawn = next;
      if (focusKey === null) return;
      const same = body.querySelector<HTMLElement>(`[data-key="${CSS.escape(focusKey)}"]`);
      same?.focus({ preventScroll: true });
    },
  };
}

export interface ButtonOptions {
  readonly key: string;
  readonly onClick: () => void;
  readonly style?: 'primary' | 'secondary' | 'link';
  readonly disabled?: boolean;
  readonly tip?: string | undefined;
}

export function button(title: string, { key, onClick, style = 'secondary', disabled, tip }: ButtonOptions) {
  const made = element('button', { type: 'button', class: style, 'data-key': key, title: tip }, title);
  made.disabled = disabled === true;
  made.addEventListener('click', onClick);
  return made;
}

/** What a section says when there is nothing in it: always with what to do next. */
export function emptyState(text: string, ...actions: readonly Child[]): HTMLElement {
  return element('div', { class: 'empty' }, element('p', {}, text), ...actions);
}
