// Half-open ranges of UTF-16 code units: the only way the engine speaks about places in a text.
// Lines and columns exist only at the edges (text/lineIndex.ts converts).

/** A half-open range `[start, end)` of UTF-16 code units. Invariant: `0 <= start <= end <= text.length`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The text a span covers. `sliceSpan('abc', { start: 1, end: 3 }) === 'bc'`. */
export function sliceSpan(text: string, span: Span): string {
  return text.slice(span.start, span.end);
}
