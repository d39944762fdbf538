// From passages to the sentences a summary may choose from. In: the passages of one document and their labels.
// Out: sentences with their places, each with a mark whether it can stand for itself.

import type { LabelScores } from '../labels/task.ts';
import type { Passage, PassageKind } from '../passages/passage.ts';
import { toSourceSpan } from '../text/mappedText.ts';
import type { Span } from '../text/span.ts';
import { splitSentences } from '../text/splitSentences.ts';
import { isSummarized } from './isSummarized.ts';

export interface Sentence {
  readonly text: string;
  /** In the source text. */
  readonly span: Span;
  /** Says something that can be understood alone: not a fragment, a tag of a doc comment, a licence. */
  readonly isStrong: boolean;
  /** 0 to 1, by kind and length: the vector of a few words hardly differs from the vector of anything else. */
  readonly weight: number;
}

/**
 * How much a sentence of each kind says about the file as a whole. Comments inside of code are about a detail;
 * headings and rows of tables only name things and are no sentences.
 */
const weightOfKind: Readonly<Record<PassageKind, number>> = {
  paragraph: 1,
  listItem: 1,
  doc: 1,
  docstring: 1,
  line: 0.7,
  block: 0.7,
  heading: 0,
  tableRow: 0,
};
const fewestWords = 4;
/** From here on a sentence is long enough to say what it is about. */
const enoughWords = 8;

/** @param scores of each passage, empty where nobody asked the model */
export function collectSentences(
  passages: readonly Passage[],
  scores: readonly (readonly LabelScores[])[],
): readonly Sentence[] {
  const seen = new Set<string>();
  return passages.flatMap((passage, index) => {
    const kindWeight = weightOfKind[passage.kind];
    if (kindWeight === 0) return [];
    const isLeftOut = !isSummarized(scores[index] ?? []);
    return splitSentences(passage.text.value).flatMap((span): Sentence[] => {
      const source = toSourceSpan(passage.text, span);
      if (!source) return [];
      const text = passage.text.value.slice(span.start, span.end);
      // The second time a sentence stands there it says nothing new.
      const isRepeated = seen.has(text);
      seen.add(text);
      const isTag = passage.tags.some((tag) => tag.span.start >= source.start && tag.span.start < source.end);
      const wordCount = countWords(text);
      // A colon at the end announces something that does not come along.
      const isStrong =
        !isLeftOut && !isRepeated && !isTag && wordCount >= fewestWords && !/[:：]$/.test(text);
      return [{ text, span: source, isStrong, weight: kindWeight * Math.min(1, wordCount / enoughWords) }];
    });
  });
}

/** In scripts without spaces two signs are about a word. */
function countWords(text: string): number {
  const unspaced = text.match(/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]/gu)?.length ?? 0;
  const words = text.match(/[\p{L}\p{N}_]+/gu)?.length ?? 0;
  return Math.max(words, unspaced / 2);
}
