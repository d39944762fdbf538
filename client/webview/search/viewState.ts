// What the search view knows: what was typed, what was found, what is folded and chosen. In: a state and one event.
// Out: the next state. Pure; the page keeps the remembered part over reloads.

import type {
  AskResponse,
  FoundPassage,
  SearchResponse,
  SimilarResponse,
} from '../../../protocol/searchRequests.ts';
import type { Grouping, SearchMode } from '../../../protocol/searchViewMessages.ts';
import { remember } from './queryHistory.ts';

export type Outcome =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'found'; readonly query: string; readonly response: SearchResponse }
  | { readonly kind: 'similar'; readonly response: SimilarResponse }
  | { readonly kind: 'answered'; readonly question: string; readonly response: AskResponse }
  | { readonly kind: 'failed'; readonly message: string };

export interface ViewState {
  readonly mode: SearchMode;
  readonly typed: Readonly<Record<SearchMode, string>>;
  readonly history: Readonly<Record<SearchMode, readonly string[]>>;
  readonly grouping: Grouping;
  readonly outcome: Outcome;
  /** Keys of folded groups. */
  readonly folded: readonly string[];
  /** Key of the chosen row. */
  readonly chosen: string | undefined;
  /** The question that is being answered. */
  readonly waiting: { readonly id: number; readonly asked: string; readonly mode: SearchMode } | undefined;
}

export const firstState: ViewState = {
  mode: 'search',
  typed: { search: '', ask: '' },
  history: { search: [], ask: [] },
  grouping: 'file',
  outcome: { kind: 'nothing' },
  folded: [],
  chosen: undefined,
  waiting: undefined,
};

export type ViewEvent =
  | { readonly kind: 'typed'; readonly text: string }
  | { readonly kind: 'mode'; readonly mode: SearchMode }
  | { readonly kind: 'asked'; readonly id: number; readonly asked: string }
  | { readonly kind: 'found'; readonly id: number; readonly response: SearchResponse }
  | {
      readonly kind: 'similarFound';
      readonly id: number;
      readonly passage: FoundPassage;
      readonly response: SearchResponse;
    }
  | { readonly kind: 'similar'; readonly response: SimilarResponse }
  | { readonly kind: 'answered'; readonly id: number; readonly response: AskResponse }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string }
  | { readonly kind: 'cleared' }
  /** Something came of the query: it is worth remembering. */
  | { readonly kind: 'used' }
  | { readonly kind: 'grouping'; readonly grouping: Grouping }
  | { readonly kind: 'folded'; readonly keys: readonly string[]; readonly isFolded: boolean }
  | { readonly kind: 'chosen'; readonly key: string | undefined };

export function nextState(state: ViewState, event: ViewEvent): ViewState {
  switch (event.kind) {
    case 'typed':
      return { ...state, typed: { ...state.typed, [state.mode]: event.text } };
    case 'mode':
      return state.mode === event.mode
        ? state
        : { ...state, mode: event.mode, outcome: { kind: 'nothing' }, chosen: undefined, waiting: undefined };
    case 'asked':
      return { ...state, waiting: { id: event.id, asked: event.asked, mode: state.mode } };
    case 'found':
      return finish(state, event.id, ({ asked }) => ({
        kind: 'found',
        query: asked,
        response: event.response,
      }));
    case 'similarFound':
      return finish(state, event.id, () => ({
        kind: 'similar',
        response: { ...event.response, of: event.passage.text.replace(/\s+/g, ' ').slice(0, 200) },
      }));
    case 'similar':
      return {
        ...state,
        outcome: { kind: 'similar', response: event.response },
        chosen: undefined,
        waiting: undefined,
      };
    case 'answered':
      return finish(state, event.id, ({ asked }) => ({
        kind: 'answered',
        question: asked,
        response: event.response,
      }));
    case 'failed':
      return finish(state, event.id, () => ({ kind: 'failed', message: event.message }));
    case 'cleared':
      return { ...state, outcome: { kind: 'nothing' }, chosen: undefined, waiting: undefined };
    case 'used': {
      const { mode, history, typed } = state;
      return { ...state, history: { ...history, [mode]: remember(history[mode], typed[mode]) } };
    }
    case 'grouping':
      return { ...state, grouping: event.grouping, folded: [], chosen: undefined };
    case 'folded': {
      const rest = state.folded.filter((key) => !event.keys.includes(key));
      return { ...state, folded: event.isFolded ? [...rest, ...event.keys] : rest };
    }
    case 'chosen':
      return { ...state, chosen: event.key };
  }
}

/** What came for an older question is not looked at. */
function finish(
  state: ViewState,
  id: number,
  outcome: (waiting: NonNullable<ViewState['waiting']>) => Outcome,
): ViewState {
  if (state.waiting?.id !== id) return state;
  return { ...state, outcome: outcome(state.waiting), chosen: undefined, waiting: undefined };
}

/** From what a page left behind, which an older version may have written; anything strange starts afresh. */
export function restoreState(kept: unknown): ViewState {
  if (typeof kept !== 'object' || kept === null) return firstState;
  const { mode, typed, history, grouping, outcome } = kept as Partial<ViewState>;
  const isText = (value: unknown): value is string => typeof value === 'string';
  const texts = (value: unknown) => (Array.isArray(value) ? value.filter(isText) : []);
  const kinds: readonly unknown[] = ['found', 'similar', 'answered'];
  const isComplete =
    kinds.includes(outcome?.kind) && typeof (outcome as { response?: unknown }).response === 'object';
  return {
    ...firstState,
    mode: mode === 'ask' ? 'ask' : 'search',
    typed: {
      search: isText(typed?.search) ? typed.search : '',
      ask: isText(typed?.ask) ? typed.ask : '',
    },
    history: { search: texts(history?.search), ask: texts(history?.ask) },
    grouping: grouping === 'label' ? 'label' : 'file',
    outcome: outcome && isComplete ? outcome : firstState.outcome,
  };
}
