// Recognises what a Markdown line starts with, once the containers before it are eaten.
// In: the source and the offset of the first text of a line. Out: what kind of block begins there.
// The forms are those of CommonMark 0.31 and GitHub Flavored Markdown.

import type { Span } from '../../../text/span.ts';
import { isBlank, trimSpan } from '../lines.ts';

export interface ListMarker {
  /** Characters of the marker itself: 1 for `-`, 3 for `10.`. */
  readonly width: number;
  /** Only bullets and items numbered 1 can interrupt a paragraph. */
  readonly interrupts: boolean;
}

export interface Fence {
  readonly unit: number;
  readonly length: number;
}

const bulletOrNumber = /(?:[-+*]|(\d{1,9})[.)])(?=[ \t]|$)/my;
const tableDelimiter = /^[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/;
const linkDefinition =
  /\[((?:[^[\]\\\r\n]|\\.){1,999})\]:[ \t]*(?:<[^<>\r\n]*>|[^\s<]\S*)[ \t]*(?:"[^"\r\n]*"|'[^'\r\n]*'|\([^()\r\n]*\))?[ \t]*$/my;
const bareDefinition = /\[((?:[^[\]\\\r\n]|\\.){1,999})\]:[ \t]*$/my;

export function matchListMarker(source: string, at: number, end: number): ListMarker | undefined {
  bulletOrNumber.lastIndex = at;
  const match = bulletOrNumber.exec(source);
  if (!match || at + match[0].length > end) return undefined;
  return { width: match[0].length, interrupts: match[1] === undefined || match[1] === '1' };
}

export function isThematicBreak(source: string, at: number, end: number): boolean {
  const mark = source.charCodeAt(at);
  if (mark !== 45 && mark !== 95 && mark !== 42) return false;
  let count = 0;
  for (let offset = at; offset < end; offset++) {
    const unit = source.charCodeAt(offset);
    if (unit === mark) count++;
    else if (unit !== 32 && unit !== 9) return false;
  }
  return count >= 3;
}

/** The level of an ATX heading and its content without closing marks. A space after the marks is required. */
export function matchAtxHeading(
  source: string,
  at: number,
  end: number,
): { level: number; content: Span } | undefined {
  let after = at;
  while (after < end && source.charCodeAt(after) === 35) after++;
  const level = after - at;
  if (level === 0 || level > 6) return undefined;
  if (after < end && source.charCodeAt(after) !== 32 && source.charCodeAt(after) !== 9) return undefined;
  const content = trimSpan(source, { start: after, end });
  let close = content.end;
  while (close > content.start && source.charCodeAt(close - 1) === 35) close--;
  const isClosing =
    close === content.start || source.charCodeAt(close - 1) === 32 || source.charCodeAt(close - 1) === 9;
  return { level, content: isClosing ? trimSpan(source, { start: content.start, end: close }) : content };
}

/** 1 for a line of `=`, 2 for a line of `-`, else 0. */
export function matchSetextUnderline(source: string, at: number, end: number): number {
  const unit = source.charCodeAt(at);
  if (unit !== 61 && unit !== 45) return 0;
  const line = trimSpan(source, { start: at, end });
  for (let offset = line.start; offset < line.end; offset++) {
    if (source.charCodeAt(offset) !== unit) return 0;
  }
  return unit === 61 ? 1 : 2;
}

/** An opening fence of backticks, tildes, or the colons of a directive fence (`:::note`), which holds prose. */
export function matchFence(source: string, at: number, end: number): Fence | undefined {
  const unit = source.charCodeAt(at);
  if (unit !== 96 && unit !== 126 && unit !== 58) return undefined;
  let after = at;
  while (after < end && source.charCodeAt(after) === unit) after++;
  if (after - at < 3) return undefined;
  if (unit === 96 && source.slice(after, end).includes('`')) return undefined;
  return { unit, length: after - at };
}

export function closesFence(source: string, at: number, end: number, fence: Fence): boolean {
  let after = at;
  while (after < end && source.charCodeAt(after) === fence.unit) after++;
  if (after - at < fence.length) return false;
  return isBlank(source, { start: after, end });
}

/** The row of dashes under a table's head; it needs a bar or a colon to differ from an underline. */
export function isTableDelimiter(source: string, line: Span): boolean {
  const text = source.slice(line.start, line.end);
  return /[|:]/.test(text) && /^[\s|:-]*$/.test(text) && tableDelimiter.test(text);
}

/** The label of a link reference definition such as `[label]: https://example.org "Title"`. */
export function matchLinkDefinition(
  source: string,
  at: number,
): { label: string; isComplete: boolean } | undefined {
  if (source.charCodeAt(at) !== 91 || source.charCodeAt(at + 1) === 94) return undefined;
  linkDefinition.lastIndex = at;
  const match = linkDefinition.exec(source);
  if (match) return { label: match[1]!, isComplete: true };
  bareDefinition.lastIndex = at;
  const bare = bareDefinition.exec(source);
  return bare ? { label: bare[1]!, isComplete: false } : undefined;
}

/** Cells of a table row; a bar after a backslash or inside a code span with an escape does not cut. */
export function cutCells(source: string, row: Span): Span[] {
  const cells: Span[] = [];
  let start = row.start;
  for (let at = row.start; at < row.end; at++) {
    const unit = source.charCodeAt(at);
    if (unit === 92) at++;
    else if (unit === 124) {
      cells.push({ start, end: at });
      start = at + 1;
    }
  }
  cells.push({ start, end: row.end });
  return cells.map((cell) => trimSpan(source, cell));
}
