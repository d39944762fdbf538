// Edits a mapped text without losing the way back to the source: inline markup is cut out, entities are
// replaced, white space collapses. In: a MappedText and ascending edits of its value. Out: a new MappedText.

import { type MappedText, MappedTextBuilder } from '../../text/mappedText.ts';
import type { Span } from '../../text/span.ts';
import { isWhiteSpace } from './lines.ts';

/** Replaces `[start, end)` of a text's value by `text`, which then has no source of its own. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Edits may come in any order; of two that overlap the one that starts first wins. */
export function editText(source: string, text: MappedText, edits: readonly TextEdit[]): MappedText {
  if (edits.length === 0) return text;
  const sorted = [...edits].sort((a, b) => a.start - b.start);
  const builder = new MappedTextBuilder(source);
  const copy = createCopier(text, builder);
  let done = 0;
  for (const edit of sorted) {
    if (edit.start < done) continue;
    copy({ start: done, end: edit.start });
    builder.appendJoin(edit.text);
    done = edit.end;
  }
  copy({ start: done, end: text.value.length });
  return builder.build();
}

/** Joins lines of one paragraph by one space, collapsing white space inside them and dropping it at both ends. */
export function joinLines(source: string, lines: readonly Span[]): MappedText {
  const builder = new MappedTextBuilder(source);
  for (const line of lines) appendWords(builder, source, line);
  return builder.build();
}

/**
 * Appends the words of `span`, each run of white space as one space; `separator` comes first when text stands
 * before. A single space between two words is copied, so that an ordinary line stays one segment.
 */
export function appendWords(builder: MappedTextBuilder, source: string, span: Span, separator = ' '): void {
  let pending = builder.length > 0 ? separator : '';
  let at = span.start;
  while (at < span.end) {
    while (at < span.end && isWhiteSpace(source.charCodeAt(at))) at++;
    const runStart = at;
    while (at < span.end && !endsRun(source, at, span.end)) at++;
    if (at === runStart) break;
    builder.appendJoin(pending);
    builder.appendSource({ start: runStart, end: at });
    pending = ' ';
  }
}

/** A run of words goes on over one plain space that another word follows. */
function endsRun(source: string, at: number, end: number): boolean {
  const unit = source.charCodeAt(at);
  if (!isWhiteSpace(unit)) return false;
  return unit !== 32 || at + 1 >= end || isWhiteSpace(source.charCodeAt(at + 1));
}

/** Makes each run of white space one space and trims both ends; edits leave such holes behind. */
export function collapseWhiteSpace(source: string, text: MappedText): MappedText {
  const edits: TextEdit[] = [];
  const { value } = text;
  if (/^ \S/.test(value)) edits.push({ start: 0, end: 1, text: '' });
  // Single plain spaces are by far the most and stay as they are.
  for (const match of value.matchAll(/\s{2,}|[^\S ]/g)) {
    const start = match.index;
    const end = start + match[0].length;
    const isAtEdge = start === 0 || end === value.length;
    edits.push({ start, end, text: isAtEdge ? '' : ' ' });
  }
  const lastIsLoneSpace =
    value.endsWith(' ') && (value.length === 1 || /\S/.test(value.charAt(value.length - 2)));
  if (lastIsLoneSpace) edits.push({ start: value.length - 1, end: value.length, text: '' });
  return editText(source, text, edits);
}

function createCopier(text: MappedText, builder: MappedTextBuilder): (range: Span) => void {
  let segmentIndex = 0;
  return (range) => {
    let at = range.start;
    while (at < range.end) {
      let segment = text.segments[segmentIndex];
      while (segment && segment.start + segment.length <= at) segment = text.segments[++segmentIndex];
      if (!segment || segment.start >= range.end) {
        builder.appendJoin(text.value.slice(at, range.end));
        return;
      }
      if (segment.start > at) builder.appendJoin(text.value.slice(at, segment.start));
      const from = Math.max(at, segment.start);
      const to = Math.min(range.end, segment.start + segment.length);
      const sourceStart = segment.sourceStart + (from - segment.start);
      builder.appendSource({ start: sourceStart, end: sourceStart + (to - from) });
      at = to;
    }
  };
}
