// Which labels a training is about, and which texts are held back.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ClassificationTask } from '../../../server/src/engine/labels/task.ts';
import type { LabelledRow } from '../../../server/src/engine/training/labelledRows.ts';
import { checkLabels, decideLabelSet } from '../../../server/src/engine/training/labelSet.ts';
import { splitRows } from '../../../server/src/engine/training/splitRows.ts';

describe('the label set of a training', () => {
  const nothing = { known: undefined, asked: undefined };

  it('is one label a text where every line has one, in an order that the file does not decide', () => {
    const rows = rowsOf(['b'], ['c'], ['a'], ['b']);
    const set = { kind: 'singleLabel', names: ['a', 'b', 'c'], isKnown: false };
    assert.deepEqual(decideLabelSet(rows, nothing), set);
    assert.deepEqual(decideLabelSet(rows.toReversed(), nothing), set);
  });

  it('is several labels where one line has more or none, or where that is asked for', () => {
    assert.equal(decideLabelSet(rowsOf(['a', 'b'], ['a'], ['b'], ['b']), nothing).kind, 'multiLabel');
    assert.equal(decideLabelSet(rowsOf(['a'], [], ['a'], []), nothing).kind, 'multiLabel');
    const asked = { known: undefined, asked: 'multiLabel' as const };
    assert.equal(decideLabelSet(rowsOf(['a'], ['b'], ['a'], ['b']), asked).kind, 'multiLabel');
  });

  it("keeps the model's own labels and their order where the texts use no other", () => {
    const known = task('singleLabel', ['z', 'b', 'a']);
    const decided = decideLabelSet(rowsOf(['a'], ['b'], ['a'], ['b']), { known, asked: undefined });
    assert.deepEqual(decided, { kind: 'singleLabel', names: ['z', 'b', 'a'], isKnown: true });
    const others = decideLabelSet(rowsOf(['a'], ['new'], ['a'], ['b']), { known, asked: undefined });
    assert.deepEqual(others, { kind: 'singleLabel', names: ['a', 'b', 'new'], isKnown: false });
    const several = decideLabelSet(rowsOf(['a', 'b'], ['b'], ['a'], ['b']), { known, asked: undefined });
    assert.deepEqual(several, { kind: 'multiLabel', names: ['a', 'b'], isKnown: false });
  });

  const bad: Readonly<Record<string, readonly [rows: readonly LabelledRow[], message: RegExp]>> = {
    'one class only': [
      rowsOf(['a'], ['a'], ['a'], ['a']),
      /every text has the label "a", so there is nothing/,
    ],
    'no label at all': [rowsOf([], [], [], []), /no text has a label/],
    'three texts': [rowsOf(['a'], ['b'], ['a']), /there are only 3 different texts/],
    'a thousand labels': [
      Array.from({ length: 1100 }, (_, index) => row(index, [`l${index}`])),
      /there are 1100 different labels/,
    ],
  };
  for (const [what, [rows, message]] of Object.entries(bad)) {
    it(`BAD INPUT - ${what}`, () => {
      assert.throws(() => decideLabelSet(rows, nothing), message);
    });
  }

  it('BAD INPUT - several labels where one was asked for names the line', () => {
    const asked = { known: undefined, asked: 'singleLabel' as const };
    const rows = rowsOf(['a'], ['a', 'b'], ['b'], ['b']);
    assert.throws(
      () => decideLabelSet(rows, asked),
      /line 2 has 2 labels and one label per text was asked for/,
    );
  });

  it('BAD INPUT - a validation label that was never learned names the line', () => {
    const set = decideLabelSet(rowsOf(['a'], ['b'], ['a'], ['b']), nothing);
    assert.throws(
      () => checkLabels(rowsOf(['a'], ['c']), set, 'validation.jsonl'),
      /Line 2 of validation\.jsonl has the label "c", which is not one of a, b/,
    );
  });
});

describe('held-back texts', () => {
  const rows = Array.from({ length: 400 }, (_, index) =>
    row(index, [['a', 'b', 'c', 'rare'][index % 100 === 0 ? 3 : index % 3]!]),
  );

  it('are about the share that is asked for, and the same in any order', () => {
    const { training, validation } = splitRows(rows, 0.2);
    assert.equal(training.length + validation.length, rows.length);
    assert.ok(validation.length > 55 && validation.length < 105, `${validation.length}`);
    const again = splitRows(rows.toReversed(), 0.2);
    assert.deepEqual(new Set(again.validation), new Set(validation));
  });

  it('do not change when texts are added', () => {
    const { validation } = splitRows(rows, 0.2);
    const more = [...rows, ...Array.from({ length: 50 }, (_, index) => row(1000 + index, ['a']))];
    const later = new Set(splitRows(more, 0.2).validation);
    assert.ok(validation.every((one) => later.has(one)));
  });

  it('have every label on both sides', () => {
    const few = [...rows.slice(0, 40), row(2001, ['rare']), row(2002, ['rare']), row(2003, ['rare'])];
    const { training, validation } = splitRows(few, 0.2);
    for (const side of [training, validation]) {
      for (const label of ['a', 'b', 'c', 'rare']) {
        assert.ok(
          side.some(({ labels }) => labels.has(label)),
          `${label} is missing`,
        );
      }
    }
  });

  it('never share a text with those that are learned from, whatever its context', () => {
    const twice = [
      ...rows,
      ...rows.map((one) => ({ ...one, context: 'Other', text: `${one.text.toUpperCase()} ` })),
    ];
    const { training, validation } = splitRows(twice, 0.2);
    const learned = new Set(training.map(({ text }) => text.trim().toLowerCase()));
    assert.ok(validation.every(({ text }) => !learned.has(text.trim().toLowerCase())));
  });
});

function rowsOf(...labels: readonly (readonly string[])[]): LabelledRow[] {
  return labels.map((one, index) => row(index, one));
}

function row(index: number, labels: readonly string[]): LabelledRow {
  return {
    text: `text ${index}`,
    context: undefined,
    labels: new Map(labels.map((label) => [label, 1])),
    labelCounts: [labels.length, labels.length],
    line: index + 1,
  };
}

function task(kind: ClassificationTask['kind'], names: readonly string[]): ClassificationTask {
  return {
    name: 'kind',
    kind,
    description: { en: 'A kind.' },
    pooling: 'mean',
    temperatures: { default: 1 },
    labels: names.map((name) => ({ name, title: { en: name }, description: { en: name }, threshold: 0 })),
  };
}
