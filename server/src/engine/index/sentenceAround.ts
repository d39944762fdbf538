// The sentence that holds a part of a text, so that an answer is shown with what stands around it; and the first one.
// In: a text and a span in it. Out: the span of the sentence, or of all the sentences that the span touches.

import type { Span } from '../text/span.ts';
import { sentencesOf, splitSentences } from '../text/splitSentences.ts';

/** `sentenceAround('One. Two three. Four.', span of 'three')` covers `Two three.` */
export function sentenceAround(text: string, span: Span): Span {
  const touched = splitSentences(text).filter(({ start, end }) => start < span.end && end > span.start);
  return {
    start: Math.min(span.start, touched[0]?.start ?? span.start),
    end: Math.max(span.end, touched.at(-1)?.end ?? span.end),
  };
}

const longestLead = 300;
/** In plain English letters a sentence ends at a line feed, or at a mark that no letter or digit follows. */
const mayHoldMoreSentences = /[\n\r\x80-\uffff]|[.!?](?!\w|$)/;

/** What a text begins with: its first sentence, or the beginning of a very long one. */
export function firstSentence(text: string): string {
  const beginning = text.slice(0, longestLead);
  // Most comments are one sentence, which a look at the letters shows.
  if (!mayHoldMoreSentences.test(beginning)) return beginning;
  for (const { end } of sentencesOf(beginning)) return beginning.slice(0, end);
  return beginning;
}
