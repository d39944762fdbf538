// What holds for the passages of code beyond the contract of every extraction: they do not overlap, nothing but
// joining white space lacks a source, and the span of a symbol holds its name.

import assert from 'node:assert/strict';
import type { Extraction, Passage } from '../../../server/src/engine/passages/passage.ts';
import { sliceSpan } from '../../../server/src/engine/text/span.ts';
import { checkExtraction, checkOwnLines } from '../../support/checkExtraction.ts';

export function checkComments(text: string, extraction: Extraction): void {
  checkExtraction(text, extraction);
  checkOwnLines(text, extraction);
  let previousEnd = 0;
  for (const passage of extraction.passages) {
    assert.ok(passage.span.start >= previousEnd, 'passages are disjoint');
    previousEnd = passage.span.end;
    checkParts(passage);
    checkSegments(passage);
    for (const tag of passage.tags) assert.equal(tag.name, tag.name.toLowerCase());
    if (!passage.symbol) continue;
    assert.equal(sliceSpan(text, passage.symbol.span), passage.symbol.name);
    assert.ok(passage.symbol.signature.length <= 200);
  }
}

function checkParts(passage: Passage): void {
  assert.equal(passage.parts[0]!.start, passage.span.start);
  assert.equal(passage.parts.at(-1)!.end, passage.span.end);
  let end = passage.span.start;
  for (const part of passage.parts) {
    assert.ok(part.start >= end && part.end > part.start, 'parts are ascending and not empty');
    end = part.end;
  }
}

function checkSegments(passage: Passage): void {
  let unmapped = passage.text.value;
  let sourceEnd = Number.POSITIVE_INFINITY;
  for (const segment of [...passage.text.segments].reverse()) {
    assert.ok(segment.sourceStart + segment.length <= sourceEnd, 'segments ascend in the source');
    sourceEnd = segment.sourceStart;
    unmapped = unmapped.slice(0, segment.start) + unmapped.slice(segment.start + segment.length);
  }
  assert.match(unmapped, /^[ \n]*$/, 'only joining white space has no source');
}
