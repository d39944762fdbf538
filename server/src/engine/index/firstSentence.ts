// What a text begins with, because a comment says there what it is about. In: a text. Out: its first sentence.

import { goesOn, sentencesOf } from '../text/splitSentences.ts';

const longestLead = 300;
/** In plain English letters a sentence ends at a line feed, or at a mark that no letter or digit follows. */
const mayHoldMoreSentences = /[\n\r\x80-\uffff]|[.!?](?!\w|$)/;

/** What a text begins with: its first sentence, or the beginning of a very long one. */
export function firstSentence(text: string): string {
  const beginning = text.slice(0, longestLead);
  // Most comments are one sentence, which a look at the letters shows.
  if (!mayHoldMoreSentences.test(beginning)) return beginning;
  const end = plainEnd(beginning);
  if (end !== undefined) return beginning.slice(0, end);
  for (const { end } of sentencesOf(beginning)) return beginning.slice(0, end);
  return beginning;
}

/** Plain English up to a line feed, or to the first mark, if a capital letter follows. */
const plainSentence = /^[!-~][ -~]*?(?:[.!?](?= [A-Z])|(?= *\n))/;

/** What Unicode's rules say too, without asking them: to build their iterator takes longer than all else here. */
function plainEnd(beginning: string): number | undefined {
  const found = plainSentence.exec(beginning)?.[0];
  if (found === undefined || /`|[.!?]./s.test(found)) return undefined;
  const isLine = !/[.!?]$/.test(found) || beginning[found.length] !== ' ';
  if (isLine) return found.length;
  return goesOn(beginning, { start: 0, end: found.length + 1 }) ? undefined : found.length;
}
