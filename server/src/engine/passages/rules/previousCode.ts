// Looks back from an offset over white space and comments: what stood there decides whether a slash begins
// a regular expression or divides, and whether a brace opens a block or an expression.

import type { Scan } from '../lexis.ts';

/** Offset of the last character of code before `at`, not before `floor`; -1 when there is none. */
export function findPreviousCode(scan: Scan, at: number, floor = 0): number {
  const { text, comments } = scan;
  let comment = comments.length - 1;
  let before = at - 1;
  while (before >= floor) {
    const span = comment >= 0 ? comments[comment]!.span : undefined;
    if (span && span.end === before + 1) {
      before = span.start - 1;
      comment--;
      continue;
    }
    const unit = text.charCodeAt(before);
    if (unit !== 32 && unit !== 9 && unit !== 10 && unit !== 13 && unit !== 0xa0 && unit !== 0xfeff)
      return before;
    before--;
  }
  return -1;
}

/** The identifier that ends at `end` (inclusive), at most `limit` characters of it; empty when there is none. */
export function wordEndingAt(text: string, end: number, limit = 24): string {
  let start = end + 1;
  const lowest = Math.max(0, end + 1 - limit);
  while (start > lowest && isWordUnit(text.charCodeAt(start - 1))) start--;
  return text.slice(start, end + 1);
}

export function isWordUnit(unit: number): boolean {
  return (
    (unit >= 97 && unit <= 122) ||
    (unit >= 65 && unit <= 90) ||
    (unit >= 48 && unit <= 57) ||
    unit === 95 ||
    unit === 36 ||
    unit > 127
  );
}
