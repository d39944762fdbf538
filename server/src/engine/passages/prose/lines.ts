// Cuts a text into lines for the prose readers: offsets only, no copies, any line ending, a leading byte
// order mark left out. In: a source text. Out: one span per line, without its terminator.

import type { Span } from '../../text/span.ts';

/** `splitLines('a\r\nb')` is `[{ start: 0, end: 1 }, { start: 3, end: 4 }]`. */
export function splitLines(text: string, within: Span = { start: 0, end: text.length }): Span[] {
  const lines: Span[] = [];
  let start = within.start;
  if (start === 0 && text.charCodeAt(0) === 0xfeff) start = 1;
  for (let offset = start; offset < within.end; offset++) {
    const unit = text.charCodeAt(offset);
    if (unit !== 10 && unit !== 13) continue;
    lines.push({ start, end: offset });
    if (unit === 13 && offset + 1 < within.end && text.charCodeAt(offset + 1) === 10) offset++;
    start = offset + 1;
  }
  lines.push({ start, end: within.end });
  return lines;
}

/** The span without white space at both ends; an empty span at its start when there is nothing else. */
export function trimSpan(text: string, span: Span): Span {
  let { start, end } = span;
  while (start < end && isWhiteSpace(text.charCodeAt(start))) start++;
  while (end > start && isWhiteSpace(text.charCodeAt(end - 1))) end--;
  return { start, end };
}

export function isBlank(text: string, span: Span): boolean {
  for (let offset = span.start; offset < span.end; offset++) {
    if (!isWhiteSpace(text.charCodeAt(offset))) return false;
  }
  return true;
}

/** White space as `\s` of a regular expression sees it, cheap for the common units. */
export function isWhiteSpace(unit: number): boolean {
  if (unit === 32 || (unit >= 9 && unit <= 13)) return true;
  return unit >= 0xa0 && /\s/.test(String.fromCharCode(unit));
}

/** True when only white space stands between `offset` and the start of its line. */
export function standsAlone(text: string, offset: number): boolean {
  for (let before = offset - 1; before >= 0; before--) {
    const unit = text.charCodeAt(before);
    if (unit === 10 || unit === 13) return true;
    if (!isWhiteSpace(unit)) return false;
  }
  return true;
}
