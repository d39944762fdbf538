// Walks over the indentation of one Markdown line, where a tab reaches to the next multiple of four columns
// and can be eaten in part. In: a line. Out: how far a block structure marker stands from the last one.

import type { Span } from '../../../text/span.ts';

export class LineCursor {
  readonly #source: string;
  readonly end: number;
  offset: number;
  #column = 0;
  /** Columns of a tab before `offset` that no container has eaten yet. */
  #tabRest = 0;

  constructor(source: string, line: Span) {
    this.#source = source;
    this.offset = line.start;
    this.end = line.end;
  }

  get isBlank(): boolean {
    return this.firstText() >= this.end;
  }

  /** Where the next character stands that is no space or tab. */
  firstText(): number {
    let at = this.offset;
    while (at < this.end && isSpaceOrTab(this.#source.charCodeAt(at))) at++;
    return at;
  }

  /** Columns of white space up to the first text; counting stops at `limit`, which keeps deep nesting cheap. */
  indent(limit = Number.POSITIVE_INFINITY): number {
    let column = this.#column + this.#tabRest;
    for (let at = this.offset; at < this.end && column - this.#column < limit; at++) {
      const unit = this.#source.charCodeAt(at);
      if (unit === 32) column++;
      else if (unit === 9) column += 4 - (column % 4);
      else break;
    }
    return column - this.#column;
  }

  /** Eats at most `columns` columns of white space. */
  skipColumns(columns: number): void {
    let left = columns;
    const fromRest = Math.min(left, this.#tabRest);
    this.#tabRest -= fromRest;
    this.#column += fromRest;
    left -= fromRest;
    while (left > 0 && this.offset < this.end) {
      const unit = this.#source.charCodeAt(this.offset);
      if (!isSpaceOrTab(unit)) return;
      const width = unit === 9 ? 4 - (this.#column % 4) : 1;
      const eaten = Math.min(width, left);
      this.offset++;
      this.#column += eaten;
      this.#tabRest = width - eaten;
      left -= eaten;
    }
  }

  /** Eats `count` characters of a marker, each one column wide; the white space before it must be eaten. */
  skipMarker(count: number): void {
    this.offset += count;
    this.#column += count;
    this.#tabRest = 0;
  }

  skipIndent(): void {
    this.skipColumns(this.indent());
  }
}

function isSpaceOrTab(unit: number): boolean {
  return unit === 32 || unit === 9;
}
