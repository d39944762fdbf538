// What a text begins with, because a comment says there what it is about. In: a text. Out: its first sentence.

import { sentencesOf } from '../text/splitSentences.ts';

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
