import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { firstSentence, sentenceAround } from '../../../server/src/engine/index/sentenceAround.ts';
import { splitSentences } from '../../../server/src/engine/text/splitSentences.ts';

/** The answer stands between « and »; expected is its sentence. */
function check(marked: string, expected: string): void {
  const text = marked.replace(/[«»]/g, '');
  const { start, end } = sentenceAround(text, { start: marked.indexOf('«'), end: marked.indexOf('»') - 1 });
  assert.equal(text.slice(start, end), expected);
}

describe('sentenceAround', () => {
  it('covers the sentence of an answer', () => {
    check('One. Two «three». Four.', 'Two three.');
    check('«One.» Two three.', 'One.');
    check('缓存从不清空。«内存»会增长！', '内存会增长！');
  });

  it('goes on behind an abbreviation and inside of code', () => {
    check('Retried, e.g. After «three» tries. Then not.', 'Retried, e.g. After three tries.');
    check('Call `a. B(«c»)` first. Then go.', 'Call `a. B(c)` first.');
  });

  it('covers every sentence that the answer touches, and never less than the answer', () => {
    check('Zero. One «two. Three» four. Five.', 'One two. Three four.');
    check('One.« » Two.', ' ');
  });
});

describe('firstSentence', () => {
  it('is the first of all, also where a look at the letters must do', () => {
    const words = fc.constantFrom(
      'the',
      'e.g.',
      'End.',
      'go?',
      '"Yes!"',
      '`a. B`',
      'x.y',
      '3.4',
      'J.',
      '(ok.)',
      '。',
      '\n',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(words).map((list) => list.join(' ')),
    );
    fc.assert(
      fc.property(text, (value) => {
        const trimmed = value.trim();
        const [first] = splitSentences(trimmed.slice(0, 300));
        assert.equal(firstSentence(trimmed).trim(), trimmed.slice(0, first?.end ?? 300).trim());
      }),
      { numRuns: 2000 },
    );
  });
});
