// Messages about what the whole workspace says: search, answers, similar passages, and the index behind them.
// docs/PROTOCOL.md describes each of them; a test holds that page to this file. Lines and columns are those of
// the LSP, from zero. Several workspace folders have an index each; results are merged.

import type { LabelSummary, ProtocolPosition, ProtocolRange } from './requests.ts';

/** Half open, in UTF-16 units of the `text` beside it. */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

/** One passage that was found. */
export interface FoundPassage {
  /** What `marginalia/similar` takes, together with `root`. */
  readonly id: string;
  /** Workspace folder whose index found it. */
  readonly root: string;
  readonly uri: string;
  /** Relative to the workspace folder, after the folder's name where there are several. */
  readonly file: string;
  /** First and last line of the passage when its file was read last. */
  readonly line: number;
  readonly endLine: number;
  /** Cleaned text. */
  readonly text: string;
  /** Matched words in `text`. */
  readonly highlights: readonly TextSpan[];
  /** Kind of passage in the user's language, such as `Doc comment`. */
  readonly kind: string;
  readonly language: string;
  /** Name of the symbol that the passage documents. */
  readonly symbol: string | undefined;
  /** Predicted labels, as far as the model has read the passage; in the order of the model's tasks. */
  readonly labels: readonly LabelSummary[];
  /** Comparable within one result only. */
  readonly score: number;
  /** True where words of the query matched, and not its meaning alone. */
  readonly byWords: boolean;
  /** It says itself that what it documents is going away. */
  readonly isDeprecated: boolean;
  /** Further passages with the same text. */
  readonly duplicates: number;
}

/**
 * Client → server: passages by words and by meaning. The query holds filters such as `label:rationale`.
 */
export interface SearchParams {
  readonly query: string;
  readonly count: number;
}
export const searchRequest = 'marginalia/search';

export interface SearchResponse {
  /** Best first. */
  readonly hits: readonly FoundPassage[];
  /** What took part: `lexical`, `static`, `encoder`. */
  readonly tiers: readonly string[];
  /** What is wrong with the query, ready to be shown. */
  readonly problems: readonly string[];
}

/**
 * Client → server: the answer to a question in the words of one passage, or none.
 */
export interface AskParams {
  readonly question: string;
}
export const askRequest = 'marginalia/ask';

export interface AskResponse {
  /** Absent: the workspace does not say. */
  readonly answer: FoundAnswer | undefined;
  /** Why there is none; absent with an answer, and where no folder could be asked. */
  readonly none: NoAnswerReason | undefined;
  /** What was read to find it, best first. */
  readonly read: readonly FoundPassage[];
  /** Why no answer can be looked for at all, ready to be shown. */
  readonly problem: string | undefined;
}

export interface FoundAnswer {
  readonly passage: FoundPassage;
  /** The answer, in the text of `passage`: a part of the sentence, or all of it. */
  readonly span: TextSpan;
  /** The sentence that answers. */
  readonly sentence: TextSpan;
  /** Where the sentence stands in the file; absent where the file does not say it any more. */
  readonly range: ProtocolRange | undefined;
  /** Calibrated, 0 to 1. */
  readonly score: number;
}

export interface NoAnswerReason {
  /** Words of the question that stand in no passage of any folder. */
  readonly unknownWords: readonly string[];
  /** Probability that the best sentence answers; absent where nothing was found. */
  readonly surest: number | undefined;
  /** What it takes. */
  readonly needed: number;
}

/**
 * Client → server: passages of like meaning, for a passage that was found, for the comment at a place in an open
 * document, or for any text. Exactly one of the three.
 */
export interface SimilarParams {
  readonly passage?: { readonly root: string; readonly id: string };
  readonly place?: { readonly uri: string; readonly position: ProtocolPosition };
  readonly text?: string;
  readonly count: number;
}
export const similarRequest = 'marginalia/similar';

export interface SimilarResponse extends SearchResponse {
  /** Beginning of the text that the hits resemble; absent where there is no comment at the place. */
  readonly of: string | undefined;
}

export type FolderIndexState = 'opening' | 'empty' | 'reading' | 'embedding' | 'paused' | 'ready' | 'error';

export interface FolderIndexStatus {
  readonly root: string;
  readonly name: string;
  readonly state: FolderIndexState;
  readonly files: number;
  readonly passages: number;
  /** Passages that the encoder has read. */
  readonly embedded: number;
  readonly secondsLeft: number | undefined;
  /** Files left out, by reason. */
  readonly skipped: Readonly<Record<string, number>>;
  /** Of the index on disk. */
  readonly sizeBytes: number;
  /** For `error` and `paused`: why, and what to do next. */
  readonly message: string | undefined;
}

/** Why there is no index at all. */
export type NoIndexReason = 'noFolder' | 'virtualFolder' | 'switchedOff' | 'notSupported';

/**
 * Server → client, when something changed: how far each workspace folder is read.
 */
export interface IndexStatusParams {
  readonly folders: readonly FolderIndexStatus[];
  /** Present where `folders` is empty. */
  readonly reason: NoIndexReason | undefined;
}
export const indexStatusNotification = 'marginalia/indexStatus';

/**
 * Client → server: what to do with the indexes. `rebuild` throws each away and reads its folder again.
 */
export interface ControlIndexParams {
  readonly action: 'rebuild' | 'pause' | 'resume';
}
export const controlIndexRequest = 'marginalia/controlIndex';

/**
 * Client → server: every file that search does not know, with its reason.
 */
export interface SkippedFilesParams {
  /** One workspace folder; absent: all. */
  readonly root?: string;
}
export const skippedFilesRequest = 'marginalia/skippedFiles';

export interface SkippedFilesResponse {
  readonly folders: readonly SkippedInFolder[];
}

export interface SkippedInFolder {
  readonly root: string;
  readonly name: string;
  readonly files: readonly {
    readonly file: string;
    readonly reason: string;
    readonly detail: string;
  }[];
}

/**
 * Client → server: findings in files that need not be open, for tools that look at many.
 */
export interface CheckFilesParams {
  readonly uris: readonly string[];
  /** A git revision: only passages on lines that changed since. Then `uris` may name folders. */
  readonly changedSince?: string;
}
export const checkFilesRequest = 'marginalia/checkFiles';

export interface CheckFilesResponse {
  readonly findings: readonly FoundFinding[];
  readonly checkedFiles: number;
  readonly checkedPassages: number;
  /** Files that could not be checked, with the reason, ready to be shown. */
  readonly problems: readonly string[];
}

export interface FoundFinding {
  readonly uri: string;
  readonly line: number;
  readonly endLine: number;
  readonly code: string;
  readonly level: string;
  readonly message: string;
  /** Calibrated, 0 to 1. */
  readonly score: number;
  /** The comment's text. */
  readonly text: string;
}
