// The code that a passage speaks about, found by its lines alone: what has to stay the same for "still accurate".
// In: a source text and its passages. Out: that code without comments and white space, as a hash, so that neither
// a new comment nor another indentation counts as a change.

import { createHash } from 'node:crypto';
import type { Passage } from '../passages/passage.ts';
import type { Span } from '../text/span.ts';

/** Undefined where the passage stands next to no code, as in prose. */
export function hashOfCode(
  source: string,
  passages: readonly Passage[],
  passage: Passage,
): string | undefined {
  const span = spanOfCode(source, passage);
  if (!span) return undefined;
  const code = withoutPassages(source, span, passages).replace(/\s+/g, '');
  return code === '' ? undefined : createHash('sha256').update(code).digest('hex').slice(0, 16);
}

/** From the line of what is documented to the end of its block. Undefined as above. */
export function spanOfCode(source: string, passage: Passage): Span | undefined {
  const start = startOfCode(source, passage);
  if (start === undefined) return undefined;
  // A comment above several statements speaks about all of them, one on a line or a symbol about that alone.
  return { start, end: endOfCode(source, start, passage.symbol === undefined && passage.ownLine) };
}

/** The line of the documented symbol; without one, the line of a trailing comment or the one below. */
function startOfCode(source: string, passage: Passage): number | undefined {
  if (passage.symbol) return startOfLine(source, passage.symbol.span.start);
  if (!codeKinds.has(passage.kind)) return undefined;
  if (!passage.ownLine) return startOfLine(source, passage.span.start);
  const next = source.indexOf('\n', passage.span.end);
  return next < 0 ? undefined : next + 1;
}

const codeKinds: ReadonlySet<Passage['kind']> = new Set(['line', 'block', 'doc', 'docstring']);

/** Longer code is judged by its beginning. */
const maxLines = 400;

/**
 * From a first line to the end of its block: all lines that are indented deeper, and lines at the same depth that only
 * close or continue it (`} else {`, `)`, `end`). `followsLines`: without a block, all lines up to a blank one.
 */
function endOfCode(source: string, start: number, followsLines: boolean): number {
  let end = endOfLine(source, start);
  const depth = indentationOf(source.slice(start, end));
  let hasBlock = !followsLines;
  for (let line = 1, next = end + 1; line < maxLines && next <= source.length; line++) {
    const lineEnd = endOfLine(source, next);
    const text = source.slice(next, lineEnd);
    const isBlank = text.trim() === '';
    if (isBlank && !hasBlock) break;
    const isDeeper = indentationOf(text) > depth;
    const continues = indentationOf(text) === depth && continuing.test(text);
    if (!isBlank && hasBlock && !isDeeper && !continues) break;
    if (!isBlank) {
      if (isDeeper || continues) hasBlock = true;
      end = lineEnd;
    }
    next = lineEnd + 1;
  }
  return end;
}

const continuing = /^\s*(?:[)\]}{]|end\b|else\b|elif\b|except\b|finally\b|catch\b)/;

function withoutPassages(source: string, span: Span, passages: readonly Passage[]): string {
  let text = '';
  let position = span.start;
  for (const { parts } of passages) {
    for (const part of parts) {
      if (part.end <= position || part.start >= span.end) continue;
      text += source.slice(position, Math.max(position, part.start));
      position = Math.max(position, part.end);
    }
  }
  return text + source.slice(Math.min(position, span.end), span.end);
}

function indentationOf(line: string): number {
  return line.length - line.trimStart().length;
}

function startOfLine(source: string, offset: number): number {
  return source.lastIndexOf('\n', offset - 1) + 1;
}

function endOfLine(source: string, offset: number): number {
  const end = source.indexOf('\n', offset);
  return end < 0 ? source.length : end;
}
