// Filters in a query: what is a filter, and how the text changes when one comes or goes.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  addFilter,
  filterKeys,
  readFilters,
  removeFilter,
  removeFilters,
} from '../../../client/webview/search/queryFilters.ts';

describe('filters of a query', () => {
  it('are found with their places, quoted and negated ones too', () => {
    check('retry label:rationale', ['label=rationale']);
    check('path:"my folder" a -path:test', ['path=my folder', '-path=test']);
    check('DEBT: LANG:Go', ['debt=', 'lang=Go']);
  });

  it('are not what merely has a colon', () => {
    check('std::string note: this http://x.y "label:quoted" xlabel:a', []);
    check('a"label:x', []);
  });

  it('come and go without touching the rest of the text', () => {
    assert.equal(addFilter('retry  ', 'label', 'rationale'), 'retry label:rationale ');
    assert.equal(addFilter('', 'lang', 'go'), 'lang:go ');
    assert.equal(addFilter('a', 'path', 'my folder'), 'a path:"my folder" ');
    const query = 'one label:a two lang:go';
    assert.equal(removeFilter(query, readFilters(query, filterKeys)[0]!), 'one two lang:go');
    assert.equal(removeFilters(query, readFilters(query, filterKeys)), 'one two');
  });

  it('can always be removed again', () => {
    const word = fc.stringMatching(/^[a-z]{1,6}$/);
    const value = fc.stringMatching(/^[\w ]{1,8}$/).filter((text) => text.trim() === text);
    fc.assert(
      fc.property(fc.array(word), value, (words, text) => {
        const query = addFilter(words.join(' '), 'label', text);
        const filters = readFilters(query, filterKeys);
        assert.deepEqual(
          filters.map((filter) => filter.value),
          [text],
        );
        assert.equal(removeFilters(query, filters).trim(), words.join(' '));
      }),
    );
  });
});

function check(query: string, expected: readonly string[]): void {
  const filters = readFilters(query, filterKeys);
  for (const { start, end, text } of filters) assert.equal(query.slice(start, end), text);
  assert.deepEqual(
    filters.map(({ isNegated, key, value }) => `${isNegated ? '-' : ''}${key}=${value}`),
    expected,
  );
}
