// The sentence that holds a part of a text, so that an answer is shown with what stands around it.
// In: a text and a span in it. Out: the span of the sentence, or of all the sentences that the span touches.

import type { Span } from '../text/span.ts';

/** `sentenceAround('One. Two three. Four.', span of 'three')` covers `Two three.` */
export function sentenceAround(text: string, span: Span): Span {
  const ends = sentenceEnds(text);
  let start = 0;
  let end = text.length;
  for (const candidate of ends) {
    if (candidate <= span.start) start = candidate;
    if (candidate >= span.end) {
      end = candidate;
      break;
    }
  }
  while (start < span.start && /\s/.test(text[start]!)) start++;
  while (end > span.end && /\s/.test(text[end - 1]!)) end--;
  return { start, end };
}

/** Behind `.`, `!` or `?` and white space before a capital, behind the marks of Chinese, and at line feeds. */
function sentenceEnds(text: string): readonly number[] {
  const pattern = /[.!?]["')\]]*\s+(?=["'([]?[\p{Lu}\p{N}`@])|[。！？]+|\n+/gu;
  return [...text.matchAll(pattern)].map((match) => match.index + match[0].length);
}
