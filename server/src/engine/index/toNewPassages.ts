// From what extraction found in a file to what the index keeps of it.
// In: a file and its passages. Out: one row per passage that has a word to be found by.

import { hash } from 'node:crypto';
import type { Passage } from '../passages/passage.ts';
import type { NewPassage } from '../storage.ts';
import { createLineIndex, toLineColumn } from '../text/lineIndex.ts';
import { firstSentence } from './firstSentence.ts';
import { toSearchTokens } from './searchWords.ts';

export function toNewPassages(text: string, passages: readonly Passage[]): readonly NewPassage[] {
  const lines = createLineIndex(text);
  return passages.flatMap((passage) => {
    const words = toSearchTokens(passage.text.value);
    if (words === '') return [];
    const { span, kind, language, symbol } = passage;
    const first = firstSentence(passage.text.value);
    return [
      {
        textHash: hashText(passage.text.value),
        text: passage.text.value,
        words,
        names: toSearchTokens(namesOf(passage)),
        lead: first.length === passage.text.value.length ? words : toSearchTokens(first),
        place: {
          span,
          line: toLineColumn(lines, span.start).line + 1,
          endLine: toLineColumn(lines, Math.max(span.start, span.end - 1)).line + 1,
          kind,
          language,
          symbol: symbol?.name,
        },
      },
    ];
  });
}

/** 128 bits: no two texts of all the world's comments share one. */
export function hashText(text: string): string {
  return hash('sha256', text, 'hex').slice(0, 32);
}

/** What somebody may call the passage although its own words do not: the symbol, the titles around a paragraph. */
function namesOf({ symbol, section }: Passage): string {
  return [symbol?.name ?? '', ...section.slice(-2)].join(' ');
}
