// The contract of an extraction as assertions, for readers of prose and embedded formats: spans in range and in
// order, maps exact. A comment inside a paragraph is a passage of its own, so passages may overlap here.

import assert from 'node:assert/strict';
import type { Extraction } from '../../server/src/engine/passages/passage.ts';
import type { Span } from '../../server/src/engine/text/span.ts';

export function checkExtraction(source: string, extraction: Extraction): void {
  let lastStart = 0;
  for (const passage of extraction.passages) {
    checkSpan(source, passage.span);
    assert.ok(passage.span.start >= lastStart, 'passages come in the order of the source');
    lastStart = passage.span.start;
    assert.ok(passage.text.value.trim() !== '', 'a text is never empty');
    assert.ok(passage.parts.length > 0);
    for (const part of passage.parts) checkInside(part, passage.span);
    for (const tag of passage.tags) checkInside(tag.span, passage.span);
    if (passage.symbol) checkSpan(source, passage.symbol.span);
    let end = 0;
    for (const segment of passage.text.segments) {
      assert.ok(segment.start >= end && segment.length > 0, 'segments ascend');
      end = segment.start + segment.length;
      const { sourceStart, length } = segment;
      checkInside({ start: sourceStart, end: sourceStart + length }, passage.span);
      assert.equal(
        source.slice(sourceStart, sourceStart + length),
        passage.text.value.slice(segment.start, end),
      );
    }
    assert.ok(end <= passage.text.value.length);
  }
  for (const problem of extraction.problems) checkSpan(source, problem.span);
}

/** Not for notebooks, whose lines are those of the cells and not of the file. */
export function checkOwnLines(source: string, extraction: Extraction): void {
  for (const { span, ownLine } of extraction.passages.slice(0, 200)) {
    const lineStart =
      Math.max(source.lastIndexOf('\n', span.start - 1), source.lastIndexOf('\r', span.start - 1)) + 1;
    const before = span.start === 0 ? '' : source.slice(lineStart, span.start);
    assert.equal(ownLine, before.trim() === '', `ownLine at ${span.start}`);
  }
}

function checkSpan(source: string, span: Span): void {
  assert.ok(
    span.start >= 0 && span.start <= span.end && span.end <= source.length,
    `span ${span.start}-${span.end}`,
  );
}

function checkInside(inner: Span, outer: Span): void {
  assert.ok(
    inner.start >= outer.start && inner.end <= outer.end,
    `${inner.start}-${inner.end} in ${outer.start}-${outer.end}`,
  );
}
