// What reading with the heads for pairs and masks gives: answers inside a context, and words for a gap.
// Plain data, offsets in UTF-16 code units.

import type { Span } from '../text/span.ts';

export interface Question {
  readonly question: string;
  /** The text that may hold the answer, of any length. */
  readonly context: string;
}

export interface TextAnswer {
  /** Where the answer stands in the context; absent where the context does not say. */
  readonly span: Span | undefined;
  /** How sure it is that the context says it, 0 to 1; below the task's threshold there is no answer. */
  readonly score: number;
}

export interface TextPair {
  readonly first: string;
  readonly second: string;
}

export interface WordCandidate {
  /** As it would stand in the text. */
  readonly token: string;
  readonly probability: number;
}

/** One `[MASK]` of a text with what could stand there, most probable first. */
export interface FilledMask {
  readonly span: Span;
  readonly candidates: readonly WordCandidate[];
}
