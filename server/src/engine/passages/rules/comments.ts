// Rules for comments themselves: line comments, block comments with or without nesting, comments that
// only count at the start of a line or after white space.

import { type CommentSyntax, NOT_MINE, type RuleEntry, type Scan } from '../lexis.ts';
import { addProblem, findLineEnd, payLookahead } from '../scanComments.ts';

export interface LineCommentOptions {
  readonly open: string;
  /** Longer markers that make it documentation, such as `///`. */
  readonly doc?: readonly string[];
  /** The plain marker continues a block that the documentation marker began. */
  readonly docContinues?: boolean;
  /** A fourth slash makes `////` an ordinary comment again. */
  readonly docRepeats?: boolean;
  /** What must stand before the marker: nothing but white space on the line, or at least one white space. */
  readonly after?: 'anything' | 'lineStart' | 'space';
  /** Also allowed directly before, where `after` is `space`: `;` and `(` in a shell. */
  readonly alsoAfter?: string;
  /** Characters that must not follow the marker. */
  readonly notBefore?: string;
  /** A backslash at the end of the line continues the comment, as in C. */
  readonly continues?: boolean;
  /** Text that ends the comment before its line does: `?>` in PHP. */
  readonly until?: string;
}

export function lineComment(options: LineCommentOptions): RuleEntry {
  const { open } = options;
  const after = options.after ?? 'anything';
  const syntax: CommentSyntax = { open, close: '' };
  const docs: readonly CommentSyntax[] = (options.doc ?? []).map((marker) => ({
    open: marker,
    close: '',
    ...(options.docContinues ? { continuedBy: open } : {}),
  }));
  return {
    first: open[0]!,
    rule(scan, at) {
      const { text } = scan;
      if (!text.startsWith(open, at)) return NOT_MINE;
      if (options.notBefore?.includes(text.charAt(at + open.length) || '\n')) return NOT_MINE;
      if (after === 'lineStart' && !isLineStart(text, at)) return NOT_MINE;
      if (after === 'space' && !isAfterSpace(text, at, options.alsoAfter ?? '')) return NOT_MINE;
      const end = endOfLineComment(scan, at, options);
      const doc = docs.find(
        (marker) => text.startsWith(marker.open, at) && isDocMarker(text, at, marker.open, options),
      );
      scan.comments.push({
        kind: 'line',
        doc: doc !== undefined,
        syntax: doc ?? syntax,
        span: { start: at, end },
        ownerStart: undefined,
      });
      return end;
    },
  };
}

export interface BlockCommentOptions {
  readonly open: string;
  readonly close: string;
  readonly nested?: boolean;
  readonly doc?: readonly string[];
  /** Longer openings that are no comment at all: `{-#` in Haskell. */
  readonly except?: readonly string[];
}

export function blockComment(options: BlockCommentOptions): RuleEntry {
  const { open, close } = options;
  const syntax: CommentSyntax = { open, close };
  const docs = (options.doc ?? []).map((marker) => ({ open: marker, close }));
  return {
    first: open[0]!,
    rule(scan, at) {
      const { text } = scan;
      if (!text.startsWith(open, at)) return NOT_MINE;
      if (options.except?.some((marker) => text.startsWith(marker, at))) return NOT_MINE;
      let end = options.nested ? findNestedClose(scan, at, options) : findClose(scan, at, options);
      if (end < 0) {
        end = endOfBrokenBlock(text, at);
        addProblem(scan, 'unterminatedComment', { start: at, end });
      }
      const doc = docs.find((marker) => isDocBlock(text, at, end, marker));
      scan.comments.push({
        kind: 'block',
        doc: doc !== undefined,
        syntax: doc ?? syntax,
        span: { start: at, end },
        ownerStart: undefined,
      });
      return end;
    },
  };
}

/** Only white space stands between the start of the line and `at`. */
export function isLineStart(text: string, at: number): boolean {
  let before = at - 1;
  while (before >= 0) {
    const unit = text.charCodeAt(before);
    if (unit === 10 || unit === 13) return true;
    if (unit !== 32 && unit !== 9 && unit !== 0xfeff && unit !== 12) return false;
    before--;
  }
  return true;
}

/** Not even white space stands between the start of the line and `at`. */
export function isFirstOnLine(text: string, at: number): boolean {
  return at === 0 || text[at - 1] === '\n' || text[at - 1] === '\r';
}

/**
 * An unterminated block comment takes its first line and the lines after it that carry a `*` gutter:
 * what somebody is typing right now, and none of the code below.
 */
export function endOfBrokenBlock(text: string, at: number): number {
  let end = findLineEnd(text, at);
  for (;;) {
    const start = text.startsWith('\r\n', end) ? end + 2 : end + 1;
    let first = start;
    while (text[first] === ' ' || text[first] === '\t') first++;
    if (text[first] !== '*') return end;
    end = findLineEnd(text, first);
  }
}

function isAfterSpace(text: string, at: number, alsoAfter: string): boolean {
  if (at === 0) return true;
  const before = text[at - 1]!;
  return ' \t\n\r\f\ufeff'.includes(before) || alsoAfter.includes(before);
}

function isDocMarker(text: string, at: number, marker: string, options: LineCommentOptions): boolean {
  if (options.docRepeats) return true;
  return text[at + marker.length] !== marker.at(-1);
}

/** `/**` opens documentation, but not as part of an empty comment or of a row of stars. */
function isDocBlock(text: string, at: number, end: number, marker: CommentSyntax): boolean {
  if (!text.startsWith(marker.open, at) || end - at < marker.open.length + marker.close.length) return false;
  return text[at + marker.open.length] !== marker.open.at(-1) || marker.open.length <= 2;
}

function endOfLineComment(scan: Scan, at: number, options: LineCommentOptions): number {
  const { text } = scan;
  let end = findLineEnd(text, at);
  while (options.continues && text[end - 1] === '\\' && end < text.length) {
    end = findLineEnd(text, text.startsWith('\r\n', end) ? end + 2 : end + 1);
  }
  if (options.until) {
    const stop = text.slice(at, end).indexOf(options.until);
    if (stop >= 0) end = at + stop;
  }
  return end;
}

function findClose(scan: Scan, at: number, options: BlockCommentOptions): number {
  if (scan.lookaheadLeft <= 0) return -1;
  const close = scan.text.indexOf(options.close, at + options.open.length);
  if (close < 0) payLookahead(scan, scan.text.length - at);
  return close < 0 ? -1 : close + options.close.length;
}

function findNestedClose(scan: Scan, at: number, options: BlockCommentOptions): number {
  const { text } = scan;
  const { open, close } = options;
  if (scan.lookaheadLeft <= 0) return -1;
  const openUnit = open.charCodeAt(0);
  const closeUnit = close.charCodeAt(0);
  let depth = 1;
  let next = at + open.length;
  while (next < text.length) {
    const unit = text.charCodeAt(next);
    if (unit === closeUnit && text.startsWith(close, next)) {
      next += close.length;
      if (--depth === 0) return next;
    } else if (unit === openUnit && text.startsWith(open, next)) {
      depth++;
      next += open.length;
    } else {
      next++;
    }
  }
  payLookahead(scan, text.length - at);
  return -1;
}
