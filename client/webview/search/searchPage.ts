// The page's elements and how they follow the state. In: state, status of the index, texts. Out: what the user
// sees. Nothing here decides anything: main.ts turns gestures into events and draws again.

import type { IndexStatusParams, NoAnswerReason } from '../../../protocol/searchRequests.ts';
import type { SearchViewTexts } from '../../../protocol/searchViewMessages.ts';
import { element, icon } from '../element.ts';
import { fillText, percentText } from '../fillText.ts';
import { drawRow, rowId } from './drawRows.ts';
import { findFacets } from './groupPassages.ts';
import { type IndexNotice, toIndexNotice } from './indexNotice.ts';
import { passagesOf, type Row } from './listRows.ts';
import { type QueryFilter, readFilters } from './queryFilters.ts';
import type { ViewState } from './viewState.ts';

export interface SearchPage {
  readonly input: HTMLInputElement;
  readonly list: HTMLElement;
  draw(view: DrawnView): void;
  /** Only the index has something new to tell. */
  drawStatus(view: DrawnView): void;
  /** Only the chosen row changed. */
  drawChoice(rows: readonly Row[], chosen: string | undefined): void;
}

export interface DrawnView {
  readonly state: ViewState;
  readonly rows: readonly Row[];
  readonly status: IndexStatusParams | undefined;
  readonly texts: SearchViewTexts;
  /** Names of filters that the labels of the results add to the usual ones. */
  readonly filterKeys: readonly string[];
}

const facetCount = 4;
const recentCount = 5;

export function createSearchPage(root: HTMLElement, texts: SearchViewTexts): SearchPage {
  const modes = element('div', { class: 'modes', role: 'radiogroup', 'aria-label': texts.search });
  const input = element('input', {
    type: 'text',
    spellcheck: 'false',
    autocomplete: 'off',
    role: 'combobox',
    'aria-controls': 'list',
    'aria-expanded': 'false',
    'aria-haspopup': 'tree',
  });
  const clear = element(
    'button',
    { class: 'clear', type: 'button', title: texts.clear, 'aria-label': texts.clear, 'data-do': 'clear' },
    icon('close'),
  );
  const chips = element('div', { class: 'chips', role: 'group', 'aria-label': texts.filters });
  const busy = element('div', { class: 'busy', 'aria-hidden': 'true' });
  const summary = element('div', { class: 'summary', role: 'status', 'aria-live': 'polite' });
  const problems = element('div', { class: 'problems', role: 'alert' });
  const verdict = element('div', { class: 'verdict', role: 'status', 'aria-live': 'polite' });
  const list = element('div', {
    id: 'list',
    class: 'list',
    role: 'tree',
    tabindex: '0',
    'aria-label': texts.results,
  });
  const blank = element('div', { class: 'blank' });
  const footer = element('div', { class: 'footer' });
  root.replaceChildren(
    element('header', {}, modes, element('div', { class: 'box' }, input, clear), chips),
    busy,
    problems,
    verdict,
    summary,
    element('main', {}, list, blank),
    footer,
  );

  const drawModes = ({ state }: DrawnView): void => {
    const mode = (name: ViewState['mode'], title: string) =>
      element(
        'button',
        {
          type: 'button',
          role: 'radio',
          'aria-checked': String(state.mode === name),
          tabindex: state.mode === name ? '0' : '-1',
          'data-do': 'mode',
          'data-value': name,
        },
        title,
      );
    const focused = modes.contains(document.activeElement);
    modes.replaceChildren(mode('search', texts.search), mode('ask', texts.ask));
    if (focused) modes.querySelector<HTMLElement>('[aria-checked="true"]')?.focus();
  };

  const drawChips = ({ state, filterKeys }: DrawnView): void => {
    const query = state.typed[state.mode];
    const active = state.mode === 'search' ? readFilters(query, filterKeys) : [];
    const facets =
      state.mode === 'search' && state.outcome.kind === 'found'
        ? findFacets(state.outcome.response.hits, facetCount).filter(
            (facet) => !active.some((one) => one.value.toLowerCase() === facet.value.toLowerCase()),
          )
        : [];
    chips.replaceChildren(
      ...active.map((filter, index) => drawFilter(filter, index, texts)),
      ...facets.map((facet) =>
        element(
          'button',
          {
            class: 'chip offer',
            type: 'button',
            'data-do': 'addFilter',
            'data-key': facet.key,
            'data-value': facet.value,
            title: fillText(texts.addFilter, `${facet.key}:${facet.value}`),
          },
          facet.title,
          element('span', { class: 'count' }, String(facet.count)),
        ),
      ),
    );
  };

  const drawProblems = ({ state }: DrawnView): void => {
    const { outcome } = state;
    const told =
      outcome.kind === 'found' || outcome.kind === 'similar'
        ? outcome.response.problems
        : outcome.kind === 'failed'
          ? [fillText(texts.failed, outcome.message)]
          : outcome.kind === 'answered' && outcome.response.problem
            ? [outcome.response.problem]
            : [];
    problems.replaceChildren(...told.map((text) => element('p', {}, text)));
  };

  return {
    input,
    list,
    draw(view) {
      const { state, rows } = view;
      drawModes(view);
      const typed = state.typed[state.mode];
      if (input.value !== typed) input.value = typed;
      input.placeholder = state.mode === 'search' ? texts.searchPlaceholder : texts.askPlaceholder;
      input.setAttribute('aria-label', input.placeholder);
      input.setAttribute('aria-expanded', String(rows.length > 0));
      clear.hidden = typed === '' && state.outcome.kind === 'nothing';
      drawChips(view);
      drawProblems(view);
      busy.classList.toggle('working', state.waiting !== undefined);
      verdict.replaceChildren(...drawVerdict(view));
      summary.textContent = summarize(view);
      // With an answer above the list, the same words stand between the two.
      summary.classList.toggle('unseen', rows[0]?.kind === 'answer');
      list.hidden = rows.length === 0;
      list.replaceChildren(...rows.flatMap((row, index) => drawWithDivider(row, index, view)));
      this.drawChoice(rows, state.chosen);
      this.drawStatus(view);
    },
    drawStatus(view) {
      const notice = toIndexNotice(view.status, texts);
      blank.replaceChildren(...drawBlank(view, notice));
      const isInFooter = notice.text !== '' && !standsAlone(notice, view);
      footer.hidden = !isInFooter;
      footer.replaceChildren(...(isInFooter ? drawNotice(notice) : []));
    },
    drawChoice(rows, chosen) {
      const index = rows.findIndex((row) => row.key === chosen);
      for (const row of list.querySelectorAll('[aria-selected="true"]')) {
        row.setAttribute('aria-selected', 'false');
      }
      const row = index < 0 ? undefined : list.querySelector(`#${rowId(index)}`);
      row?.setAttribute('aria-selected', 'true');
      row?.scrollIntoView({ block: 'nearest' });
      if (row) list.setAttribute('aria-activedescendant', rowId(index));
      else list.removeAttribute('aria-activedescendant');
    },
  };
}

function drawFilter(filter: QueryFilter, index: number, texts: SearchViewTexts): HTMLElement {
  const name = fillText(texts.removeFilter, filter.text);
  return element(
    'button',
    {
      class: 'chip',
      type: 'button',
      'data-do': 'removeFilter',
      'data-value': String(index),
      title: name,
      'aria-label': name,
    },
    element('span', { class: 'key' }, `${filter.isNegated ? '-' : ''}${filter.key}`),
    filter.value,
    icon('close'),
  );
}

/** Below the answer begins what it was chosen from. */
function drawWithDivider(row: Row, index: number, view: DrawnView): Node[] {
  const drawn = drawRow(row, index, view.texts);
  const isFirstBelow = index === 1 && view.rows[0]?.kind === 'answer';
  return isFirstBelow
    ? [element('div', { class: 'divider', role: 'none' }, summarize(view)), drawn]
    : [drawn];
}

/** That there is no answer is an answer too, and stands where the answer would. */
function drawVerdict({ state: { outcome }, texts }: DrawnView): Node[] {
  if (outcome.kind !== 'answered' || outcome.response.answer || outcome.response.problem) return [];
  const { none } = outcome.response;
  return [element('strong', {}, texts.noAnswer), none && element('p', {}, reasonText(none, texts))].filter(
    (one) => one !== undefined,
  );
}

function reasonText({ unknownWords, surest, needed }: NoAnswerReason, texts: SearchViewTexts): string {
  if (unknownWords.length > 0) return fillText(texts.noAnswerUnknown, unknownWords.join(', '));
  if (surest === undefined) return texts.noAnswerNothing;
  return fillText(texts.noAnswerUnsure, percentText(surest), percentText(needed));
}

/** One sentence above the list, which screen readers say when it changes. */
function summarize({ state, texts }: DrawnView): string {
  const { outcome } = state;
  const count = passagesOf(outcome).length;
  const counted = count === 1 ? texts.oneResult : fillText(texts.manyResults, count);
  switch (outcome.kind) {
    case 'found':
      return count === 0 ? '' : counted;
    case 'similar':
      if (outcome.response.of === undefined) return texts.noComment;
      return `${fillText(texts.similarTo, outcome.response.of)} — ${counted}`;
    case 'answered':
      if (count === 0) return '';
      return fillText(outcome.response.answer ? texts.readFor : texts.nearest, count);
    default:
      return '';
  }
}

/** In place of results; where those of before still stand, it goes below them. */
function standsAlone({ isBlocking }: IndexNotice, { rows }: DrawnView): boolean {
  return isBlocking && rows.length === 0;
}

/** What stands where the list would: why it is empty and what can be done. */
function drawBlank(view: DrawnView, notice: IndexNotice): Node[] {
  const { state, texts, rows } = view;
  const { outcome, mode } = state;
  if (standsAlone(notice, view)) return [element('div', { class: 'hint' }, ...drawNotice(notice))];
  if (rows.length > 0 || state.waiting || outcome.kind === 'failed') return [];
  if (outcome.kind === 'found') {
    const query = state.typed.search;
    const hasFilters = readFilters(query, view.filterKeys).length > 0;
    const text = fillText(hasFilters ? texts.noResultsFiltered : texts.noResults, outcome.query.trim());
    const action = hasFilters ? drawButton(texts.removeFilters, { 'data-do': 'removeFilters' }) : undefined;
    return [element('div', { class: 'hint' }, element('p', {}, text), action)];
  }
  if (outcome.kind !== 'nothing') return [];
  const recent = state.history[mode].slice(0, recentCount);
  return [
    element(
      'div',
      { class: 'hint' },
      element('p', {}, mode === 'search' ? texts.introSearch : texts.introAsk),
      mode === 'search' ? element('p', { class: 'faint' }, texts.examples) : undefined,
      element('ul', { class: 'faint' }, ...texts.keys.split(' · ').map((key) => element('li', {}, key))),
    ),
    ...(recent.length > 0
      ? [
          element(
            'div',
            { class: 'recent', role: 'group', 'aria-label': texts.history },
            element('h2', {}, texts.history),
            ...recent.map((query) =>
              element(
                'button',
                { type: 'button', class: 'link', 'data-do': 'recent', 'data-value': query },
                icon('clock'),
                query,
              ),
            ),
          ),
        ]
      : []),
  ];
}

function drawNotice(notice: IndexNotice): Node[] {
  const percent = notice.progress === undefined ? undefined : String(Math.round(100 * notice.progress));
  const bar = element('div', { class: 'progress', role: 'progressbar', 'aria-valuenow': percent });
  if (percent !== undefined) bar.append(element('div', { class: 'done' }));
  (bar.firstElementChild as HTMLElement | null)?.style.setProperty('width', `${percent}%`);
  return [
    ...(percent === undefined ? [] : [bar]),
    element('p', notice.isError ? { role: 'alert', class: 'error' } : {}, notice.text),
    ...notice.actions.map(({ title, action }, index) =>
      drawButton(title, { 'data-do': 'run', 'data-value': action }, notice.isBlocking && index === 0),
    ),
  ];
}

function drawButton(
  title: string,
  attributes: Readonly<Record<string, string>>,
  isProminent = true,
): HTMLElement {
  return element('button', { type: 'button', class: isProminent ? 'button' : 'link', ...attributes }, title);
}
