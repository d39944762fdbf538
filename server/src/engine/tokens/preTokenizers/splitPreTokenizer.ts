// Cuts at matches: by a question about single characters, by a literal, or by a pattern. What happens to the match
// itself is its behaviour (Hugging Face tokenizers, `SplitDelimiterBehavior`).

import type { AlignedText } from '../alignedText.ts';
import type { PieceList } from '../pieceList.ts';
import type { PreTokenizer } from './preTokenizer.ts';

export const splitBehaviors = [
  'Removed',
  'Isolated',
  'MergedWithPrevious',
  'MergedWithNext',
  'Contiguous',
] as const;
export type SplitBehavior = (typeof splitBehaviors)[number];

/** Drops white space (or any class of characters) and keeps the runs between. */
export function createRemovingSplit(isDelimiter: (codePoint: number) => boolean): PreTokenizer {
  return {
    cut: (text, pieces, out) => {
      for (let piece = 0; piece < pieces.length; piece++) {
        const end = pieces.ends[piece]!;
        let from = pieces.starts[piece]!;
        for (let index = from; index < end; ) {
          const codePoint = text.codePointAt(index);
          const width = codePoint > 0xffff ? 2 : 1;
          if (isDelimiter(codePoint)) {
            out.push(from, index);
            from = index + width;
          }
          index += width;
        }
        out.push(from, end);
      }
    },
  };
}

/** Cuts between characters of different classes; characters of the class 0 are dropped. */
export function createRunSplit(classOf: (codePoint: number) => number): PreTokenizer {
  return {
    cut: (text, pieces, out) => {
      for (let piece = 0; piece < pieces.length; piece++) {
        const end = pieces.ends[piece]!;
        let from = pieces.starts[piece]!;
        let runClass = 0;
        for (let index = from; index < end; ) {
          const codePoint = text.codePointAt(index);
          const nextClass = classOf(codePoint);
          if (nextClass !== runClass) {
            if (runClass !== 0) out.push(from, index);
            from = index;
            runClass = nextClass;
          }
          index += codePoint > 0xffff ? 2 : 1;
        }
        if (runClass !== 0) out.push(from, end);
      }
    },
  };
}

/** Every character for which the answer is true is a match of its own. */
export function createClassSplit(
  isDelimiter: (codePoint: number) => boolean,
  behavior: SplitBehavior,
): PreTokenizer {
  return createSplit((text, from, to, matches) => {
    let last = from;
    for (let index = from; index < to; ) {
      const codePoint = text.codePointAt(index);
      const width = codePoint > 0xffff ? 2 : 1;
      if (isDelimiter(codePoint)) {
        if (last < index) matches.push(last, index, false);
        matches.push(index, index + width, true);
        last = index + width;
      }
      index += width;
    }
    if (last < to) matches.push(last, to, false);
  }, behavior);
}

/** `invert` swaps matches and the text between them. */
export function createPatternSplit(
  pattern: RegExp,
  options: { readonly behavior: SplitBehavior; readonly invert: boolean },
): PreTokenizer {
  return createSplit((text, from, to, matches) => {
    let last = from;
    for (const match of text.slice(from, to).matchAll(pattern)) {
      const start = from + match.index;
      const end = start + match[0].length;
      if (last < start) matches.push(last, start, options.invert);
      if (start < end) matches.push(start, end, !options.invert);
      last = end;
    }
    if (last < to) matches.push(last, to, options.invert);
  }, options.behavior);
}

type FindMatches = (text: AlignedText, from: number, to: number, matches: MatchList) => void;

/** Ranges that cover a piece, each a match or the text between matches. */
class MatchList {
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  readonly isMatch: boolean[] = [];

  clear(): void {
    this.starts.length = 0;
    this.ends.length = 0;
    this.isMatch.length = 0;
  }

  push(start: number, end: number, isMatch: boolean): void {
    this.starts.push(start);
    this.ends.push(end);
    this.isMatch.push(isMatch);
  }
}

function createSplit(findMatches: FindMatches, behavior: SplitBehavior): PreTokenizer {
  const matches = new MatchList();
  return {
    cut: (text, pieces, out) => {
      for (let piece = 0; piece < pieces.length; piece++) {
        matches.clear();
        findMatches(text, pieces.starts[piece]!, pieces.ends[piece]!, matches);
        pushByBehavior(matches, behavior, out);
      }
    },
  };
}

function pushByBehavior(matches: MatchList, behavior: SplitBehavior, out: PieceList): void {
  const count = matches.starts.length;
  for (let index = 0; index < count; ) {
    let last = index;
    const isMatch = matches.isMatch[index]!;
    switch (behavior) {
      case 'Removed':
        if (isMatch) {
          index++;
          continue;
        }
        break;
      case 'Isolated':
        break;
      case 'Contiguous':
        while (last + 1 < count && matches.isMatch[last + 1] === isMatch) last++;
        break;
      case 'MergedWithPrevious':
        if (!isMatch && last + 1 < count && matches.isMatch[last + 1]) last++;
        break;
      case 'MergedWithNext':
        if (isMatch && last + 1 < count && !matches.isMatch[last + 1]) last++;
        break;
    }
    out.push(matches.starts[index]!, matches.ends[last]!);
    index = last + 1;
  }
}
