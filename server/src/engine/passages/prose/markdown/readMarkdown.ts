// Finds the blocks of a Markdown document (CommonMark with GitHub tables, as written in the wild).
// In: the source text. Out: headings, paragraphs, list items, table rows and comments, with the lines of each,
// and the labels of the link definitions, which the inline cleaner needs. One pass over the lines, no recursion.
//
// A list item is one passage made of its first paragraph; further paragraphs in it are passages of their own.
// Left out: code (fenced and indented), front matter, link definitions, rulers, raw HTML (script, style, pre).

import type { Span } from '../../../text/span.ts';
import type { ExtractionProblem, PassageKind } from '../../passage.ts';
import { cleanComment } from '../commentText.ts';
import { isBlank, splitLines, trimSpan } from '../lines.ts';
import type { ProseBlock, ProseBlocks } from '../proseBlock.ts';
import { findFrontMatterEnd } from './frontMatter.ts';
import { matchHtmlBlock } from './htmlBlocks.ts';
import { LineCursor } from './lineCursor.ts';
import {
  closesFence,
  cutCells,
  type Fence,
  isTableDelimiter,
  isThematicBreak,
  matchAtxHeading,
  matchFence,
  matchLinkDefinition,
  matchListMarker,
  matchSetextUnderline,
} from './lineForms.ts';

export interface MarkdownBlocks extends ProseBlocks {
  /** Labels of link definitions, as {@link normalizeLabel} makes them. */
  readonly linkLabels: ReadonlySet<string>;
}

/** Deeper nesting than anybody reads; markers beyond it are text, so that hostile input stays cheap. */
const maxDepth = 64;

/** The first line of an alert that stands apart from its text. */
const alertMark = /^\[!\w{1,20}\][ \t]*$/;

type Container = { kind: 'quote' } | { kind: 'item'; contentIndent: number; isEmpty: boolean };

interface OpenParagraph {
  readonly kind: PassageKind;
  readonly start: number;
  readonly lines: Span[];
}

type OpenLeaf =
  | { kind: 'fence'; fence: Fence }
  | { kind: 'raw'; endMark: string }
  | { kind: 'html' }
  | { kind: 'table' };

export function readMarkdown(source: string): MarkdownBlocks {
  const reader = new MarkdownReader(source);
  const lines = splitLines(source);
  for (let index = findFrontMatterEnd(source, lines); index < lines.length; index++)
    reader.readLine(lines[index]!);
  return reader.finish();
}

/** Link labels match without regard to case and to the kind of white space. */
export function normalizeLabel(label: string): string {
  return label.trim().replace(/\s+/g, ' ').toLowerCase();
}

class MarkdownReader {
  readonly #source: string;
  readonly #blocks: ProseBlock[] = [];
  readonly #problems: ExtractionProblem[] = [];
  readonly #linkLabels = new Set<string>();
  readonly #lastCommentEnd: number;
  #containers: Container[] = [];
  #paragraph: OpenParagraph | undefined;
  #leaf: OpenLeaf | undefined;
  /** Lines up to here belong to a comment that is read already. */
  #readUntil = 0;
  #awaitsDestination = false;

  constructor(source: string) {
    this.#source = source;
    this.#lastCommentEnd = source.lastIndexOf('-->');
  }

  finish(): MarkdownBlocks {
    this.#closeParagraph();
    return { blocks: this.#blocks, problems: this.#problems, linkLabels: this.#linkLabels };
  }

  readLine(line: Span): void {
    if (line.end < this.#readUntil) return;
    let start: number;
    do {
      start = Math.max(line.start, this.#readUntil);
      this.#readRest({ start, end: line.end }, start === line.start);
      // A comment may end inside the line; what stands behind it is read like a line of its own.
    } while (this.#readUntil > start && this.#readUntil < line.end);
  }

  #readRest(line: Span, isWhole: boolean): void {
    const cursor = new LineCursor(this.#source, line);
    const matched = isWhole ? this.#matchContainers(cursor) : this.#containers.length;
    const isInside = matched === this.#containers.length;
    if (this.#leaf && !isInside) this.#leaf = undefined;
    if (this.#leaf && this.#continueLeaf(cursor)) return;
    if (cursor.isBlank) {
      this.#closeParagraph();
      this.#containers.length = this.#keepOverBlank(matched);
      return;
    }
    this.#readContent(cursor, matched, trimSpan(this.#source, line).start);
  }

  /** Eats the markers and indentation of the open containers; answers how many of them go on in this line. */
  #matchContainers(cursor: LineCursor): number {
    const { isBlank } = cursor;
    for (const [index, container] of this.#containers.entries()) {
      if (container.kind === 'item') {
        if (isBlank) continue;
        if (cursor.indent(container.contentIndent) < container.contentIndent) return index;
        cursor.skipColumns(container.contentIndent);
      } else {
        const isQuoted =
          !isBlank && cursor.indent(4) < 4 && this.#source.charCodeAt(cursor.firstText()) === 62;
        if (!isQuoted) return index;
        this.#skipQuoteMarker(cursor);
      }
    }
    return this.#containers.length;
  }

  #skipQuoteMarker(cursor: LineCursor): void {
    cursor.skipIndent();
    cursor.skipMarker(1);
    cursor.skipColumns(1);
  }

  /** A blank line ends quotes that it does not continue; items wait for the next line. */
  #keepOverBlank(matched: number): number {
    const firstLost = this.#containers.findIndex(
      (container, index) => index >= matched && container.kind === 'quote',
    );
    return firstLost < 0 ? this.#containers.length : firstLost;
  }

  /** Inside a fence, a raw block, an HTML block or a table: true when the line is dealt with. */
  #continueLeaf(cursor: LineCursor): boolean {
    const leaf = this.#leaf!;
    const at = cursor.firstText();
    if (leaf.kind === 'fence') {
      if (cursor.indent() < 4 && closesFence(this.#source, at, cursor.end, leaf.fence))
        this.#leaf = undefined;
      return true;
    }
    if (leaf.kind === 'raw') {
      if (this.#source.slice(at, cursor.end).toLowerCase().includes(leaf.endMark)) this.#leaf = undefined;
      return true;
    }
    if (cursor.isBlank) {
      this.#leaf = undefined;
      return false;
    }
    if (leaf.kind === 'html') {
      if (this.#source.startsWith('<!--', at)) {
        this.#leaf = undefined;
        return false;
      }
      this.#paragraph?.lines.push({ start: at, end: cursor.end });
      return true;
    }
    const line = { start: at, end: cursor.end };
    if (this.#startsBlock(cursor)) {
      this.#leaf = undefined;
      return false;
    }
    this.#addRow(line);
    return true;
  }

  #readContent(cursor: LineCursor, matchedAtStart: number, lineStart: number): void {
    let matched = matchedAtStart;
    let spanStart = lineStart;
    for (;;) {
      if (cursor.indent() > 3) break;
      const at = cursor.firstText();
      if (this.#containers.length >= maxDepth && matched >= maxDepth) break;
      if (this.#source.charCodeAt(at) === 62) {
        this.#closeTo(matched);
        this.#skipQuoteMarker(cursor);
        this.#containers.push({ kind: 'quote' });
      } else {
        const item = this.#matchItem(cursor, at, matched);
        if (!item) break;
        this.#closeTo(matched);
        spanStart = at;
        this.#containers.push(item);
      }
      matched = this.#containers.length;
    }
    if (!cursor.isBlank) this.#readLeaf(cursor, matched, spanStart);
  }

  #matchItem(cursor: LineCursor, at: number, matched: number): Container | undefined {
    if (isThematicBreak(this.#source, at, cursor.end)) return undefined;
    const marker = matchListMarker(this.#source, at, cursor.end);
    if (!marker) return undefined;
    const isEmpty = isBlank(this.#source, { start: at + marker.width, end: cursor.end });
    const interruptsParagraph = this.#paragraph !== undefined && matched === this.#containers.length;
    if (interruptsParagraph && (isEmpty || !marker.interrupts)) return undefined;
    const before = cursor.indent();
    cursor.skipIndent();
    cursor.skipMarker(marker.width);
    const after = cursor.indent();
    const gap = isEmpty || after > 4 ? 1 : after;
    cursor.skipColumns(gap);
    return { kind: 'item', contentIndent: before + marker.width + gap, isEmpty: true };
  }

  #readLeaf(cursor: LineCursor, matched: number, spanStart: number): void {
    const at = cursor.firstText();
    const line = { start: at, end: cursor.end };
    const isInside = matched === this.#containers.length;
    if (cursor.indent() > 3) {
      if (this.#paragraph) this.#paragraph.lines.push(line);
      else this.#closeTo(matched);
      return;
    }
    if (this.#paragraph && isInside && this.#endParagraphByUnderline(line)) return;
    if (isThematicBreak(this.#source, at, cursor.end)) {
      this.#closeTo(matched);
      return;
    }
    const heading = matchAtxHeading(this.#source, at, cursor.end);
    if (heading) {
      this.#closeTo(matched);
      this.#addHeading(
        { start: spanStart, end: trimSpan(this.#source, line).end },
        [heading.content],
        heading.level,
      );
      return;
    }
    const fence = matchFence(this.#source, at, cursor.end);
    if (fence) {
      this.#closeTo(matched);
      this.#fillItem();
      if (fence.unit !== 58) this.#leaf = { kind: 'fence', fence };
      return;
    }
    if (this.#readHtml(cursor, matched, spanStart)) return;
    if (this.#paragraph) this.#paragraph.lines.push(line);
    else this.#startParagraph(line, matched, spanStart);
  }

  /** An underline makes the open paragraph a heading, a delimiter row makes its last line the head of a table. */
  #endParagraphByUnderline(line: Span): boolean {
    const paragraph = this.#paragraph!;
    const level = matchSetextUnderline(this.#source, line.start, line.end);
    if (level > 0) {
      this.#paragraph = undefined;
      this.#addHeading(
        { start: paragraph.start, end: trimSpan(this.#source, line).end },
        paragraph.lines,
        level,
      );
      return true;
    }
    if (!isTableDelimiter(this.#source, line)) return false;
    const head = paragraph.lines.at(-1)!;
    const columns = countCells(this.#source, head);
    if (columns !== countCells(this.#source, line)) return false;
    paragraph.lines.pop();
    this.#closeParagraph();
    this.#leaf = { kind: 'table' };
    this.#addRow(head);
    return true;
  }

  #readHtml(cursor: LineCursor, matched: number, spanStart: number): boolean {
    const at = cursor.firstText();
    const html = matchHtmlBlock(this.#source, at);
    if (!html || (this.#paragraph && !html.interrupts)) return false;
    this.#closeTo(matched);
    if (html.kind === 'comment') {
      this.#readComment(cursor, at);
      return true;
    }
    if (html.kind === 'raw') {
      const rest = this.#source.slice(at, cursor.end).toLowerCase();
      this.#fillItem();
      if (!rest.includes(html.endMark)) this.#leaf = { kind: 'raw', endMark: html.endMark };
      return true;
    }
    this.#startParagraph({ start: at, end: cursor.end }, matched, spanStart);
    this.#leaf = { kind: 'html' };
    return true;
  }

  /** Reads on behind the comment in the line where it ends; without an end it ends with its line. */
  #readComment(cursor: LineCursor, at: number): void {
    const isClosed = at <= this.#lastCommentEnd;
    const close = isClosed ? this.#source.indexOf('-->', at + 2) : cursor.end;
    const isTerminated = isClosed && close >= 0;
    const insideEnd = isTerminated ? close : cursor.end;
    const span = {
      start: at,
      end: isTerminated ? close + 3 : trimSpan(this.#source, { start: at, end: cursor.end }).end,
    };
    if (!isTerminated) this.#problems.push({ code: 'unterminatedComment', span });
    const text = cleanComment(this.#source, { start: Math.min(at + 4, insideEnd), end: insideEnd });
    this.#blocks.push({ kind: 'block', span, lines: [], text });
    this.#readUntil = span.end;
  }

  #startParagraph(line: Span, matched: number, spanStart: number): void {
    this.#closeTo(matched);
    const definition = matchLinkDefinition(this.#source, line.start);
    if (definition) {
      this.#linkLabels.add(normalizeLabel(definition.label));
      this.#awaitsDestination = !definition.isComplete;
      return;
    }
    const isDestination =
      this.#awaitsDestination && !/\s/.test(this.#source.slice(line.start, line.end).trim());
    this.#awaitsDestination = false;
    if (isDestination) return;
    const container = this.#containers.at(-1);
    const kind = container?.kind === 'item' && container.isEmpty ? 'listItem' : 'paragraph';
    this.#fillItem();
    this.#paragraph = { kind, start: spanStart, lines: [line] };
  }

  /** True when the line would end a table, as a block of another kind begins. */
  #startsBlock(cursor: LineCursor): boolean {
    const at = cursor.firstText();
    if (cursor.indent() > 3) return false;
    const { end } = cursor;
    if (this.#source.charCodeAt(at) === 62 || isThematicBreak(this.#source, at, end)) return true;
    if (matchListMarker(this.#source, at, end) || matchAtxHeading(this.#source, at, end)) return true;
    return matchFence(this.#source, at, end) !== undefined || matchHtmlBlock(this.#source, at) !== undefined;
  }

  #addHeading(span: Span, lines: readonly Span[], level: number): void {
    const isTopLevel = this.#containers.length === 0;
    this.#fillItem();
    this.#blocks.push({ kind: 'heading', span, lines, ...(isTopLevel ? { level } : {}) });
  }

  #addRow(line: Span): void {
    const span = trimSpan(this.#source, line);
    this.#blocks.push({
      kind: 'tableRow',
      span,
      lines: [],
      cells: cutCells(this.#source, span).map((cell) => [cell]),
    });
  }

  #closeTo(depth: number): void {
    this.#closeParagraph();
    this.#containers.length = depth;
  }

  #closeParagraph(): void {
    const paragraph = this.#paragraph;
    this.#paragraph = undefined;
    const last = paragraph?.lines.at(-1);
    if (!paragraph || !last) return;
    if (paragraph.lines.length === 1 && alertMark.test(this.#source.slice(last.start, last.end))) return;
    const span = { start: paragraph.start, end: trimSpan(this.#source, last).end };
    this.#blocks.push({
      kind: paragraph.kind,
      span,
      lines: paragraph.lines.map((line) => this.#cutHardBreak(line)),
    });
  }

  /** A backslash at the end of a line is a line break, not text. */
  #cutHardBreak(line: Span): Span {
    const endsWithBackslash =
      this.#source.charCodeAt(line.end - 1) === 92 && this.#source.charCodeAt(line.end - 2) !== 92;
    return endsWithBackslash && line.end > line.start ? { start: line.start, end: line.end - 1 } : line;
  }

  #fillItem(): void {
    const container = this.#containers.at(-1);
    if (container?.kind === 'item') container.isEmpty = false;
  }
}

function countCells(source: string, row: Span): number {
  const cells = cutCells(source, trimSpan(source, row));
  const edges = [cells[0], cells.length > 1 ? cells.at(-1) : undefined];
  return cells.length - edges.filter((cell) => cell && cell.start === cell.end).length;
}
