// What a document is about, in its own words: sentences and phrases that stand in it, with their places.

import type { Span } from '../text/span.ts';

export interface KeySentence {
  /** Without comment markers and line breaks. */
  readonly text: string;
  /** In the source text. */
  readonly span: Span;
  /** How central it is, from 0 to 1 for the most central sentence of the document. */
  readonly centrality: number;
}

export interface KeyPhrase {
  /** As it stands most often in the document. */
  readonly text: string;
  /** From 0 to 1 for the best phrase of the document. */
  readonly score: number;
  /** Every place in the source text, in order. */
  readonly places: readonly Span[];
}

export interface Summary {
  /** In the order of the document. */
  readonly sentences: readonly KeySentence[];
  /** Best first. */
  readonly phrases: readonly KeyPhrase[];
}
