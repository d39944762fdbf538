// Offsets to lines and columns and back: exact on every kind of line break, on tabs and on emoji.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { createLineIndex, toLineColumn, toOffset } from '../../../server/src/engine/text/lineIndex.ts';

const text = fc
  .array(fc.constantFrom('a', '\t', '\n', '\r', '\r\n', '😀', '中', '\u2028', ' '), { maxLength: 40 })
  .map((parts) => parts.join(''));

describe('lineIndex', () => {
  it('starts a line after LF, CRLF and a lone CR, and nowhere else', () => {
    assert.deepEqual(createLineIndex('a\r\nb\rc\nd\u2028e').lineStarts, [0, 3, 5, 7]);
    assert.deepEqual(createLineIndex('').lineStarts, [0]);
    assert.deepEqual(createLineIndex('\n').lineStarts, [0, 1]);
  });

  it('counts columns in UTF-16 code units', () => {
    const index = createLineIndex('x\n\t😀y');
    assert.deepEqual(toLineColumn(index, 5), { line: 1, column: 3 });
    assert.equal(toOffset(index, { line: 1, column: 3 }), 5);
  });

  it('gives every offset back', () => {
    fc.assert(
      fc.property(text, (value) => {
        const index = createLineIndex(value);
        for (let offset = 0; offset <= value.length; offset++) {
          assert.equal(toOffset(index, toLineColumn(index, offset)), offset);
        }
      }),
    );
  });

  it('agrees with counting line breaks', () => {
    fc.assert(
      fc.property(text, fc.nat({ max: 80 }), (value, wanted) => {
        const offset = Math.min(wanted, value.length);
        const { line } = toLineColumn(createLineIndex(value), offset);
        const isSplit = value[offset - 1] === '\r' && value[offset] === '\n';
        const breaks = value.slice(0, offset).match(/\r\n|\r|\n/g)?.length ?? 0;
        assert.equal(line, isSplit ? breaks - 1 : breaks);
      }),
    );
  });

  it('clamps places outside the text', () => {
    const index = createLineIndex('ab\ncd');
    assert.deepEqual(toLineColumn(index, -1), { line: 0, column: 0 });
    assert.deepEqual(toLineColumn(index, 99), { line: 1, column: 2 });
    assert.equal(toOffset(index, { line: 9, column: 0 }), 5);
    assert.equal(toOffset(index, { line: -1, column: 3 }), 0);
    assert.equal(toOffset(index, { line: 0, column: 99 }), 3);
  });
});
