// The invariants that every extraction keeps, on any text in any language; the tests of this folder share them.

import assert from 'node:assert/strict';
import type { Extraction, Passage } from '../../../server/src/engine/passages/passage.ts';
import type { Span } from '../../../server/src/engine/text/span.ts';

export function checkExtraction(text: string, extraction: Extraction): void {
  let previousEnd = 0;
  for (const passage of extraction.passages) {
    assert.ok(passage.span.start >= previousEnd, 'passages are ascending and disjoint');
    checkSpan(text, passage.span);
    previousEnd = passage.span.end;
    checkParts(passage);
    checkMappedText(text, passage);
    for (const tag of passage.tags) {
      checkInside(passage.span, tag.span);
      assert.equal(tag.name, tag.name.toLowerCase());
    }
    if (passage.symbol) {
      checkSpan(text, passage.symbol.span);
      assert.equal(text.slice(passage.symbol.span.start, passage.symbol.span.end), passage.symbol.name);
      assert.ok(passage.symbol.signature.length <= 200);
    }
  }
  for (const problem of extraction.problems) checkSpan(text, problem.span);
}

function checkParts(passage: Passage): void {
  assert.ok(passage.parts.length > 0, 'a passage has parts');
  assert.equal(passage.parts[0]!.start, passage.span.start);
  assert.equal(passage.parts.at(-1)!.end, passage.span.end);
  let end = passage.span.start;
  for (const part of passage.parts) {
    assert.ok(part.start >= end && part.end > part.start, 'parts are ascending and not empty');
    end = part.end;
  }
}

function checkMappedText(text: string, passage: Passage): void {
  const { value, segments } = passage.text;
  assert.notEqual(value.trim(), '', 'a passage has text');
  let start = 0;
  let sourceStart = passage.span.start;
  for (const segment of segments) {
    assert.ok(segment.length > 0 && segment.start >= start && segment.sourceStart >= sourceStart, 'segments ascend');
    start = segment.start + segment.length;
    sourceStart = segment.sourceStart + segment.length;
    assert.equal(text.slice(segment.sourceStart, sourceStart), value.slice(segment.start, start), 'a segment is a copy');
  }
  assert.ok(start <= value.length && sourceStart <= passage.span.end, 'segments lie inside the passage');
  let unmapped = value;
  for (const segment of [...segments].reverse()) {
    unmapped = unmapped.slice(0, segment.start) + unmapped.slice(segment.start + segment.length);
  }
  assert.match(unmapped, /^[ \n]*$/, 'only joining white space has no source');
}

function checkSpan(text: string, span: Span): void {
  assert.ok(span.start >= 0 && span.start <= span.end && span.end <= text.length, `span ${span.start}-${span.end} is in range`);
}

function checkInside(outer: Span, inner: Span): void {
  assert.ok(inner.start >= outer.start && inner.start <= inner.end && inner.end <= outer.end, 'a tag lies inside its passage');
}
