// Finds the blocks of an AsciiDoc document. In: the source. Out: titles, paragraphs, list items, table rows and
// comments with their lines. One pass over the lines, no recursion.
//
// A definition is one list item, term first. Admonitions keep their name as written (`NOTE: …`), with a tag.
// Left out: listing, literal and passthrough blocks, attributes, anchors, block macros.

import type { Span } from '../../../text/span.ts';
import type { DocTag, ExtractionProblem } from '../../passage.ts';
import { cleanComment } from '../commentText.ts';
import { joinLines } from '../editText.ts';
import { splitLines, trimSpan } from '../lines.ts';
import { cutCells } from '../markdown/lineForms.ts';
import type { ProseBlock, ProseBlocks } from '../proseBlock.ts';
import {
  type AsciidocForm,
  isProseDelimiter,
  matchCodeDelimiter,
  matchForm,
  matchUnderline,
} from './lineForms.ts';

export function readAsciidoc(source: string): ProseBlocks {
  return new AsciidocReader(source).read();
}

interface OpenText {
  readonly kind: 'paragraph' | 'listItem';
  readonly start: number;
  readonly lines: Span[];
  readonly tags: readonly DocTag[];
}

class AsciidocReader {
  readonly #source: string;
  readonly #lines: readonly Span[];
  readonly #blocks: ProseBlock[] = [];
  readonly #problems: ExtractionProblem[] = [];
  #open: OpenText | undefined;
  #index = 0;
  #isInTable = false;
  #nextIsCode = false;
  #afterBlank = true;

  constructor(source: string) {
    this.#source = source;
    this.#lines = splitLines(source);
  }

  read(): ProseBlocks {
    while (this.#index < this.#lines.length) {
      const whole = this.#lines[this.#index++]!;
      const line = trimSpan(this.#source, whole);
      if (line.end > line.start) this.#readLine(whole, line);
      else {
        this.#close();
        this.#afterBlank = true;
      }
    }
    this.#close();
    // A comment inside a paragraph is read before the paragraph ends.
    this.#blocks.sort((a, b) => a.span.start - b.span.start);
    return { blocks: this.#blocks, problems: this.#problems };
  }

  #readLine(whole: Span, line: Span): void {
    const text = this.#source.slice(line.start, line.end);
    const isFirst = this.#afterBlank;
    this.#afterBlank = false;
    if (this.#readDelimited(line, text)) return;
    if (this.#isInTable && text.includes('|')) {
      this.#addRow(line);
      return;
    }
    const form = matchForm(text);
    if (form) {
      if (this.#readForm(line, text, form)) return;
    } else if (isFirst && line.start > whole.start && !this.#isInTable) {
      // An indented paragraph stands as it is typed: code or output.
      this.#skipParagraph();
      return;
    }
    if (this.#nextIsCode && !this.#open) {
      this.#nextIsCode = false;
      this.#skipParagraph();
      return;
    }
    if (this.#readUnderlined(line, text)) return;
    if (this.#open) this.#open.lines.push(line);
    else this.#open = { kind: 'paragraph', start: line.start, lines: [line], tags: [] };
  }

  /** True when the line opens or closes a block. */
  #readDelimited(line: Span, text: string): boolean {
    if (/^\/{4,}$/.test(text)) {
      this.#readBlockComment(line, text);
      return true;
    }
    if (/^[|,!:]={3,}$/.test(text)) {
      this.#close();
      this.#isInTable = !this.#isInTable;
      return true;
    }
    const open = this.#open;
    const isUnderline = open?.lines.length === 1 && matchUnderline(this.#slice(open.lines[0]!), text) > 0;
    if (isUnderline) return false;
    const delimiter = matchCodeDelimiter(text);
    if (delimiter !== undefined) {
      this.#close();
      this.#nextIsCode = false;
      this.#skipTo(delimiter);
      return true;
    }
    if (!isProseDelimiter(text)) return false;
    this.#close();
    this.#nextIsCode = false;
    return true;
  }

  /** Steps behind the line that ends a block; a block without an end goes to the end of the text. */
  #skipTo(delimiter: string): Span | undefined {
    while (this.#index < this.#lines.length) {
      const line = trimSpan(this.#source, this.#lines[this.#index++]!);
      if (line.end - line.start === delimiter.length && this.#slice(line) === delimiter) return line;
    }
    return undefined;
  }

  #readBlockComment(line: Span, delimiter: string): void {
    this.#close();
    const from = this.#index;
    const close = this.#skipTo(delimiter);
    if (!close) {
      this.#index = from;
      this.#problems.push({ code: 'unterminatedComment', span: line });
      return;
    }
    const span = { start: line.start, end: close.end };
    this.#blocks.push({
      kind: 'block',
      span,
      lines: [],
      text: cleanComment(this.#source, { start: line.end, end: close.start }),
    });
  }

  /** False when the line goes on with the paragraph before it although it looks like something else. */
  #readForm(line: Span, text: string, form: AsciidocForm): boolean {
    switch (form.kind) {
      case 'comment':
        this.#readLineComment(line);
        return true;
      case 'skipped':
        this.#close();
        this.#nextIsCode = form.isCode;
        return true;
      case 'heading': {
        this.#close();
        const lines = [{ start: line.start + form.width, end: line.end }];
        this.#blocks.push({ kind: 'heading', span: line, lines, level: form.level });
        return true;
      }
      case 'title':
        if (this.#open) return false;
        this.#blocks.push({
          kind: 'paragraph',
          span: line,
          lines: [{ start: line.start + 1, end: line.end }],
        });
        return true;
      case 'listItem':
        this.#begin('listItem', line.start, [{ start: line.start + form.width, end: line.end }]);
        return true;
      case 'definition': {
        const term = { start: line.start, end: line.start + form.termEnd };
        this.#begin('listItem', line.start, [term, { start: line.start + form.width, end: line.end }]);
        return true;
      }
      case 'admonition': {
        if (this.#open) return false;
        const span = { start: line.start, end: line.start + form.name.length };
        this.#begin('paragraph', line.start, [line], [{ name: form.name.toLowerCase(), span }]);
        return text !== '';
      }
    }
  }

  /** Adjacent comment lines are one passage, with a part for each line. */
  #readLineComment(first: Span): void {
    const parts = [first];
    while (this.#index < this.#lines.length) {
      const line = trimSpan(this.#source, this.#lines[this.#index]!);
      if (matchForm(this.#slice(line))?.kind !== 'comment') break;
      parts.push(line);
      this.#index++;
    }
    const text = joinLines(
      this.#source,
      parts.map((part) => ({ start: part.start + 2, end: part.end })),
    );
    this.#blocks.push({
      kind: 'line',
      span: { start: first.start, end: parts.at(-1)!.end },
      lines: [],
      text,
      parts,
    });
  }

  #readUnderlined(line: Span, text: string): boolean {
    const open = this.#open;
    if (open?.lines.length !== 1 || open.kind !== 'paragraph') return false;
    const level = matchUnderline(this.#slice(open.lines[0]!), text);
    if (level === 0) return false;
    this.#open = undefined;
    this.#blocks.push({
      kind: 'heading',
      span: { start: open.start, end: line.end },
      lines: open.lines,
      level,
    });
    return true;
  }

  #addRow(line: Span): void {
    const cut = cutCells(this.#source, line);
    const cells = cut.map((cell, index) => [index < cut.length - 1 ? this.#cutCellStyle(cell) : cell]);
    this.#blocks.push({ kind: 'tableRow', span: line, lines: [], cells });
  }

  /** `2+a` before the next bar says how that cell looks. */
  #cutCellStyle(cell: Span): Span {
    const style = /(?:^|\s)(?:\d*(?:\.\d+)?[+*])?[<^>.]*[aehlmsvd]?$/.exec(this.#slice(cell).slice(-12));
    return style ? trimSpan(this.#source, { start: cell.start, end: cell.end - style[0].length }) : cell;
  }

  #begin(kind: OpenText['kind'], start: number, lines: Span[], tags: readonly DocTag[] = []): void {
    this.#close();
    this.#nextIsCode = false;
    this.#open = { kind, start, lines, tags };
  }

  #close(): void {
    const open = this.#open;
    this.#open = undefined;
    if (!open) return;
    const span = { start: open.start, end: open.lines.at(-1)!.end };
    this.#blocks.push({
      kind: open.kind,
      span,
      lines: open.lines.map((line) => this.#cutHardBreak(line)),
      tags: open.tags,
    });
  }

  /** ` +` at the end of a line is a line break. */
  #cutHardBreak(line: Span): Span {
    return this.#source.endsWith(' +', line.end) && line.end - line.start > 2
      ? { ...line, end: line.end - 2 }
      : line;
  }

  #skipParagraph(): void {
    while (this.#index < this.#lines.length) {
      const line = trimSpan(this.#source, this.#lines[this.#index]!);
      if (line.end === line.start) return;
      this.#index++;
    }
  }

  #slice(line: Span): string {
    return this.#source.slice(line.start, line.end);
  }
}
