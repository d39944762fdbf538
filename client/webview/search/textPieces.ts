// A passage's text cut into pieces that are drawn differently. In: a text and spans in it. Out: pieces in order,
// each with the marks that hold for it; a long text is shortened around its first mark.

import type { TextSpan } from '../../../protocol/searchRequests.ts';

export interface TextPiece {
  readonly text: string;
  /** The word matched, or it is the answer. */
  readonly isStrong: boolean;
  /** Part of the sentence around an answer. */
  readonly isSentence: boolean;
}

export interface TextMarks {
  readonly strong: readonly TextSpan[];
  readonly sentence: TextSpan | undefined;
}

/** `cutText('a bc', {strong: [{start: 2, end: 4}], sentence: undefined})` gives `a ` and a strong `bc`. */
export function cutText(text: string, { strong, sentence }: TextMarks): readonly TextPiece[] {
  const cuts = new Set([0, text.length]);
  for (const span of sentence ? [...strong, sentence] : strong) {
    cuts.add(clamp(span.start, text));
    cuts.add(clamp(span.end, text));
  }
  const places = [...cuts].sort((one, other) => one - other);
  return places.slice(1).map((end, index) => {
    const start = places[index]!;
    return {
      text: text.slice(start, end),
      isStrong: strong.some((span) => span.start <= start && end <= span.end),
      isSentence: sentence !== undefined && sentence.start <= start && end <= sentence.end,
    };
  });
}

const ellipsis = '… ';

/** Begins a little before the first mark where that lies far behind, so that it is seen in a few lines. */
export function shortenText(
  text: string,
  marks: TextMarks,
  maxLead: number,
): { readonly text: string; readonly marks: TextMarks } {
  const spans = marks.sentence ? [marks.sentence] : marks.strong;
  const first = Math.min(...spans.map((span) => span.start));
  if (!Number.isFinite(first) || first <= maxLead) return { text, marks };
  const space = text.lastIndexOf(' ', first - Math.floor(maxLead / 3));
  const cut = space < 0 ? first : space + 1;
  const move = ({ start, end }: TextSpan): TextSpan => ({
    start: Math.max(ellipsis.length, start - cut + ellipsis.length),
    end: Math.max(ellipsis.length, end - cut + ellipsis.length),
  });
  return {
    text: ellipsis + text.slice(cut),
    marks: { strong: marks.strong.map(move), sentence: marks.sentence && move(marks.sentence) },
  };
}

function clamp(offset: number, text: string): number {
  return Math.min(Math.max(offset, 0), text.length);
}
