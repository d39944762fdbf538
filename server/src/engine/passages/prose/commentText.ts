// Cleans the inside of a comment in a prose or markup file (`<!-- … -->`, `.. …`, `//// … ////`).
// In: the span between the markers. Out: lines joined by a space, paragraphs by a line feed, decoration gone.

import { type MappedText, MappedTextBuilder } from '../../text/mappedText.ts';
import type { Span } from '../../text/span.ts';
import { appendWords } from './editText.ts';
import { isBlank, splitLines, trimSpan } from './lines.ts';

const decoration = /^[-=*#~_+/\\|.<>!:\s]*$/;

/** The text is empty when there is nothing but white space; a comment of decoration only keeps it. */
export function cleanComment(source: string, inside: Span): MappedText {
  const lines = splitLines(source, inside);
  const text = joinParagraphs(source, lines, true);
  return text.value === '' ? joinParagraphs(source, lines, false) : text;
}

function joinParagraphs(source: string, lines: readonly Span[], dropDecoration: boolean): MappedText {
  const builder = new MappedTextBuilder(source);
  let separator = ' ';
  for (const line of lines) {
    if (isBlank(source, line)) {
      separator = '\n';
      continue;
    }
    const content = dropDecoration ? cutGutter(source, line) : trimSpan(source, line);
    if (content.end === content.start) {
      separator = '\n';
      continue;
    }
    appendWords(builder, source, content, separator);
    separator = ' ';
  }
  return builder.build();
}

/** Cuts rulers such as `=====` from both ends of the line; the result is empty for a line of decoration only. */
function cutGutter(source: string, line: Span): Span {
  const span = trimSpan(source, line);
  if (decoration.test(source.slice(span.start, span.end))) return { start: span.start, end: span.start };
  let { start, end } = span;
  const ruler = source.charCodeAt(start);
  let after = start;
  while (after < end && source.charCodeAt(after) === ruler) after++;
  if (isRuler(ruler) && after - start >= 3) start = after;
  const tail = source.charCodeAt(end - 1);
  let before = end;
  while (before > start && source.charCodeAt(before - 1) === tail) before--;
  if (isRuler(tail) && end - before >= 3) end = before;
  return trimSpan(source, { start, end });
}

function isRuler(unit: number): boolean {
  return (
    unit === 45 || unit === 61 || unit === 42 || unit === 35 || unit === 126 || unit === 95 || unit === 43
  );
}
