import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { findHighlights, lexicalTokens } from '../../../server/src/engine/index/lexicalTokens.ts';
import { findSearchWords, toSearchTokens } from '../../../server/src/engine/index/searchWords.ts';

function checkTokens(text: string, expected: string): void {
  assert.equal(toSearchTokens(text), expected);
}

describe('words of a search', () => {
  it('splits identifiers and keeps them whole too', () => {
    checkTokens('retryPolicy', 'retri polici retrypolici');
    checkTokens('MAX_RETRY_COUNT', 'max retri count maxretrycount');
    checkTokens('HTTPServer2', 'http server 2 httpserver2');
  });

  it('lets forms of a word meet', () => {
    checkTokens('retry retries retried retrying', 'retri retri retri retri');
    checkTokens('cache caches cached caching', 'cach cach cach cach');
    checkTokens('stop stopped stopping', 'stop stop stop');
    checkTokens('class classes', 'class class');
  });

  it('leaves words of programming apart', () => {
    checkTokens('operator operation', 'operator operation');
    checkTokens('status bus this', 'status bus this');
  });

  it('makes pairs of scripts without spaces, and one of the last character', () => {
    checkTokens('搜索引擎', '搜索 索引 引擎 擎');
    checkTokens('使用retry策略', '使用 用 retri 策略 略');
  });

  it('folds case, width and accents', () => {
    checkTokens('Café ＡＢＣ', 'cafe abc');
    checkTokens('Über', 'uber');
  });

  it('drops the words of a question unless nothing else is there', () => {
    assert.deepEqual(lexicalTokens('how do we retry uploads'), ['retri', 'upload']);
    assert.deepEqual(
      lexicalTokens('what is this'),
      ['what', 'is', 'thi'].filter((one) => one !== 'thi').concat('this'),
    );
  });

  it('asks for one Chinese character as the beginning of a pair', () => {
    assert.deepEqual(lexicalTokens('锁'), ['锁*']);
    assert.deepEqual(findHighlights('文件锁', ['锁*']), [{ start: 2, end: 3 }]);
  });

  it('highlights what a query found, whole words where it stands in one', () => {
    const text = 'The retryPolicy retries twice.';
    const marked = findHighlights(text, lexicalTokens('retry'));
    assert.deepEqual(
      marked.map(({ start, end }) => text.slice(start, end)),
      ['retry', 'retries'],
    );
  });

  it('gives spans inside the text and tokens without spaces, on any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
        for (const { token, start, end } of findSearchWords(text)) {
          assert.ok(start >= 0 && start < end && end <= text.length);
          assert.ok(token.length > 0 && !/[\s"*]/.test(token));
        }
      }),
    );
  });

  it('remembers words without changing their tokens', () => {
    const word = fc.constantFrom('retryPolicy', 'naïve', '搜索', 'HTTPServer2', 'a_b$c', 'x', 'file', '🙂');
    const text = fc.oneof(
      fc.string(),
      fc.array(word).map((list) => list.join(' ')),
    );
    fc.assert(
      fc.property(text, (value) => {
        const tokens = findSearchWords(value).map(({ token }) => token);
        assert.equal(toSearchTokens(value), tokens.join(' '));
      }),
      { numRuns: 1000 },
    );
  });
});
