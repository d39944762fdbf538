// Messages between the search view, which is a page in a webview, and the extension host behind it. The page draws
// and remembers; the host asks the server, opens files and runs commands. Each question has a number, and its
// answer the same one: what comes for an older question is not looked at.

import type { ProtocolRange } from './requests.ts';
import type {
  AskResponse,
  FoundPassage,
  IndexStatusParams,
  SearchResponse,
  SimilarResponse,
} from './searchRequests.ts';

export type SearchMode = 'search' | 'ask';
export type Grouping = 'file' | 'label';

/** What buttons of the page can make the editor do. */
export type SearchViewAction =
  | 'openFolder'
  | 'openSettings'
  | 'rebuildIndex'
  | 'resumeIndex'
  | 'pauseIndex'
  | 'showSkippedFiles'
  | 'showLog';

export type FromSearchView =
  /** The page listens; everything it has to know may be sent. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'search'; readonly id: number; readonly query: string }
  | { readonly kind: 'ask'; readonly id: number; readonly question: string }
  | { readonly kind: 'similar'; readonly id: number; readonly passage: FoundPassage }
  /** Nobody waits for earlier questions any more. */
  | { readonly kind: 'cancel' }
  | {
      readonly kind: 'open';
      readonly passage: FoundPassage;
      /** The sentence of an answer. */
      readonly range: ProtocolRange | undefined;
      readonly how: OpenHow;
    }
  | { readonly kind: 'run'; readonly action: SearchViewAction };

/** `preview`: the keyboard stays in the view. */
export type OpenHow = 'preview' | 'open' | 'beside';

export type ToSearchView =
  | { readonly kind: 'texts'; readonly texts: SearchViewTexts }
  | { readonly kind: 'status'; readonly status: IndexStatusParams | undefined }
  | { readonly kind: 'found'; readonly id: number; readonly response: SearchResponse }
  | { readonly kind: 'answered'; readonly id: number; readonly response: AskResponse }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string }
  /** Somebody asked outside of the page for what is similar to a place. */
  | { readonly kind: 'similar'; readonly response: SimilarResponse }
  | { readonly kind: 'grouping'; readonly grouping: Grouping }
  | { readonly kind: 'collapseAll' }
  /** A command wants the user to type here. */
  | { readonly kind: 'focus'; readonly mode: SearchMode | undefined; readonly query: string | undefined };

/** Every sentence of the page in the user's language; `{0}`, `{1}` are filled in by the page. */
export interface SearchViewTexts {
  readonly search: string;
  readonly ask: string;
  readonly searchPlaceholder: string;
  readonly askPlaceholder: string;
  readonly clear: string;
  readonly filters: string;
  readonly removeFilter: string;
  readonly addFilter: string;
  readonly results: string;
  readonly oneResult: string;
  readonly manyResults: string;
  readonly similarTo: string;
  readonly similar: string;
  readonly noComment: string;
  readonly noResults: string;
  readonly noResultsFiltered: string;
  readonly removeFilters: string;
  readonly byMeaning: string;
  readonly byMeaningTip: string;
  readonly deprecated: string;
  readonly deprecatedTip: string;
  readonly duplicates: string;
  readonly line: string;
  readonly otherLabels: string;
  readonly answer: string;
  readonly sure: string;
  readonly noAnswer: string;
  readonly noAnswerUnknown: string;
  readonly noAnswerUnsure: string;
  readonly noAnswerNothing: string;
  readonly readFor: string;
  readonly nearest: string;
  readonly failed: string;
  readonly noFolder: string;
  readonly openFolder: string;
  readonly virtualFolder: string;
  readonly switchedOff: string;
  readonly openSettings: string;
  readonly notSupported: string;
  readonly notRunning: string;
  readonly opening: string;
  readonly indexReading: string;
  readonly indexEmbedding: string;
  readonly secondsLeft: string;
  readonly minutesLeft: string;
  readonly indexReady: string;
  readonly indexEmpty: string;
  readonly indexPaused: string;
  readonly indexError: string;
  readonly skippedFiles: string;
  readonly pause: string;
  readonly resume: string;
  readonly rebuild: string;
  readonly showLog: string;
  readonly introSearch: string;
  readonly introAsk: string;
  readonly examples: string;
  readonly history: string;
  readonly keys: string;
}
