// Finds what a comment documents: the declaration that follows it directly, the one around a docstring, or the
// one before a trailing comment. In: source text, one comment block, the family of the language. Out: a symbol
// or nothing; nothing is guessed across an empty line.

import type { Span } from '../text/span.ts';
import type { CommentGroup } from './joinComments.ts';
import type { CommentToken, SymbolFamily } from './lexis.ts';
import type { DocumentedSymbol } from './passage.ts';
import { symbolRows } from './symbolPatterns.ts';
import { kindOfKeyword, type SymbolPattern, type SymbolRow } from './symbols/symbolRow.ts';

/** A text with its comments, ascending. */
export interface CommentedText {
  readonly text: string;
  readonly comments: readonly CommentToken[];
}

/** How much of a declaration is looked at. */
const windowLength = 600;
const signatureLength = 200;

/** All comments of the text are needed too: a declaration is read with its comments blanked out. */
export function documentedSymbol(
  source: CommentedText,
  group: CommentGroup,
  family: SymbolFamily,
): DocumentedSymbol | undefined {
  const { text } = source;
  const row = symbolRows[family];
  if (row.declarations.length === 0) return undefined;
  const first = group.tokens[0]!;
  if (first.kind === 'docstring' && first.ownerStart !== 'next') {
    return first.ownerStart === undefined ? undefined : readDeclaration(source, first.ownerStart, row);
  }
  if (!group.ownLine && first.kind !== 'docstring') return readCodeBefore(source, first.span.start, row);
  const next = findNextLine(text, group.tokens.at(-1)!.span.end);
  return next === undefined ? undefined : readDeclaration(source, next, row);
}

/** Offset of the code after the comment: on the same line or on the next one; `undefined` over an empty line. */
function findNextLine(text: string, end: number): number | undefined {
  let breaks = 0;
  for (let at = end; at < text.length; at++) {
    const unit = text[at]!;
    if (unit === '\n' || (unit === '\r' && text[at + 1] !== '\n')) {
      if (++breaks > 1) return undefined;
    } else if (unit !== ' ' && unit !== '\t' && unit !== '\r') {
      return at;
    }
  }
  return undefined;
}

function readDeclaration(source: CommentedText, at: number, row: SymbolRow): DocumentedSymbol | undefined {
  let start = at;
  let window = readWindow(source, start, start + windowLength);
  const skipped = row.skip?.exec(window)?.[0].length ?? 0;
  if (skipped > 0) {
    start += skipped;
    window = readWindow(source, start, start + windowLength);
  }
  return matchSymbol(window, start, row.declarations, row.stop);
}

function readCodeBefore(
  source: CommentedText,
  commentStart: number,
  row: SymbolRow,
): DocumentedSymbol | undefined {
  const { text } = source;
  let start = commentStart;
  const limit = Math.max(0, commentStart - windowLength);
  while (start > limit && text[start - 1] !== '\n' && text[start - 1] !== '\r') start--;
  if (start === limit && limit > 0) return undefined;
  while (text[start] === ' ' || text[start] === '\t') start++;
  if (start >= commentStart) return undefined;
  const window = readWindow(source, start, commentStart);
  return matchSymbol(window, start, [...row.declarations, ...row.members], row.stop);
}

function matchSymbol(
  window: string,
  at: number,
  patterns: readonly SymbolPattern[],
  stop: string,
): DocumentedSymbol | undefined {
  for (const { pattern, kind, stop: ownStop } of patterns) {
    const match = pattern.exec(window);
    if (!match) continue;
    const name = match.groups?.name ?? match.groups?.name2;
    if (!name) continue;
    const keyword = match.groups?.kind?.toLowerCase();
    const span = nameSpan(window, pattern);
    return {
      name,
      kind: (keyword && kindOfKeyword[keyword]) || kind,
      signature: readSignature(window, ownStop ?? stop, span.end),
      span: { start: at + span.start, end: at + span.end },
    };
  }
  return undefined;
}

const exactPatterns = new WeakMap<RegExp, RegExp>();

/** Where the name stands: asked of the pattern itself, and only after it matched, since indices cost time. */
function nameSpan(window: string, pattern: RegExp): Span {
  let exact = exactPatterns.get(pattern);
  if (!exact) {
    exact = new RegExp(pattern.source, `${pattern.flags}d`);
    exactPatterns.set(pattern, exact);
  }
  const groups = exact.exec(window)?.indices?.groups;
  const [start, end] = groups?.name ?? groups?.name2 ?? [0, 0];
  return { start, end };
}

/** The declaration without its body: up to the first stop character outside brackets that comes after the name. */
function readSignature(window: string, stop: string, from: number): string {
  let depth = 0;
  let end = window.length;
  for (let at = 0; at < window.length; at++) {
    const unit = window[at]!;
    if (depth === 0 && at >= from && (stop.includes(unit) || (unit === '\r' && stop.includes('\n')))) {
      end = at;
      break;
    }
    if (unit === '(' || unit === '[') depth++;
    else if ((unit === ')' || unit === ']') && depth > 0) depth--;
  }
  const line = window
    .slice(0, end)
    .replace(/\s+/g, ' ')
    .replace(/\s*(?:=>|=|,)?\s*$/, '')
    .trim();
  return line.slice(0, signatureLength);
}

/** The code from `start` to `end`, with spaces in place of comments, so that offsets stay. */
function readWindow({ text, comments }: CommentedText, start: number, end: number): string {
  let window = '';
  let from = start;
  for (let index = firstCommentAfter(comments, start); index < comments.length; index++) {
    const { span } = comments[index]!;
    if (span.start >= end) break;
    window += text.slice(from, span.start);
    from = Math.min(span.end, end);
    window += ' '.repeat(from - Math.max(span.start, start));
  }
  return window + text.slice(from, Math.min(end, text.length));
}

/** Index of the first comment that starts at or after `at`. */
function firstCommentAfter(comments: readonly CommentToken[], at: number): number {
  let low = 0;
  let high = comments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (comments[middle]!.span.start < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
