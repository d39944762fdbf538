// Cuts the two kinds of reStructuredText tables into rows and cells.
// In: the lines of the document and the index of a table's first border. Out: one block per row of text, and the
// index of the line behind the table.

import type { Span } from '../../../text/span.ts';
import { trimSpan } from '../lines.ts';
import type { ProseBlock } from '../proseBlock.ts';
import { isSimpleBorder, type RstLine } from './lineForms.ts';

export interface RstTable {
  readonly rows: readonly ProseBlock[];
  readonly end: number;
}

/** `+---+---+` tables: rows end at a line that starts with `+`; lines with as many bars as the first belong together. */
export function readGridTable(source: string, lines: readonly RstLine[], start: number): RstTable {
  const rows = new RowCollector();
  let end = start;
  for (; end < lines.length; end++) {
    const { text } = lines[end]!;
    const mark = source.charAt(text.start);
    if (text.start === text.end || (mark !== '|' && mark !== '+')) break;
    if (mark === '+') rows.endRow();
    else rows.addLine(text, cutAtBars(source, text));
  }
  rows.endRow();
  return { rows: rows.blocks, end };
}

/** `====  ====` tables: the border says where columns are; a line without a first cell goes on with the row above. */
export function readSimpleTable(source: string, lines: readonly RstLine[], start: number): RstTable {
  const rows = new RowCollector();
  const border = lines[start]!;
  const columns = measureColumns(source, border);
  let borderCount = 1;
  let end = start + 1;
  for (; end < lines.length && borderCount < 3; end++) {
    const line = lines[end]!;
    const text = source.slice(line.text.start, line.text.end);
    if (isSimpleBorder(text)) {
      rows.endRow();
      const next = lines[end + 1];
      borderCount = !next || next.text.start === next.text.end ? 3 : borderCount + 1;
    } else if (/^[-\s]+$/.test(text)) rows.endRow();
    else {
      if (line.indent < border.indent) break;
      const cells = cutAtColumns(source, line, {
        columns,
        origin: line.text.start - (line.indent - border.indent),
      });
      if (cells[0]!.end > cells[0]!.start) rows.endRow();
      rows.addLine(line.text, cells);
    }
  }
  rows.endRow();
  return { rows: rows.blocks, end };
}

class RowCollector {
  readonly blocks: ProseBlock[] = [];
  #cells: Span[][] = [];
  #span: Span | undefined;

  addLine(line: Span, cells: readonly Span[]): void {
    if (this.#span && this.#cells.length !== cells.length) this.endRow();
    if (!this.#span) this.#cells = cells.map(() => []);
    this.#span = { start: this.#span?.start ?? line.start, end: line.end };
    for (const [column, cell] of cells.entries()) this.#cells[column]?.push(cell);
  }

  endRow(): void {
    const span = this.#span;
    this.#span = undefined;
    if (span) this.blocks.push({ kind: 'tableRow', span, lines: [], cells: this.#cells });
  }
}

function cutAtBars(source: string, line: Span): Span[] {
  const cells: Span[] = [];
  let start = line.start + 1;
  for (let at = start; at < line.end; at++) {
    const unit = source.charCodeAt(at);
    if (unit !== 124 && unit !== 43) continue;
    const isCut = unit === 124 && isGap(source, at - 1) && (at + 1 >= line.end || isGap(source, at + 1));
    if (!isCut) continue;
    cells.push(trimSpan(source, { start, end: at }));
    start = at + 1;
  }
  if (start < line.end) cells.push(trimSpan(source, { start, end: line.end }));
  return cells;
}

/** A bar inside a word or a literal is no cell border. */
function isGap(source: string, at: number): boolean {
  const unit = source.charCodeAt(at);
  return unit === 32 || unit === 9 || unit === 124;
}

/** Starts of the columns, counted from the start of the border's text. */
function measureColumns(source: string, border: RstLine): number[] {
  const text = source.slice(border.text.start, border.text.end);
  return [...text.matchAll(/=+/g)].map((match) => match.index);
}

/** `origin` is the offset that stands under the start of the border; the first cell of a line may be blank. */
function cutAtColumns(
  source: string,
  line: RstLine,
  table: { columns: readonly number[]; origin: number },
): Span[] {
  const clamp = (offset: number) => Math.min(Math.max(offset, line.text.start), line.text.end);
  return table.columns.map((column, index) => {
    const next = table.columns[index + 1];
    const end = next === undefined ? line.text.end : clamp(table.origin + next);
    return trimSpan(source, { start: clamp(table.origin + column), end });
  });
}
