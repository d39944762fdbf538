// What is known of a workspace's passages as a whole, and what can be asked of it: the plain data of search.
// In: a query as the user typed it. Out: hits with their place, or an answer with its sentence.

import type { Cancellation } from '../cancellation.ts';
import type { Span } from '../text/span.ts';

export interface SearchQuery {
  /** As typed, filters included: `retry policy label:rationale lang:go path:src/`. */
  readonly text: string;
  /** Hits at most. */
  readonly count: number;
}

export interface HitLabel {
  readonly task: string;
  readonly name: string;
  /** Calibrated, 0 to 1. */
  readonly probability: number;
}

/** One passage that was found. */
export interface SearchHit {
  /** Stable while the text of the passage and its file stay: what `similar` takes. */
  readonly id: string;
  /** Relative to the root of the index, with `/`. */
  readonly file: string;
  /** Of the comment in its file, as it was when the file was read last. */
  readonly span: Span;
  /** First and last line, counted from one. */
  readonly line: number;
  readonly endLine: number;
  /** Cleaned text of the passage. */
  readonly text: string;
  readonly kind: string;
  readonly language: string;
  /** Name of what the passage documents. */
  readonly symbol: string | undefined;
  /** Predicted labels, as far as the model has read the passage. */
  readonly labels: readonly HitLabel[];
  /** Comparable within one result only; greater is better. */
  readonly score: number;
  /** Place among the hits of each tier, from one; absent where the tier did not find it. */
  readonly lexicalRank: number | undefined;
  readonly vectorRank: number | undefined;
  /** Matched words in `text`. */
  readonly highlights: readonly Span[];
  /** It says itself that what it documents is going away. */
  readonly isDeprecated: boolean;
  /** Further passages with the same text that this hit stands for. */
  readonly duplicates: number;
}

export type SearchTier = 'lexical' | 'static' | 'encoder';

export interface SearchResult {
  readonly hits: readonly SearchHit[];
  /** Tiers that took part: `encoder` joins when vectors of the encoder are there. */
  readonly tiers: readonly SearchTier[];
  /** What is wrong with the query, such as an unknown filter; ready to be shown. */
  readonly problems: readonly string[];
}

/** An answer is always a verbatim part of one passage. */
export interface Answer {
  readonly hit: SearchHit;
  /** In `hit.text`; the whole sentence where the model cannot point at a part of it. */
  readonly span: Span;
  /** The sentence that answers, in `hit.text`. */
  readonly sentence: Span;
  /** Where the sentence stands; absent where the file does not say it any more. */
  readonly source: SourcePlace | undefined;
  /** Calibrated, 0 to 1. */
  readonly score: number;
}

/** Lines and columns from one, the end behind the last character. */
export interface SourcePlace {
  /** In the text of the file. */
  readonly span: Span;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** Why nothing was sure enough. */
export interface NoAnswer {
  /** Words of the question that no passage of the index has. */
  readonly unknownWords: readonly string[];
  /** Probability that the best sentence answers; absent where nothing was found. */
  readonly surest: number | undefined;
  /** What it takes. */
  readonly needed: number;
}

export interface AnswerResult {
  /** Absent: the workspace does not say. */
  readonly answer: Answer | undefined;
  /** Present where `answer` is absent. */
  readonly none: NoAnswer | undefined;
  /** Passages whose sentences were read; without an answer, those that are nearest. Best first. */
  readonly read: readonly SearchHit[];
  /** Why no answer can be looked for at all. */
  readonly problem: string | undefined;
}

export type IndexState = 'empty' | 'reading' | 'embedding' | 'paused' | 'ready' | 'error';

export interface IndexStatus {
  readonly state: IndexState;
  readonly files: number;
  readonly passages: number;
  /** Passages with a vector of the encoder of the present model. */
  readonly embedded: number;
  /** Absent while it cannot be told. */
  readonly secondsLeft: number | undefined;
  /** Files left out, by reason. */
  readonly skipped: Readonly<Record<string, number>>;
  /** Of the index on disk. */
  readonly sizeBytes: number;
  /**
   * For `error` and `paused`: why, and what to do next. While a folder is read for the first time: that everything is
   * found by words and is being written.
   */
  readonly message: string | undefined;
}

export interface SkippedFile {
  readonly file: string;
  readonly reason: string;
  readonly detail: string;
}

/** The index of one root folder. Whoever made it disposes of it. */
export interface WorkspaceIndex {
  search(query: SearchQuery, cancellation: Cancellation): Promise<SearchResult>;
  ask(question: string, cancellation: Cancellation): Promise<AnswerResult>;
  /** Passages of like meaning; the passage itself is not among them. */
  similar(target: SimilarTarget, count: number, cancellation: Cancellation): Promise<SearchResult>;
  status(): IndexStatus;
  skippedFiles(): Promise<readonly SkippedFile[]>;
  /** Calls back when `status()` has changed, at most twice a second; the result ends that. */
  onStatus(listener: (status: IndexStatus) => void): () => void;
  /** Brings the whole folder up to date; resolves when lexical search knows all of it. */
  refresh(cancellation: Cancellation): Promise<void>;
  /** One file was saved, renamed or deleted. */
  fileChanged(file: string): Promise<void>;
  /** Files the user looks at: their passages are embedded first. */
  prefer(files: readonly string[]): void;
  pause(): void;
  resume(): void;
  dispose(): Promise<void>;
}

/** A passage of the index, or any text. */
export type SimilarTarget = { readonly id: string } | { readonly text: string };
