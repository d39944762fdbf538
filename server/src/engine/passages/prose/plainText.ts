// Finds headings, paragraphs and list items in plain text. In: the source. Out: prose blocks.
// A paragraph ends at a blank line. A line is a heading only when an underline of `=`, `-` or `~` of about its
// length follows; art, tables and rulers without two letters in a row are left out.

import type { Span } from '../../text/span.ts';
import { isBlank, splitLines, trimSpan } from './lines.ts';
import type { ProseBlock, ProseBlocks } from './proseBlock.ts';

const listMarker = /^(?:[-*+•‣◦–]|\(?(?:\d{1,3}|[a-z])[.)])[ \t]+(?=\S)/;
const underline = /^([=\-~*^#])\1*$/;

export function readPlainText(source: string): ProseBlocks {
  const blocks: ProseBlock[] = [];
  const levels: string[] = [];
  let open: { kind: 'paragraph' | 'listItem'; start: number; lines: Span[] } | undefined;
  const close = () => {
    if (open && hasWords(source, open.lines)) {
      blocks.push({
        kind: open.kind,
        span: { start: open.start, end: open.lines.at(-1)!.end },
        lines: open.lines,
      });
    }
    open = undefined;
  };
  for (const whole of splitLines(source)) {
    const line = trimSpan(source, whole);
    const mark = open?.lines.length === 1 ? matchUnderline(source, open.lines[0]!, line) : undefined;
    const item = matchItem(source, line);
    if (isBlank(source, whole)) close();
    else if (open && mark !== undefined) {
      if (!levels.includes(mark)) levels.push(mark);
      const span = { start: open.start, end: line.end };
      blocks.push({ kind: 'heading', span, lines: open.lines, level: levels.indexOf(mark) + 1 });
      open = undefined;
    } else if (item) {
      close();
      open = { kind: 'listItem', start: line.start, lines: [{ start: line.start + item, end: line.end }] };
    } else if (open) open.lines.push(line);
    else open = { kind: 'paragraph', start: line.start, lines: [line] };
  }
  close();
  return { blocks, problems: [] };
}

/** The mark of an underline that fits the line above it, give or take two characters. */
function matchUnderline(source: string, title: Span, line: Span): string | undefined {
  const length = line.end - line.start;
  if (length < 3 || length > 200 || Math.abs(length - (title.end - title.start)) > 2) return undefined;
  return underline.exec(source.slice(line.start, line.end))?.[1];
}

/** How many characters the list marker at the start of the line takes; 0 when there is none. */
function matchItem(source: string, line: Span): number {
  return listMarker.exec(source.slice(line.start, Math.min(line.end, line.start + 12)))?.[0].length ?? 0;
}

function hasWords(source: string, lines: readonly Span[]): boolean {
  return lines.some((line) => /\p{L}\p{L}|\p{Lo}/u.test(source.slice(line.start, line.end)));
}
