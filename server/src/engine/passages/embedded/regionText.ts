// The text of a region as its own language sees it, with the way back to the file it lies in. A region of an HTML
// file is one verbatim piece; a notebook cell is many, with JSON escapes between them.
// In: pieces of the outer text. Out: the region's text and a lookup of offsets.

import type { Span } from '../../text/span.ts';

export interface RegionPiece {
  /** Where the piece starts in the region. */
  readonly start: number;
  readonly length: number;
  readonly sourceStart: number;
  /** Invariant: equal to `length` when the piece is a verbatim copy; different for an escape such as `\n`. */
  readonly sourceLength: number;
}

/** Invariant: pieces are ascending, not empty and cover all of `text` without a gap. */
export interface RegionText {
  readonly text: string;
  readonly pieces: readonly RegionPiece[];
}

export function createRegion(source: string, span: Span): RegionText {
  const length = span.end - span.start;
  const pieces = length > 0 ? [{ start: 0, length, sourceStart: span.start, sourceLength: length }] : [];
  return { text: source.slice(span.start, span.end), pieces };
}

/** Index of the piece that holds the region's offset; offsets outside give the first or the last piece. */
export function findPiece(region: RegionText, offset: number): number {
  let low = 0;
  let high = region.pieces.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (region.pieces[middle]!.start <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** An end that falls behind an escape covers the whole escape. */
export function moveSpan(region: RegionText, span: Span): Span {
  const start = region.pieces[findPiece(region, span.start)];
  if (!start) return { start: 0, end: 0 };
  const sourceStart = isVerbatim(start) ? start.sourceStart + (span.start - start.start) : start.sourceStart;
  if (span.end <= span.start) return { start: sourceStart, end: sourceStart };
  const last = region.pieces[findPiece(region, span.end - 1)]!;
  const sourceEnd = isVerbatim(last)
    ? last.sourceStart + (span.end - last.start)
    : last.sourceStart + last.sourceLength;
  return { start: sourceStart, end: sourceEnd };
}

export function isVerbatim(piece: RegionPiece): boolean {
  return piece.length === piece.sourceLength;
}
