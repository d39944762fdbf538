// Where a span stands, as people and scripts read it: lines and columns from one, offsets in UTF-16 code units.

import { type LineIndex, toLineColumn } from '../engine/text/lineIndex.ts';
import type { Span } from '../engine/text/span.ts';

export interface PrintedPlace {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly start: number;
  readonly end: number;
}

export function placeOf(lines: LineIndex, { start, end }: Span): PrintedPlace {
  const from = toLineColumn(lines, start);
  const to = toLineColumn(lines, end);
  return {
    line: from.line + 1,
    column: from.column + 1,
    endLine: to.line + 1,
    endColumn: to.column + 1,
    start,
    end,
  };
}
