// Keeps the passages below a construct that somebody is still typing. A comment or docstring without its end takes
// the end of the next one, and everything between them with it. In: the last extraction that was whole, and the one
// of the text as it is now. Out: what the text above them holds now, and the old passages below
// the edit, moved.

import type { SourceFile } from '../text/sourceFile.ts';
import type { Span } from '../text/span.ts';
import type { Extraction, ExtractPassages, Passage } from './passage.ts';

export interface ReadText {
  readonly text: string;
  readonly extraction: Extraction;
}

/**
 * `undefined` when nothing is broken: then the new extraction stands, and is the next one to fall back to.
 * `extract` reads the part of the file above the passages that are kept.
 */
export function keepLastGood(
  good: ReadText,
  file: SourceFile,
  current: Extraction,
  extract: ExtractPassages,
): Extraction | undefined {
  const edit = findEdit(good.text, file.text);
  const kept = good.extraction.passages
    .filter((passage) => passage.span.start >= edit.oldEnd)
    .map((passage) => movePassage(passage, edit.newEnd - edit.oldEnd));
  const isBroken =
    hasNewProblem(good.extraction, current, edit) || current.passages.some((one) => swallows(one, kept));
  if (!isBroken) return undefined;
  if (isEachThere(kept, current)) return current;

  // Cut off above the first passage that is kept, the open construct finds no end to take.
  const above = extract({ ...file, text: file.text.slice(0, kept[0]!.span.start) });
  return { passages: [...above.passages, ...kept], problems: current.problems };
}

/** What differs between two texts: one stretch, up to `oldEnd` in the old text and up to `newEnd` in the new one. */
interface Edit {
  readonly start: number;
  readonly oldEnd: number;
  readonly newEnd: number;
}

function findEdit(oldText: string, newText: string): Edit {
  const shorter = Math.min(oldText.length, newText.length);
  let start = 0;
  while (start < shorter && oldText.charCodeAt(start) === newText.charCodeAt(start)) start++;
  let oldEnd = oldText.length;
  let newEnd = newText.length;
  while (
    oldEnd > start &&
    newEnd > start &&
    oldText.charCodeAt(oldEnd - 1) === newText.charCodeAt(newEnd - 1)
  ) {
    oldEnd--;
    newEnd--;
  }
  return { start, oldEnd, newEnd };
}

/** A problem that the good text had already, above or below the edit, is not what breaks the new one. */
function hasNewProblem(good: Extraction, current: Extraction, edit: Edit): boolean {
  const known = new Set<number>();
  for (const { span } of good.problems) {
    if (span.start < edit.start) known.add(span.start);
    else if (span.start >= edit.oldEnd) known.add(span.start + edit.newEnd - edit.oldEnd);
  }
  return current.problems.some(({ span }) => !known.has(span.start));
}

/**
 * A comment that begins above a comment which nobody touched, and ends inside it or with it, took that one's
 * marker for its own end. Prose has no markers: there, lines that join are one paragraph.
 */
function swallows(passage: Passage, untouched: readonly Passage[]): boolean {
  if (passage.kind !== 'block' && passage.kind !== 'doc' && passage.kind !== 'docstring') return false;
  return passage.parts.some((part) => {
    const other = untouched[lastStartingBefore(untouched, part.end)];
    return other?.parts.some((one) => part.start < one.start && one.start < part.end && part.end <= one.end);
  });
}

/** Index of the last passage that starts before `at`; -1 when there is none. */
function lastStartingBefore(passages: readonly Passage[], at: number): number {
  let low = 0;
  let high = passages.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (passages[middle]!.span.start < at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function isEachThere(kept: readonly Passage[], current: Extraction): boolean {
  const found = new Set(current.passages.map(({ span }) => `${span.start}-${span.end}`));
  return kept.every(({ span }) => found.has(`${span.start}-${span.end}`));
}

function movePassage(passage: Passage, by: number): Passage {
  const move = ({ start, end }: Span): Span => ({ start: start + by, end: end + by });
  const { symbol, text } = passage;
  return {
    ...passage,
    span: move(passage.span),
    parts: passage.parts.map(move),
    text: {
      value: text.value,
      segments: text.segments.map((segment) => ({ ...segment, sourceStart: segment.sourceStart + by })),
    },
    tags: passage.tags.map((tag) => ({ ...tag, span: move(tag.span) })),
    symbol: symbol && { ...symbol, span: move(symbol.span) },
  };
}
