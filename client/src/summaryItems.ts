// The rows of the list of what a file is about. In: the server's answer. Out: rows under two titles, plain data.
// Pure, so that it can be tested without an editor.

import type { ProtocolRange, SummarizeFileResult } from '../../protocol/requests.ts';

export type SummaryItem =
  | { readonly separator: string }
  | {
      readonly label: string;
      /** `line 12`, and how many places there are. */
      readonly description: string;
      readonly ranges: readonly ProtocolRange[];
    };

export interface SummaryItemTexts {
  readonly sentences: string;
  readonly phrases: string;
  line(number: number): string;
  places(count: number): string;
}

export function toSummaryItems(
  { sentences, phrases }: SummarizeFileResult,
  texts: SummaryItemTexts,
): readonly SummaryItem[] {
  const sentenceItems = sentences.map(({ text, range }) => ({
    label: toLabel(text),
    description: texts.line(range.start.line + 1),
    ranges: [range],
  }));
  const phraseItems = phrases.map(({ text, ranges }) => {
    const line = texts.line((ranges[0]?.start.line ?? 0) + 1);
    return {
      label: toLabel(text),
      description: ranges.length > 1 ? `${line} · ${texts.places(ranges.length)}` : line,
      ranges,
    };
  });
  return [
    ...(sentenceItems.length > 0 ? [{ separator: texts.sentences }, ...sentenceItems] : []),
    ...(phraseItems.length > 0 ? [{ separator: texts.phrases }, ...phraseItems] : []),
  ];
}

/** One line; icons would be drawn for `$(name)` in a comment's own text. */
function toLabel(text: string): string {
  return text.replace(/\s+/g, ' ').replaceAll('$(', '$\u200b(');
}
