// Moving an extraction out of its region: through JSON escapes, which have no verbatim copy in the file.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { decodeString } from '../../../../server/src/engine/passages/embedded/jsonReader.ts';
import { moveExtraction } from '../../../../server/src/engine/passages/embedded/moveExtraction.ts';
import { toSourceSpan } from '../../../../server/src/engine/text/mappedText.ts';

describe('moveExtraction', () => {
  it('maps text around escapes and leaves the escapes themselves without a source', () => {
    const json = '["x # say \\"hi\\" \\u00e9!"]';
    const region = decodeString(json, 2, json.length - 2);
    assert.equal(region.text, 'x # say "hi" é!');
    const span = { start: 2, end: region.text.length };
    const text = { value: 'say "hi" é!', segments: [{ start: 0, sourceStart: 4, length: 11 }] };
    const passage = {
      ...{
        kind: 'line' as const,
        language: 'python',
        span,
        parts: [span],
        text,
        tags: [],
        symbol: undefined,
      },
      ...{ section: [], ownLine: false },
    };
    const problem = { code: 'unterminatedString' as const, span: { start: 8, end: 9 } };
    const moved = moveExtraction({ passages: [passage], problems: [problem] }, region, json);
    const [first] = moved.passages;
    assert.equal(json.slice(first!.span.start, first!.span.end), '# say \\"hi\\" \\u00e9!');
    assert.deepEqual(
      first!.text.segments.map(({ sourceStart, length }) => json.slice(sourceStart, sourceStart + length)),
      ['say ', 'hi', ' ', '!'],
    );
    assert.deepEqual(toSourceSpan(first!.text, { start: 5, end: 7 }), { start: 12, end: 14 });
    assert.equal(json.slice(moved.problems[0]!.span.start, moved.problems[0]!.span.end), '\\"');
  });
});
