import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { createNumberList } from '../../../server/src/engine/index/numberList.ts';
import { findSearchWords } from '../../../server/src/engine/index/searchWords.ts';
import { createTokenDictionary } from '../../../server/src/engine/index/tokenDictionary.ts';

describe('the dictionary of tokens', () => {
  it('gives the tokens of any text in their order, words met before or not', () => {
    const dictionary = createTokenDictionary();
    const list = createNumberList();
    const word = fc.constantFrom(
      'retryPolicy',
      'naïve',
      '搜索',
      'HTTPServer2',
      'a_b$c',
      'x',
      'file',
      '🙂',
      '___',
    );
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.array(word).map((words) => words.join(' ')),
      fc.array(fc.string({ unit: fc.constantFrom('a', 'B', '1', '_') })).map((words) => words.join('-')),
    );
    fc.assert(
      fc.property(text, (value) => {
        const from = list.length;
        const count = dictionary.append(value, list);
        const numbers = [...list.numbers.subarray(from, list.length)];
        assert.equal(count, numbers.length);
        assert.deepEqual(
          numbers.map((number) => dictionary.tokens[number]),
          findSearchWords(value).map(({ token }) => token),
        );
      }),
      { numRuns: 3000 },
    );
    assert.equal(new Set(dictionary.tokens).size, dictionary.tokens.length);
  });

  it('keeps words of every length apart, however many there are', () => {
    const dictionary = createTokenDictionary();
    const list = createNumberList();
    const words = Array.from({ length: 30_000 }, (_, number) =>
      `w${number.toString(36)}x`.repeat(1 + (number % 3)),
    );
    for (const round of [0, 1]) {
      for (const word of words) {
        const from = list.length;
        dictionary.append(word, list);
        const tokens = [...list.numbers.subarray(from, list.length)].map(
          (number) => dictionary.tokens[number],
        );
        assert.deepEqual(
          tokens,
          findSearchWords(word).map(({ token }) => token),
          `${word}, round ${round}`,
        );
      }
    }
  });

  it('leaves out what is too long to be a word, of any length', () => {
    const dictionary = createTokenDictionary();
    const list = createNumberList();
    assert.equal(dictionary.append(`a ${'x'.repeat(3_000_000)} b`, list), 2);
  });
});
