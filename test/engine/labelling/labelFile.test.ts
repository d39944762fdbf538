// The file of labels as text: stable, made for small differences, and never losing what it does not understand.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { putRow } from '../../../server/src/engine/labelling/labelBook.ts';
import {
  formatLabelFile,
  formatRow,
  parseLabelFile,
} from '../../../server/src/engine/labelling/labelFile.ts';
import {
  applyChange,
  emptyRow,
  type LabelRow,
  textKey,
} from '../../../server/src/engine/labelling/labelRow.ts';

const row = (text: string, rest: Partial<LabelRow> = {}): LabelRow => ({
  ...emptyRow(text, undefined),
  ...rest,
});
const file = (...rows: LabelRow[]) => rows.map((one) => `${formatRow(one)}\n`).join('');
const ada = (text: string, label: string, when = '2026-01-02T00:00:00.000Z') =>
  row(text, { labels: { debt: [label] }, who: 'Ada', when });
const bob = (text: string, label: string, when = '2026-01-03T00:00:00.000Z') =>
  row(text, { labels: { debt: [label] }, who: 'Bob', when });

describe('the file of labels', () => {
  it('gives back every row that was written, any names and texts included', () => {
    const texts = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => text.trim() !== '');
    const rows = fc.record({
      text: texts,
      labels: fc.dictionary(fc.string({ minLength: 1 }), fc.uniqueArray(fc.string(), { maxLength: 3 })),
      who: fc.option(texts, { nil: undefined }),
      rest: fc.dictionary(fc.constantFrom('note', 'team', 'score'), fc.jsonValue()),
    });
    fc.assert(
      fc.property(fc.uniqueArray(rows, { selector: (one) => textKey(one.text, undefined) }), (all) => {
        const written = formatLabelFile(parseLabelFile(file(...all.map((one) => row(one.text, one)))));
        const book = parseLabelFile(written);
        assert.equal(book.rows.size, all.length);
        assert.deepEqual(book.broken, []);
        assert.equal(formatLabelFile(book), written);
        for (const one of all) {
          const read = book.rows.get(textKey(one.text, undefined))!;
          assert.equal(read.text, one.text);
          assert.deepEqual(Object.keys(read.labels).sort(), Object.keys(one.labels).sort());
          assert.deepEqual(JSON.stringify(read.rest), JSON.stringify(one.rest));
        }
      }),
    );
  });

  it('changes one line for one label, wherever the row stands', () => {
    const book = parseLabelFile(file(ada('a', 'none'), ada('b', 'none'), ada('c', 'none')));
    const before = formatLabelFile(book).split('\n');
    const after = formatLabelFile(putRow(book, bob('b', 'design'))).split('\n');
    assert.equal(before.length, after.length);
    assert.equal(before.filter((line, index) => line !== after[index]).length, 1);
    const added = formatLabelFile(putRow(book, bob('d', 'design'))).split('\n');
    assert.deepEqual(
      added.filter((line) => !before.includes(line)),
      [formatRow(bob('d', 'design'))],
    );
  });

  it('takes a text that was only wrapped differently for the same text', () => {
    assert.equal(textKey('one\n  two', undefined), textKey(' one two ', undefined));
    assert.notEqual(textKey('one two', undefined), textKey('one two', 'three'));
    assert.notEqual(textKey('one', 'two'), textKey('one two', undefined));
  });

  it('keeps broken lines as they stand and says what is wrong with them', () => {
    const book = parseLabelFile(
      `{"text":"a","labels":{"debt":["none"]}}\n{"text":"b","lab\n[1]\n{"text":""}\n`,
    );
    assert.deepEqual(
      book.broken.map(({ line, reason }) => [line, reason]),
      [
        [2, 'it is not JSON'],
        [3, 'it is no JSON object'],
        [4, 'it has no "text"'],
      ],
    );
    assert.match(
      formatLabelFile(putRow(book, ada('c', 'none'))),
      /\n\{"text":"b","lab\n\[1\]\n\{"text":""\}\n$/,
    );
  });

  it('accepts a single label, other line ends, a byte order mark and empty lines', () => {
    const book = parseLabelFile('\ufeff{"text":"a","labels":{"debt":"none"}}\r\n\r\n{"text":"b"}\r\n');
    assert.deepEqual(
      [...book.rows.values()].map((one) => [one.text, one.labels]),
      [
        ['a', { debt: ['none'] }],
        ['b', {}],
      ],
    );
  });

  it('reads both sides of a merge that git could not finish', () => {
    const text = [
      formatRow(ada('same', 'none')),
      '<<<<<<< HEAD',
      formatRow(ada('mine', 'none')),
      formatRow(ada('both', 'none')),
      '||||||| 1234567',
      formatRow(ada('old', 'design')),
      '=======',
      formatRow(bob('both', 'design')),
      '>>>>>>> branch',
      '',
    ].join('\n');
    const book = parseLabelFile(text);
    assert.deepEqual([...book.rows.values()].map((one) => one.text).sort(), ['mine', 'same']);
    assert.deepEqual(
      book.conflicts.map(({ candidates }) => candidates.map((one) => [one.who, one.labels.debt])),
      [
        [
          ['Bob', ['design']],
          ['Ada', ['none']],
        ],
      ],
    );
    assert.doesNotMatch(formatLabelFile(book), /[<>|]{7}/);
    assert.deepEqual(parseLabelFile(formatLabelFile(book)), { ...book, broken: [] });
  });

  it('settles by itself what is no contradiction', () => {
    const check = (rows: LabelRow[], labels: unknown) =>
      assert.deepEqual(parseLabelFile(file(...rows)).rows.get(textKey('t', undefined))?.labels, labels);
    check([ada('t', 'none'), bob('t', 'none')], { debt: ['none'] });
    check([ada('t', 'none'), row('t', { labels: { form: ['prose'] }, who: 'Bob' })], {
      form: ['prose'],
      debt: ['none'],
    });
    // The same person thought better of it.
    check([ada('t', 'none', '2026-02-02'), ada('t', 'design', '2026-01-01')], { debt: ['none'] });
    check([ada('t', 'design', '2026-01-01'), ada('t', 'none', '2026-02-02')], { debt: ['none'] });
  });

  it('has a conflict decided by the next label for that text', () => {
    const book = parseLabelFile(file(ada('t', 'none'), bob('t', 'design')));
    assert.equal(book.conflicts.length, 1);
    const decided = parseLabelFile(formatLabelFile(putRow(book, bob('t', 'none'))));
    assert.deepEqual(decided.conflicts, []);
    assert.deepEqual(decided.rows.get(textKey('t', undefined))?.labels, { debt: ['none'] });
  });

  it('adds to what was said about a text, and replaces only the task that is named', () => {
    const change = {
      text: 't',
      labels: { form: ['prose'] },
      verdict: 'wrong',
      dismissed: ['debt'],
      who: 'Bob',
      when: '2026-01-03',
      source: undefined,
      file: 'b.ts',
      symbol: undefined,
    };
    const before = row('t', {
      labels: { debt: ['none'], form: ['code'] },
      source: 'c0de',
      rest: { note: 1 },
    });
    const after = applyChange(before, change);
    assert.deepEqual(after.labels, { debt: ['none'], form: ['prose'] });
    assert.deepEqual([after.dismissed, after.source, after.rest], [['debt'], 'c0de', { note: 1 }]);
  });
});
