// Finds the blocks of a reStructuredText document. In: the source. Out: titles, paragraphs, list items, fields,
// table rows and comments with their lines. One pass over the lines; indentation only matters where something
// is left out (literal blocks, code directives) or hangs together (items, definitions).
//
// A definition is one list item, term first. A directive that documents a symbol gives it to its first paragraph.
// Admonitions and version notes keep their name as the first word (`deprecated 3.4 Use x.`), with a tag.

import type { Span } from '../../../text/span.ts';
import type { DocTag, DocumentedSymbol } from '../../passage.ts';
import { cleanComment } from '../commentText.ts';
import { splitLines, trimSpan } from '../lines.ts';
import type { ProseBlock, ProseBlocks } from '../proseBlock.ts';
import { getDirectiveContent, getSymbolKind } from './directives.ts';
import {
  isDoctest,
  isGridBorder,
  isSimpleBorder,
  matchAdornment,
  matchExplicit,
  matchField,
  matchListItem,
  type RstLine,
} from './lineForms.ts';
import { readGridTable, readSimpleTable } from './readTable.ts';

export function readRst(source: string): ProseBlocks {
  return new RstReader(source).read();
}

/** What a directive gives to the first paragraph of its content. */
interface Lead {
  readonly indent: number;
  readonly start: number;
  readonly name: Span | undefined;
  readonly symbol: DocumentedSymbol | undefined;
}

class RstReader {
  readonly #source: string;
  readonly #lines: readonly RstLine[];
  readonly #blocks: ProseBlock[] = [];
  /** Title styles in the order of their first use: the adornment, doubled with an overline. */
  readonly #titleStyles: string[] = [];
  #index = 0;
  #lead: Lead | undefined;

  constructor(source: string) {
    this.#source = source;
    this.#lines = splitLines(source).map((line) => measureLine(source, line));
  }

  read(): ProseBlocks {
    while (this.#index < this.#lines.length) {
      const line = this.#lines[this.#index]!;
      if (isEmpty(line)) this.#index++;
      else this.#readBlock(line, this.#getText(line));
    }
    return { blocks: this.#blocks, problems: [] };
  }

  #readBlock(line: RstLine, text: string): void {
    if (this.#lead && line.indent <= this.#lead.indent) this.#lead = undefined;
    if (this.#readExplicit(line, text)) return;
    if (this.#readTitle(line, text)) return;
    if (isGridBorder(text)) {
      this.#addRows(readGridTable(this.#source, this.#lines, this.#index));
      return;
    }
    if (isSimpleBorder(text)) {
      this.#addRows(readSimpleTable(this.#source, this.#lines, this.#index));
      return;
    }
    if (isDoctest(text)) {
      this.#skipWhile((next) => !isEmpty(next));
      return;
    }
    const field = matchField(text);
    if (field) {
      this.#readField(line, field);
      return;
    }
    const item = matchListItem(text);
    if (item && !(item.isNumbered && this.#isSentence(line))) {
      this.#readItem(line, item.width);
      return;
    }
    this.#readParagraph(line, text);
  }

  /** A letter or number with a dot starts a list only when the next line is blank, indented or an item too. */
  #isSentence(line: RstLine): boolean {
    const next = this.#lines[this.#index + 1];
    if (!next || isEmpty(next) || next.indent > line.indent) return false;
    return next.indent === line.indent && !matchListItem(this.#getText(next))?.isNumbered;
  }

  #readExplicit(line: RstLine, text: string): boolean {
    const form = matchExplicit(text);
    if (!form) return false;
    switch (form.kind) {
      case 'target':
      case 'substitution':
        this.#index++;
        this.#skipWhile((next) => isEmpty(next) || next.indent > line.indent);
        return true;
      case 'footnote':
        this.#index++;
        this.#addParagraph('listItem', line, { start: line.text.start + form.width, end: line.text.end });
        return true;
      case 'comment':
        this.#readComment(line);
        return true;
      case 'directive':
        this.#readDirective(line, form.name, form.width);
        return true;
    }
  }

  /** Two dots alone before a blank line are an empty comment, which leaves the next block alone. */
  #readComment(line: RstLine): void {
    this.#index++;
    const next = this.#lines[this.#index];
    const isBare = line.text.end - line.text.start === 2;
    if (isBare && (!next || isEmpty(next))) return;
    const last = this.#skipWhile((other) => isEmpty(other) || other.indent > line.indent) ?? line;
    const span = { start: line.text.start, end: last.text.end };
    const text = cleanComment(this.#source, { start: span.start + 2, end: span.end });
    this.#blocks.push({ kind: 'block', span, lines: [], text });
  }

  #readDirective(line: RstLine, name: string, width: number): void {
    const content = getDirectiveContent(name);
    const argument = { start: Math.min(line.text.start + width, line.text.end), end: line.text.end };
    const nameStart = line.text.start + this.#getText(line).indexOf(name, 2);
    const nameSpan = { start: nameStart, end: nameStart + name.length };
    this.#index++;
    if (content === 'skipped') {
      this.#skipWhile((next) => isEmpty(next) || next.indent > line.indent);
      return;
    }
    const lead = { indent: line.indent, start: line.text.start, name: undefined, symbol: undefined };
    if (content === 'note') {
      this.#lead = { ...lead, name: nameSpan };
      if (argument.end > argument.start) this.#addParagraph('paragraph', line, argument);
      else this.#skipOptions(line.indent);
      return;
    }
    if (content === 'symbol') this.#lead = { ...lead, symbol: this.#toSymbol(name, argument) };
    if (content === 'titled' && argument.end > argument.start) {
      this.#blocks.push({
        kind: 'paragraph',
        span: { start: line.text.start, end: line.text.end },
        lines: [argument],
      });
    }
    this.#skipOptions(line.indent);
  }

  /** Options, and further signatures of a symbol, follow the directive without a blank line. */
  #skipOptions(indent: number): void {
    const isSymbol = this.#lead?.symbol !== undefined;
    this.#skipWhile(
      (next) =>
        !isEmpty(next) && next.indent > indent && (isSymbol || matchField(this.#getText(next)) !== undefined),
    );
  }

  #toSymbol(directive: string, argument: Span): DocumentedSymbol | undefined {
    const text = this.#source.slice(argument.start, Math.min(argument.end, argument.start + 400));
    const name = /([\p{L}_$][\p{L}\p{N}_$]*)\s*(?:\(|$|:|=|\[|\s-)/u.exec(text) ?? /([\w.-]+)/.exec(text);
    if (!name) return undefined;
    const start = argument.start + name.index;
    return {
      name: name[1]!,
      kind: getSymbolKind(directive),
      signature: text.replace(/\s+/g, ' ').slice(0, 200),
      span: { start, end: start + name[1]!.length },
    };
  }

  /** A title has an underline of at least its length, or of four marks; with an overline it may be indented. */
  #readTitle(line: RstLine, text: string): boolean {
    const over = matchAdornment(text);
    const [first, second, third] = [this.#lines[this.#index + 1], this.#lines[this.#index + 2], line];
    if (over && first && second && !isEmpty(first) && this.#getText(second) === text) {
      this.#addTitle(over + over, line.text.start, first, second);
      this.#index += 3;
      return true;
    }
    if (over && text.length >= 4 && (!first || isEmpty(first))) {
      this.#index++;
      return true;
    }
    const under =
      first && first.indent === 0 && line.indent === 0 ? matchAdornment(this.#getText(first)) : undefined;
    if (!first || !under) return false;
    const length = first.text.end - first.text.start;
    if (length < 4 && length < [...text].length) return false;
    this.#addTitle(under, third.text.start, third, first);
    this.#index += 2;
    return true;
  }

  #addTitle(style: string, start: number, title: RstLine, last: RstLine): void {
    if (!this.#titleStyles.includes(style)) this.#titleStyles.push(style);
    const level = this.#titleStyles.indexOf(style) + 1;
    this.#lead = undefined;
    this.#blocks.push({ kind: 'heading', span: { start, end: last.text.end }, lines: [title.text], level });
  }

  #readField(line: RstLine, field: { name: string; width: number }): void {
    const name = /^[\w-]+/.exec(field.name)?.[0] ?? field.name;
    const tag = {
      name: name.toLowerCase(),
      span: { start: line.text.start, end: line.text.start + 1 + name.length },
    };
    this.#index++;
    const next = this.#lines[this.#index];
    const hasBody =
      line.text.end > line.text.start + field.width || (next && !isEmpty(next) && next.indent > line.indent);
    if (hasBody)
      this.#addParagraph('listItem', line, { start: line.text.start + 1, end: line.text.end }, [tag]);
  }

  #readItem(line: RstLine, width: number): void {
    const first = { start: Math.min(line.text.start + width, line.text.end), end: line.text.end };
    const inner = { text: first, indent: line.indent + width };
    const innerText = this.#getText(inner);
    this.#index++;
    if (first.end === first.start || matchListItem(innerText) || matchField(innerText)) {
      // The item starts with a list or a field of its own.
      if (first.end > first.start) this.#addParagraph('listItem', line, first);
      return;
    }
    this.#addParagraph('listItem', line, first);
  }

  #readParagraph(line: RstLine, text: string): void {
    this.#index++;
    const next = this.#lines[this.#index];
    if (text.startsWith('| ')) {
      this.#readLineBlock(line);
      return;
    }
    const isTerm = next && !isEmpty(next) && next.indent > line.indent && !text.endsWith('::');
    if (isTerm && (matchExplicit(this.#getText(next)) || matchListItem(this.#getText(next)))) {
      this.#addBlock({ kind: 'paragraph', span: line.text, lines: [line.text] });
      return;
    }
    this.#addParagraph(isTerm ? 'listItem' : 'paragraph', line, line.text);
  }

  #readLineBlock(line: RstLine): void {
    const lines = [{ start: line.text.start + 1, end: line.text.end }];
    const last = this.#skipWhile((next) => {
      const isPart = this.#source.charCodeAt(next.text.start) === 124;
      if (isPart) lines.push({ start: next.text.start + 1, end: next.text.end });
      return isPart;
    });
    const span = { start: line.text.start, end: (last ?? line).text.end };
    this.#addBlock({ kind: 'paragraph', span, lines });
  }

  /** Adds what starts with `first` in `line` and hangs together with the lines after it, then skips its literal block. */
  #addParagraph(
    kind: 'paragraph' | 'listItem',
    line: RstLine,
    first: Span,
    tags: readonly DocTag[] = [],
  ): void {
    const lines = [first];
    const isHanging = first.start !== line.text.start || kind === 'listItem';
    let inner: number | undefined = isHanging ? undefined : line.indent;
    const last = this.#skipWhile((next) => {
      if (isEmpty(next) || (isHanging && next.indent <= line.indent)) return false;
      inner ??= next.indent;
      if (next.indent !== inner || (isHanging && this.#startsBlock(next))) return false;
      lines.push(next.text);
      return true;
    });
    const end = (last ?? line).text.end;
    this.#addBlock({ kind, span: { start: line.text.start, end }, lines, tags });
    if (this.#source.endsWith('::', end) && end - first.start >= 2) this.#skipLiteral(inner ?? line.indent);
  }

  #startsBlock(line: RstLine): boolean {
    const text = this.#getText(line);
    return (
      matchListItem(text)?.isNumbered === false ||
      matchExplicit(text) !== undefined ||
      matchField(text) !== undefined
    );
  }

  /** Gives the block the name or the symbol of the directive around it. */
  #addBlock(block: ProseBlock): void {
    const lead = this.#lead;
    this.#lead = undefined;
    if (!lead) this.#blocks.push(block);
    else if (lead.name) {
      const tag = { name: this.#source.slice(lead.name.start, lead.name.end).toLowerCase(), span: lead.name };
      const span = { start: lead.start, end: block.span.end };
      this.#blocks.push({
        ...block,
        span,
        lines: [lead.name, ...block.lines],
        tags: [tag, ...(block.tags ?? [])],
      });
    } else this.#blocks.push(lead.symbol ? { ...block, symbol: lead.symbol } : block);
  }

  /** Skips an indented literal block, or lines quoted with one punctuation mark. */
  #skipLiteral(indent: number): void {
    this.#skipWhile(isEmpty);
    const first = this.#lines[this.#index];
    if (!first) return;
    if (first.indent > indent) {
      this.#skipWhile((next) => isEmpty(next) || next.indent > indent);
      return;
    }
    const quote = this.#source.charAt(first.text.start);
    if (
      /[!-/:-@[-`{-~]/.test(quote) &&
      !matchExplicit(this.#getText(first)) &&
      !matchListItem(this.#getText(first))
    ) {
      this.#skipWhile((next) => this.#source.charAt(next.text.start) === quote && !isEmpty(next));
    }
  }

  #addRows(table: { rows: readonly ProseBlock[]; end: number }): void {
    for (const row of table.rows) this.#blocks.push(row);
    this.#index = table.end;
  }

  /** Steps over lines while the condition holds; answers the last one with text. */
  #skipWhile(holds: (line: RstLine) => boolean): RstLine | undefined {
    let last: RstLine | undefined;
    for (; this.#index < this.#lines.length; this.#index++) {
      const line = this.#lines[this.#index]!;
      if (!holds(line)) break;
      if (!isEmpty(line)) last = line;
    }
    return last;
  }

  #getText(line: RstLine): string {
    return this.#source.slice(line.text.start, line.text.end);
  }
}

function isEmpty(line: RstLine): boolean {
  return line.text.start === line.text.end;
}

function measureLine(source: string, line: Span): RstLine {
  const text = trimSpan(source, line);
  let indent = 0;
  for (let at = line.start; at < text.start; at++) {
    indent = source.charCodeAt(at) === 9 ? indent + 8 - (indent % 8) : indent + 1;
  }
  return { text, indent };
}
