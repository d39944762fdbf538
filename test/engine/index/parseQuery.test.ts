import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseQuery } from '../../../server/src/engine/index/parseQuery.ts';
import { languageOfPath } from '../../../server/src/engine/passages/languageOfPath.ts';

const tasks = [
  { name: 'purpose', labels: ['summary', 'rationale'], ordinary: undefined },
  { name: 'debt', labels: ['none', 'design'], ordinary: 'none' },
];

function parse(text: string) {
  return parseQuery(text, {
    tasks,
    languageOf: (name) => languageOfPath(`a.${name}`),
    nowMs: () => Date.parse('2026-03-01T12:00:00Z'),
  });
}

describe('the query language', () => {
  it('leaves plain words alone', () => {
    assert.deepEqual(parse('retry policy'), {
      text: 'retry policy',
      phrases: [],
      filter: undefined,
      history: undefined,
      problems: [],
    });
  });

  it('reads each filter', () => {
    const { text, filter, problems } = parse(
      'retry lang:py path:src/ -path:"old code" kind:docstring label:Rationale',
    );
    assert.equal(text, 'retry');
    assert.deepEqual(problems, []);
    assert.deepEqual(filter, {
      languages: ['python'],
      paths: ['src/'],
      notPaths: ['old code'],
      kinds: ['docstring'],
      labels: [{ task: undefined, name: 'rationale', notName: undefined }],
    });
  });

  it('makes every task of the model a filter; without a value it means anything but the ordinary', () => {
    assert.deepEqual(parse('debt:design').filter, {
      labels: [{ task: 'debt', name: 'design', notName: undefined }],
    });
    assert.deepEqual(parse('debt:').filter, { labels: [{ task: 'debt', name: undefined, notName: 'none' }] });
  });

  it('reads who wrote it and since when', () => {
    const { text, filter, history } = parse('retry author:Ann author:bob@ since:2026-02-01 since:7d');
    assert.equal(text, 'retry');
    assert.equal(filter, undefined);
    const sinceMs = Date.parse('2026-02-22T12:00:00Z');
    assert.deepEqual(history, { authors: ['ann', 'bob@'], sinceMs });
    assert.equal(parse('since:2026-02').history?.sinceMs, Date.parse('2026-02-01'));
  });

  it('keeps phrases', () => {
    const { text, phrases } = parse('"exact words" here');
    assert.equal(text, 'exact words here');
    assert.deepEqual(phrases, ['exact words']);
  });

  it('leaves words with a colon that are no filter', () => {
    assert.equal(parse('std::string note: this https://a.b').text, 'std::string note: this https://a.b');
  });

  it('says what is wrong and what is possible', () => {
    const wrong = [
      'lang:klingon',
      'kind:sonnet',
      'label:lovely',
      'debt:student',
      'path:',
      '-lang:go',
      'author:',
      '-author:me',
      'since:yesterday',
      'since:2026-13',
    ];
    for (const query of wrong) {
      const { problems, filter } = parse(query);
      assert.equal(problems.length, 1, query);
      assert.equal(filter, undefined, query);
    }
    assert.match(parse('debt:student').problems[0]!, /none, design/);
  });

  it('takes a filter once however often it is typed, and no more than a storage can be asked', () => {
    assert.deepEqual(parse('lang:go '.repeat(5000)).filter, { languages: ['go'] });
    assert.equal(parse('lang:klingon '.repeat(5000)).problems.length, 1);
    const many = parse(Array.from({ length: 5000 }, (_, part) => `path:p${part}`).join(' '));
    assert.equal(many.filter?.paths?.length, 100);
    assert.match(many.problems.join('\n'), /^A query takes 100 filters; those behind were left out\.$/);
  });
});
