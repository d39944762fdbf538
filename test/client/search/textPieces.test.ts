// Cutting a text at its marks, and shortening a long one around the first.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { cutText, shortenText } from '../../../client/webview/search/textPieces.ts';

describe('pieces of a text', () => {
  it('are strong where a word matched, inside and outside of a sentence', () => {
    const pieces = cutText('One. Two three.', {
      strong: [{ start: 5, end: 8 }],
      sentence: { start: 5, end: 15 },
    });
    assert.deepEqual(pieces, [
      { text: 'One. ', isStrong: false, isSentence: false },
      { text: 'Two', isStrong: true, isSentence: true },
      { text: ' three.', isStrong: false, isSentence: true },
    ]);
  });

  it('together are the text, whatever the spans are', () => {
    const span = fc.record({
      start: fc.integer({ min: -5, max: 60 }),
      end: fc.integer({ min: -5, max: 60 }),
    });
    fc.assert(
      fc.property(
        fc.string(),
        fc.array(span),
        fc.option(span, { nil: undefined }),
        (text, strong, sentence) => {
          const pieces = cutText(text, { strong, sentence });
          assert.equal(pieces.map((piece) => piece.text).join(''), text);
        },
      ),
    );
  });

  it('begin near the first match where that lies far behind, and still mark the same words', () => {
    const text = `${'word '.repeat(60)}needle and thread`;
    const start = text.indexOf('needle');
    const short = shortenText(text, { strong: [{ start, end: start + 6 }], sentence: undefined }, 90);
    assert.ok(short.text.length < 70, short.text);
    const [mark] = short.marks.strong;
    assert.equal(short.text.slice(mark!.start, mark!.end), 'needle');
    assert.match(short.text, /^… word /);
  });

  it('of a text that is short enough stay as they are', () => {
    const marks = { strong: [{ start: 3, end: 5 }], sentence: undefined };
    assert.deepEqual(shortenText('an example', marks, 90), { text: 'an example', marks });
    const none = { strong: [], sentence: undefined };
    assert.equal(shortenText('x'.repeat(500), none, 90).text.length, 500);
  });
});
