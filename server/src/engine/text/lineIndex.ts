// The one place where offsets become lines and columns and back.
// A line ends with LF, CRLF or a lone CR, as in the Language Server Protocol.

/** Zero-based line and zero-based UTF-16 column. */
export interface LineColumn {
  readonly line: number;
  readonly column: number;
}

export interface LineIndex {
  readonly lineStarts: readonly number[];
  readonly textLength: number;
}

/** `createLineIndex('a\r\nb').lineStarts` is `[0, 3]`. */
export function createLineIndex(text: string): LineIndex {
  const lineStarts = [0];
  if (!text.includes('\r')) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lineStarts.push(at + 1);
    return { lineStarts, textLength: text.length };
  }
  for (let offset = 0; offset < text.length; offset++) {
    const unit = text.charCodeAt(offset);
    if (unit === 13 && text.charCodeAt(offset + 1) === 10) continue;
    if (unit === 10 || unit === 13) lineStarts.push(offset + 1);
  }
  return { lineStarts, textLength: text.length };
}

/** Offsets outside the text are clamped to its ends. */
export function toLineColumn(index: LineIndex, offset: number): LineColumn {
  const wanted = Math.min(Math.max(offset, 0), index.textLength);
  let low = 0;
  let high = index.lineStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (index.lineStarts[middle]! <= wanted) low = middle;
    else high = middle - 1;
  }
  return { line: low, column: wanted - index.lineStarts[low]! };
}

/** Lines and columns outside the text are clamped to its ends. */
export function toOffset(index: LineIndex, position: LineColumn): number {
  if (position.line < 0) return 0;
  const start = index.lineStarts[position.line];
  if (start === undefined) return index.textLength;
  const next = index.lineStarts[position.line + 1] ?? index.textLength;
  return Math.min(start + Math.max(position.column, 0), next);
}
