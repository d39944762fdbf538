// Takes the markers, gutters and frames off a comment. In: the tokens of one block. Out: its lines as spans of the
// source; nothing is decided yet about words and markup (cleanComment.ts does that).

import type { Span } from '../text/span.ts';
import type { CommentToken } from './lexis.ts';

export interface CommentLine extends Span {
  /** The line holds only decoration (`=====`), which separates paragraphs as an empty line does. */
  readonly isDecoration: boolean;
}

/** Runs of drawing characters; with box drawings and block elements. */
const decoration = '-=*#~_+/|\\\\\u2500-\u259f\u2022\u00b7';
const decorationCharacter = new RegExp(`[${decoration}<>]`);
const decorationLine = new RegExp(`^(?:[${decoration}]\\s*)+$`);
const leadingDecoration = new RegExp(`^[${decoration}<>]{3,}(?=\\s)\\s*|^([-=*~+])\\1\\s(?=.*\\s\\1\\1$)`);
const trailingDecoration = new RegExp(`(?:\\s+[${decoration}]{2,}|[-=*#~_+\u2500-\u259f]{4,})$`);

/** White space at the ends of each line is not part of it; empty lines stay, because they separate paragraphs. */
export function readCommentLines(text: string, tokens: readonly CommentToken[]): readonly CommentLine[] {
  const lines: Span[] = [];
  for (const token of tokens) {
    if (token.kind === 'line') lines.push(...readLineComment(text, token));
    else lines.push(...readBlock(text, token));
  }
  return lines.map((line) => stripDecoration(text, line));
}

/** What stands between the markers, trimmed: the text of a comment that is nothing but decoration. */
export function readBareContent(text: string, token: CommentToken): Span {
  const { open, close } = token.syntax;
  const start = token.span.start + Math.min(open.length, token.span.end - token.span.start);
  const hasClose =
    close !== '' &&
    token.span.end - close.length >= start &&
    text.endsWith(close, token.span.end) &&
    text.startsWith(close, token.span.end - close.length);
  const span = trim(text, { start, end: hasClose ? token.span.end - close.length : token.span.end });
  const lineEnd = text.slice(span.start, span.end).search(/[\r\n]/);
  return lineEnd < 0 ? span : trim(text, { start: span.start, end: span.start + lineEnd });
}

function readLineComment(text: string, token: CommentToken): Span[] {
  const { close } = token.syntax;
  const spans = splitLines(text, { start: token.span.start, end: token.span.end - close.length });
  return spans.map((span, index) => {
    let { start, end } = span;
    if (index === 0) {
      start += token.syntax.open.length;
      const marker = token.syntax.open[0]!;
      while (start < end && text[start] === marker) start++;
      if (token.doc && text[start] === '<') start++;
    }
    if (index < spans.length - 1 && text[end - 1] === '\\') end--;
    return trim(text, { start, end });
  });
}

function readBlock(text: string, token: CommentToken): Span[] {
  const { open, close } = token.syntax;
  const start = Math.min(token.span.start + open.length, token.span.end);
  const closed =
    close !== '' &&
    token.span.end - close.length >= start &&
    text.startsWith(close, token.span.end - close.length);
  const spans = splitLines(text, { start, end: closed ? token.span.end - close.length : token.span.end });
  const isStarred = open.endsWith('*') || open.endsWith('!');
  const hasGutter =
    isStarred &&
    spans.length > 1 &&
    spans.slice(1).every((span) => {
      const line = trim(text, span);
      return line.start === line.end || text[line.start] === '*';
    });
  return spans.map((span, index) => {
    let line = trim(text, span);
    if (isStarred && (hasGutter || index === 0)) {
      let first = line.start;
      while (first < line.end && text[first] === '*') first++;
      line = trim(text, { start: first, end: line.end });
    }
    if (isStarred && index === spans.length - 1) {
      let last = line.end;
      while (last > line.start && text[last - 1] === '*') last--;
      line = trim(text, { start: line.start, end: last });
    }
    if (hasGutter && /\s[*|]$/.test(text.slice(line.start, line.end)))
      line = trim(text, { start: line.start, end: line.end - 1 });
    if (index === 0 && token.doc && text[line.start] === '<')
      line = trim(text, { start: line.start + 1, end: line.end });
    return line;
  });
}

function stripDecoration(text: string, line: Span): CommentLine {
  let { start, end } = line;
  const content = text.slice(start, end);
  if (content.length > 2000) return { start, end, isDecoration: false };
  // Few lines begin or end so, and each pattern needs one that does.
  if (decorationCharacter.test(content.charAt(0))) {
    if (decorationLine.test(content)) return { start, end: start, isDecoration: true };
    const lead = leadingDecoration.exec(content);
    if (lead) start += lead[0].length;
  }
  if (decorationCharacter.test(content.charAt(content.length - 1))) {
    const trail = trailingDecoration.exec(text.slice(start, end));
    if (trail && trail.index > 0) end = start + trail.index;
  }
  return { ...trim(text, { start, end }), isDecoration: false };
}

function splitLines(text: string, span: Span): Span[] {
  const spans: Span[] = [];
  let start = span.start;
  for (let at = span.start; at < span.end; at++) {
    const unit = text.charCodeAt(at);
    if (unit !== 10 && unit !== 13) continue;
    spans.push({ start, end: at });
    if (unit === 13 && text.charCodeAt(at + 1) === 10 && at + 1 < span.end) at++;
    start = at + 1;
  }
  spans.push({ start, end: span.end });
  return spans;
}

function trim(text: string, span: Span): Span {
  let { start, end } = span;
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  return { start, end };
}

/** White space as `String.trim` knows it. */
function isSpace(unit: number): boolean {
  if (unit < 0xa0) return unit === 32 || (unit >= 9 && unit <= 13);
  return /\s/.test(String.fromCharCode(unit));
}
