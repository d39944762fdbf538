// Entry of the search view's page: joins the state with the page, the keyboard and the extension host. In: gestures
// and messages. Out: questions to the host, and the page drawn again after each event.

import type { FoundAnswer, FoundPassage, IndexStatusParams } from '../../../protocol/searchRequests.ts';
import type {
  FromSearchView,
  OpenHow,
  SearchMode,
  SearchViewAction,
  SearchViewTexts,
  ToSearchView,
} from '../../../protocol/searchViewMessages.ts';
import { groupKeyOf, moveInList, passagesOf, type Row, toRows } from './listRows.ts';
import { addFilter, filterKeys, readFilters, removeFilter, removeFilters } from './queryFilters.ts';
import { stepHistory } from './queryHistory.ts';
import { createSearchPage, type SearchPage } from './searchPage.ts';
import { nextState, restoreState, type ViewEvent } from './viewState.ts';

interface EditorApi {
  postMessage(message: FromSearchView): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): EditorApi;

/** After the last keystroke; people type a letter in about 150 ms. */
const debounceMs = 120;

const editor = acquireVsCodeApi();
let state = restoreState(editor.getState());
let status: IndexStatusParams | undefined;
let rows: readonly Row[] = [];
let page: SearchPage | undefined;
let texts: SearchViewTexts | undefined;
let questionId = 0;
let timer: number | undefined;
/** Where the arrow keys are in the history; -1 is what was typed, kept in `draft`. */
let historyIndex = -1;
let draft = '';
/** The answer with this number is about passages like this one. */
let similarTo: { readonly id: number; readonly passage: FoundPassage } | undefined;

window.addEventListener('message', ({ data }: MessageEvent<ToSearchView>) => receive(data));
editor.postMessage({ kind: 'ready' });

function receive(message: ToSearchView): void {
  switch (message.kind) {
    case 'texts':
      start(message.texts);
      return;
    case 'status':
      showStatus(message.status);
      return;
    case 'collapseAll': {
      const keys = rows.flatMap((row) => (row.kind === 'group' ? [groupKeyOf(row)] : []));
      apply({ kind: 'folded', keys, isFolded: true });
      return;
    }
    case 'focus':
      takeFocus(message.mode, message.query);
      return;
    case 'found': {
      const { id, response } = message;
      const asked = similarTo?.id === id ? similarTo : undefined;
      apply(
        asked
          ? { kind: 'similarFound', id, passage: asked.passage, response }
          : { kind: 'found', id, response },
      );
      return;
    }
    case 'similar':
      if (state.mode !== 'search') apply({ kind: 'mode', mode: 'search' });
      apply(message);
      return;
    default:
      apply(message);
      return;
  }
}

function start(given: SearchViewTexts): void {
  texts = given;
  page = createSearchPage(document.body, given);
  listen(page);
  draw();
  if (state.mode === 'search' && state.outcome.kind !== 'similar') askNow();
}

/** While nothing was found yet, what the index has read meanwhile may change that. */
function showStatus(next: IndexStatusParams | undefined): void {
  const passagesBefore = countPassages(status);
  status = next;
  // The list stays as it is: nobody wants it to move while it is read.
  if (page && texts) page.drawStatus({ state, rows, status, texts, filterKeys: knownFilters() });
  const isEmpty = passagesOf(state.outcome).length === 0;
  if (isEmpty && state.mode === 'search' && !state.waiting && countPassages(next) > passagesBefore) askNow();
}

function countPassages(of: IndexStatusParams | undefined): number {
  return (of?.folders ?? []).reduce((sum, folder) => sum + folder.passages, 0);
}

function apply(event: ViewEvent): void {
  state = nextState(state, event);
  editor.setState(state);
  draw();
}

function draw(): void {
  if (!page || !texts) return;
  rows = toRows(state, texts.otherLabels);
  page.draw({ state, rows, status, texts, filterKeys: knownFilters() });
}

function knownFilters(): readonly string[] {
  const tasks = passagesOf(state.outcome).flatMap((passage) => passage.labels.map((label) => label.task));
  return [...filterKeys, ...tasks];
}

function listen({ input, list }: SearchPage): void {
  input.addEventListener('input', () => {
    historyIndex = -1;
    type(input.value);
  });
  input.addEventListener('keydown', onInputKey);
  list.addEventListener('keydown', onListKey);
  list.addEventListener('focus', () => {
    if (state.chosen === undefined) choose(rows[0]?.key);
  });
  list.addEventListener('click', onListClick);
  list.addEventListener('dblclick', (event) => {
    const row = rowAt(event);
    // Its two clicks have folded and unfolded a group already.
    if (row?.kind !== 'group') openRow(row, 'open');
  });
  // Who comes here wants to type; who merely reloads the window does not.
  window.addEventListener('focus', () => {
    if (document.activeElement === document.body) input.focus();
  });
  document.body.addEventListener('click', onButton);
  document.body.addEventListener('keydown', onModeKey);
}

function type(text: string): void {
  apply({ kind: 'typed', text });
  if (state.mode === 'search') askSoon();
}

function askSoon(): void {
  window.clearTimeout(timer);
  timer = window.setTimeout(askNow, debounceMs);
}

/** Searching happens while typing, asking only when the question is complete. */
function askNow(): void {
  window.clearTimeout(timer);
  const asked = state.typed[state.mode];
  if (asked.trim() === '') {
    editor.postMessage({ kind: 'cancel' });
    if (state.outcome.kind !== 'nothing') apply({ kind: 'cleared' });
    return;
  }
  const id = ++questionId;
  apply({ kind: 'asked', id, asked });
  editor.postMessage(
    state.mode === 'search' ? { kind: 'search', id, query: asked } : { kind: 'ask', id, question: asked },
  );
}

function onInputKey(event: KeyboardEvent): void {
  if (event.isComposing) return;
  if (event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
    event.preventDefault();
    walkHistory(event.key === 'ArrowUp' ? 1 : -1);
    return;
  }
  switch (event.key) {
    case 'ArrowDown':
      event.preventDefault();
      focusList();
      return;
    case 'Enter':
      event.preventDefault();
      apply({ kind: 'used' });
      if (state.mode === 'ask') {
        askNow();
        return;
      }
      if (state.waiting || state.outcome.kind !== 'found') {
        askNow();
        return;
      }
      focusList();
      return;
    case 'Escape':
      if (state.typed[state.mode] !== '') clear();
  }
}

function walkHistory(step: 1 | -1): void {
  const past = state.history[state.mode];
  if (historyIndex < 0) draft = state.typed[state.mode];
  historyIndex = stepHistory(past, historyIndex, step);
  type(past[historyIndex] ?? draft);
}

function focusList(): void {
  if (rows.length === 0) return;
  page?.list.focus();
  if (state.chosen === undefined) choose(rows[0]?.key);
}

function onListKey(event: KeyboardEvent): void {
  const row = rows.find((one) => one.key === state.chosen);
  const move = moveInList(rows, state.chosen, event.key);
  if (move) {
    event.preventDefault();
    if (move.kind === 'leave') {
      page?.input.focus();
      return;
    }
    if (move.kind === 'choose') {
      choose(move.key);
      return;
    }
    apply({ kind: 'folded', keys: [groupKeyOf(move.row)], isFolded: move.isFolded });
    return;
  }
  switch (event.key) {
    case 'Enter':
      event.preventDefault();
      if (event.altKey) {
        findSimilar(row);
        return;
      }
      openRow(row, event.ctrlKey || event.metaKey ? 'beside' : 'open');
      return;
    case ' ':
      event.preventDefault();
      openRow(row, 'preview');
      return;
    case 'Escape':
    case '/':
      event.preventDefault();
      page?.input.focus();
      page?.input.select();
  }
}

function choose(key: string | undefined): void {
  // Nothing but the choice changes, so the rows stay as they are.
  state = nextState(state, { kind: 'chosen', key });
  page?.drawChoice(rows, key);
}

function onListClick(event: MouseEvent): void {
  const row = rowAt(event);
  if (!row) return;
  page?.list.focus();
  choose(row.key);
  if ((event.target as Element).closest('.similar')) {
    findSimilar(row);
    return;
  }
  if (event.detail === 1) openRow(row, event.ctrlKey || event.metaKey ? 'beside' : 'preview');
}

function rowAt(event: MouseEvent): Row | undefined {
  const drawn = (event.target as Element).closest<HTMLElement>('[data-row]');
  return rows[Number(drawn?.dataset.row ?? -1)];
}

function openRow(row: Row | undefined, how: OpenHow): void {
  if (!row) return;
  if (row.kind === 'group') {
    apply({ kind: 'folded', keys: [groupKeyOf(row)], isFolded: !row.isFolded });
    return;
  }
  if (row.kind === 'answer') open(row.answer.passage, row.answer.range, how);
  else open(row.passage, undefined, how);
}

function open(passage: FoundPassage, range: FoundAnswer['range'], how: OpenHow): void {
  // A question that led somewhere is remembered, not each letter of it.
  state = nextState(state, { kind: 'used' });
  editor.setState(state);
  editor.postMessage({ kind: 'open', passage, range, how });
}

function findSimilar(row: Row | undefined): void {
  if (!row || row.kind === 'group') return;
  const passage = row.kind === 'answer' ? row.answer.passage : row.passage;
  const id = ++questionId;
  similarTo = { id, passage };
  if (state.mode !== 'search') apply({ kind: 'mode', mode: 'search' });
  apply({ kind: 'asked', id, asked: '' });
  editor.postMessage({ kind: 'similar', id, passage });
}

function clear(): void {
  type('');
  askNow();
  page?.input.focus();
}

function takeFocus(mode: SearchMode | undefined, query: string | undefined): void {
  if (mode) apply({ kind: 'mode', mode });
  if (query !== undefined) {
    apply({ kind: 'typed', text: query });
    askNow();
  }
  // Who is typing already must not have the next letter replace the ones before.
  if (document.activeElement === page?.input) return;
  page?.input.focus();
  page?.input.select();
}

/** Arrow keys move between the two modes, as in every group of radio buttons. */
function onModeKey(event: KeyboardEvent): void {
  if (!(event.target as Element).closest('.modes')) return;
  if (!['ArrowLeft', 'ArrowRight'].includes(event.key)) return;
  event.preventDefault();
  setMode(state.mode === 'search' ? 'ask' : 'search');
}

function setMode(mode: SearchMode): void {
  apply({ kind: 'mode', mode });
  if (mode === 'search') askNow();
}

function onButton(event: MouseEvent): void {
  const button = (event.target as Element).closest<HTMLElement>('[data-do]');
  const { do: action, value = '', key = '' } = button?.dataset ?? {};
  const query = state.typed[state.mode];
  switch (action) {
    case 'mode':
      setMode(value as SearchMode);
      page?.input.focus();
      return;
    case 'clear':
      clear();
      return;
    case 'addFilter':
      retype(addFilter(query, key, value));
      return;
    case 'removeFilter': {
      const filter = readFilters(query, knownFilters())[Number(value)];
      if (filter) retype(removeFilter(query, filter));
      return;
    }
    case 'removeFilters':
      retype(removeFilters(query, readFilters(query, knownFilters())));
      return;
    case 'recent':
      retype(value);
      if (state.mode === 'ask') askNow();
      return;
    case 'run':
      editor.postMessage({ kind: 'run', action: value as SearchViewAction });
      return;
  }
}

function retype(text: string): void {
  type(text);
  if (state.mode === 'search') askNow();
  page?.input.focus();
}
