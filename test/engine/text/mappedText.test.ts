// A cleaned text knows where its characters came from.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { MappedTextBuilder, toSourceSpan } from '../../../server/src/engine/text/mappedText.ts';

const source = '# a😀b\n# c';

describe('mappedText', () => {
  it('maps over joins, emoji included', () => {
    const builder = new MappedTextBuilder(source);
    builder.appendSource({ start: 2, end: 6 });
    builder.appendJoin(' ');
    builder.appendSource({ start: 9, end: 10 });
    const text = builder.build();
    assert.equal(text.value, 'a😀b c');
    assert.deepEqual(text.segments, [
      { start: 0, sourceStart: 2, length: 4 },
      { start: 5, sourceStart: 9, length: 1 },
    ]);
    assert.deepEqual(toSourceSpan(text, { start: 3, end: 6 }), { start: 5, end: 10 });
    assert.deepEqual(toSourceSpan(text, { start: 1, end: 3 }), { start: 3, end: 5 });
  });

  it('has no source for a join alone, nor for an empty span', () => {
    const builder = new MappedTextBuilder(source);
    builder.appendSource({ start: 2, end: 3 });
    builder.appendJoin(' ');
    const text = builder.build();
    assert.equal(toSourceSpan(text, { start: 1, end: 2 }), undefined);
    assert.equal(toSourceSpan(text, { start: 0, end: 0 }), undefined);
  });

  it('keeps adjacent pieces in one segment and ignores empty ones', () => {
    const builder = new MappedTextBuilder(source);
    builder.appendSource({ start: 0, end: 2 });
    builder.appendSource({ start: 2, end: 2 });
    builder.appendSource({ start: 2, end: 3 });
    assert.deepEqual(builder.build().segments, [{ start: 0, sourceStart: 0, length: 3 }]);
  });
});
