import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { splitSentences } from '../../../server/src/engine/text/splitSentences.ts';

/** `|` marks where one sentence ends and the next begins. */
function check(marked: string): void {
  const expected = marked.split('|').map((part) => part.trim());
  const text = marked.replaceAll('|', '');
  assert.deepEqual(
    splitSentences(text).map(({ start, end }) => text.slice(start, end)),
    expected.filter((part) => part !== ''),
  );
}

describe('splitSentences', () => {
  it('cuts at full stops, questions and exclamations', () => {
    check('We sort first. |Why? |Callers rely on it! |Done');
    check('One sentence without an end');
    check('It "works." |Then it stops.');
  });

  it('knows abbreviations and initials', () => {
    check('Use a lock, e.g. a mutex. |See Fig. 3 for cf. the rest.');
    check('Written by J. Smith. |He left.');
    check('Locks, mutexes, etc. |The next one begins here.');
    check('Compare foo vs. Bar first. |Then go.');
    check('Approx. 30 rows, i.e. One page. |Then go.');
  });

  it('does not cut names, numbers and code', () => {
    check('Version 1.2.3 reads node.js files. |It needs 3.5 GB.');
    check('Call `a. B()` first. |Then `x.` Again.');
    check('See https://example.org/a.b?c=D. |Then go.');
    check('The file .gitignore is read. |parse() is not.'.replace('|', ''));
  });

  it('takes a lone backtick for what it is', () => {
    check('A ` is a backtick. |It stands alone.');
    check('Open ` here.\n|Close ` there. |End.');
  });

  it('cuts Chinese and Japanese at their own marks', () => {
    check('缓存从不清空。|内存会增长！|为什么？|见 Node.js 文档。');
    check('これはテストです。|次の文です。');
  });

  it('ends a sentence where a paragraph ends', () => {
    check('A heading without a stop\n|the text below it.');
    check('First.\r\n|second.');
  });

  it('takes any text: spans ascend, are trimmed, and hold every visible character', () => {
    const pieces = [
      'a',
      'B',
      '. ',
      '.',
      '! ',
      '`',
      '``',
      '\n',
      ' ',
      'e.g. ',
      '。',
      '😀',
      '\r\n',
      '\u2028',
      'x. Y',
      '\ud800',
      '(',
      '...',
    ];
    let state = 5;
    const next = (count: number) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * count);
    };
    for (let round = 0; round < 500; round++) {
      const text = Array.from({ length: next(40) }, () => pieces[next(pieces.length)]).join('');
      let end = 0;
      for (const span of splitSentences(text)) {
        assert.equal(text.slice(end, span.start).trim(), '', JSON.stringify(text));
        assert.ok(span.start >= end && span.end > span.start);
        const sentence = text.slice(span.start, span.end);
        assert.equal(sentence, sentence.trim());
        end = span.end;
      }
      assert.equal(text.slice(end).trim(), '', JSON.stringify(text));
    }
    assert.deepEqual(splitSentences(''), []);
  });

  it('takes linear time for sentences without an end', () => {
    const pieces = ['e.g. A', '`', '`` ` ', '. a', 'x '];
    for (const piece of pieces) {
      const text = piece.repeat(200_000 / piece.length);
      assert.ok(splitSentences(text).length > 0);
    }
  });
});
