import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { chooseAnswer } from '../../../server/src/engine/index/answerQuestion.ts';
import { sentenceAround } from '../../../server/src/engine/index/sentenceAround.ts';

function checkSentence(marked: string, expected: string): void {
  const start = marked.indexOf('|');
  const end = marked.indexOf('|', start + 1) - 1;
  const text = marked.replaceAll('|', '');
  const sentence = sentenceAround(text, { start, end });
  assert.equal(text.slice(sentence.start, sentence.end), expected);
}

describe('the sentence around an answer', () => {
  it('ends at full stops before a capital, and at line feeds', () => {
    checkSentence('One. It waits |30 seconds| at most. Then not.', 'It waits 30 seconds at most.');
    checkSentence('@param x |the width|\n@returns nothing', '@param x the width');
    checkSentence('|All| of it', 'All of it');
  });

  it('does not end inside versions, abbreviations or names of files', () => {
    checkSentence(
      'Needs Node 22.1 or |later|, e.g. from a.mjs files.',
      'Needs Node 22.1 or later, e.g. from a.mjs files.',
    );
  });

  it('ends at the marks of Chinese, and covers every sentence it touches', () => {
    checkSentence('先读取。再|写入锁|。完成。', '再写入锁。');
    checkSentence('A |b. C| d. E.', 'A b. C d.');
  });
});

describe('the answer among many', () => {
  const span = { start: 0, end: 1 };
  it('is the surest, but nearly as sure in a better passage wins', () => {
    const found = [
      { context: 0, span, score: 0.8 },
      { context: 1, span, score: 0.81 },
      { context: 2, span, score: 0.95 },
    ];
    assert.equal(chooseAnswer(found)?.context, 2);
    assert.equal(chooseAnswer(found.slice(0, 2))?.context, 0);
    assert.equal(chooseAnswer([]), undefined);
  });
});
