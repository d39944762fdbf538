// A cleaned text that remembers where each of its characters came from.
// Extraction strips comment markers, decoration and doc markup; hovers, answers and diagnostics
// need the way back. In: pieces of a source text. Out: one string plus a compact map of offsets.

import type { Span } from './span.ts';

/** One run of characters copied unchanged from the source. */
export interface TextSegment {
  /** Where the run starts in the cleaned text. */
  readonly start: number;
  /** Where the same character stands in the source text. */
  readonly sourceStart: number;
  readonly length: number;
}

/**
 * Invariant: segments are in ascending order of `start`, do not overlap, and
 * `source.slice(sourceStart, sourceStart + length) === value.slice(start, start + length)`.
 * Characters of `value` outside all segments (joining spaces, line feeds) have no source of their own.
 */
export interface MappedText {
  readonly value: string;
  readonly segments: readonly TextSegment[];
}

/** Collects pieces of one source text into a {@link MappedText}. */
export class MappedTextBuilder {
  readonly #source: string;
  readonly #segments: TextSegment[] = [];
  #value = '';

  constructor(source: string) {
    this.#source = source;
  }

  get length(): number {
    return this.#value.length;
  }

  /** Appends `source.slice(span.start, span.end)`; adjacent pieces become one segment. */
  appendSource(span: Span): void {
    if (span.end <= span.start) return;
    const start = this.#value.length;
    const length = span.end - span.start;
    const last = this.#segments.at(-1);
    if (last && last.start + last.length === start && last.sourceStart + last.length === span.start) {
      this.#segments[this.#segments.length - 1] = { ...last, length: last.length + length };
    } else {
      this.#segments.push({ start, sourceStart: span.start, length });
    }
    this.#value += this.#source.slice(span.start, span.end);
  }

  /** Appends characters that stand nowhere in the source, such as the space that joins two lines. */
  appendJoin(text: string): void {
    this.#value += text;
  }

  build(): MappedText {
    return { value: this.#value, segments: this.#segments };
  }
}

/**
 * The smallest source span that covers `span` of the cleaned text, or `undefined` when no character of it
 * comes from the source. With `value` "a b" joined from lines `# a` and `# b`, the span of "a b" maps to `a\n# b`.
 */
export function toSourceSpan(text: MappedText, span: Span): Span | undefined {
  let start: number | undefined;
  let end: number | undefined;
  for (const segment of text.segments) {
    const from = Math.max(span.start, segment.start);
    const to = Math.min(span.end, segment.start + segment.length);
    if (from >= to) continue;
    start ??= segment.sourceStart + (from - segment.start);
    end = segment.sourceStart + (to - segment.start);
  }
  return start === undefined || end === undefined ? undefined : { start, end };
}
