// Doubtful labels: near duplicates that contradict each other, planted mistakes among separable groups.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkLabels } from '../../../server/src/engine/labelling/checkLabels.ts';
import { createBook } from '../../../server/src/engine/labelling/labelBook.ts';
import { crossValidate, findLabelErrors } from '../../../server/src/engine/labelling/labelErrors.ts';
import { emptyRow, type LabelRow } from '../../../server/src/engine/labelling/labelRow.ts';
import { findNearDuplicates } from '../../../server/src/engine/labelling/nearDuplicates.ts';

const thresholds = { textThreshold: 0.8, vectorThreshold: 0.97 };
const names = ['a', 'b', 'c'];

/** Three groups on a circle with a little noise, as unit vectors. */
function points(count: number): { readonly vectors: Float32Array[]; readonly labels: number[] } {
  let state = 1;
  const noise = () => {
    state = (state * 48271) % 2147483647;
    return (state / 2147483647 - 0.5) * 0.6;
  };
  const labels = Array.from({ length: count }, (_, index) => index % 3);
  const vectors = labels.map((label) => {
    const angle = (label * 2 * Math.PI) / 3 + noise();
    return Float32Array.from([Math.cos(angle), Math.sin(angle)]);
  });
  return { vectors, labels };
}

describe('labels that contradict each other', () => {
  it('are found in texts that differ in a word, and not in texts that agree or differ', () => {
    const found = findNearDuplicates(
      [
        { text: 'Returns the number of bytes that were read from the stream.', labels: ['x'] },
        { text: 'returns the number of bytes, that were read from the stream', labels: ['y'] },
        { text: 'Returns the number of bytes that were read from the streams', labels: ['x'] },
        { text: 'Opens the file and answers its handle.', labels: ['y'] },
      ],
      thresholds,
    );
    assert.deepEqual(
      found.map(({ one, other, by }) => [one, other, by]),
      [
        [0, 1, 'text'],
        [1, 2, 'text'],
      ],
    );
    assert.ok(found[0]!.similarity > 0.99);
  });

  it('are found by meaning where the words differ', () => {
    const vector = Float32Array.from([0.6, 0.8]);
    const found = findNearDuplicates(
      [
        { text: 'drop this', labels: ['x'], vector },
        { text: 'remove that', labels: ['y'], vector: Float32Array.from([0.61, 0.792]) },
        { text: 'something else', labels: ['y'], vector: Float32Array.from([-0.8, 0.6]) },
      ],
      thresholds,
    );
    assert.deepEqual(
      found.map(({ one, other, by }) => [one, other, by]),
      [[0, 1, 'meaning']],
    );
  });
});

describe('labels that are probably mistakes', () => {
  it('are found where they were planted', () => {
    const { vectors, labels } = points(90);
    const planted = [4, 31, 77];
    const given = labels.map((label, index) => (planted.includes(index) ? (label + 1) % 3 : label));
    const probabilities = crossValidate(vectors, given, 3, { folds: 5, seed: 1 });
    const errors = findLabelErrors(probabilities, given, names);
    assert.deepEqual(
      errors.map((error) => error.index).sort((left, right) => left - right),
      planted,
    );
    for (const { index, suggested } of errors) assert.equal(suggested, names[labels[index]!]);
  });

  it('are not seen where there are none', () => {
    const { vectors, labels } = points(60);
    const probabilities = crossValidate(vectors, labels, 3, { folds: 5, seed: 2 });
    assert.deepEqual(findLabelErrors(probabilities, labels, names), []);
    for (const row of probabilities) {
      assert.ok(Math.abs(row.reduce((sum, one) => sum + one, 0) - 1) < 1e-5);
    }
  });

  it('are judged against how sure the model usually is of a label', () => {
    const row = (...values: number[]) => Float32Array.from(values);
    // 0.6 for b is no evidence where b usually gets 0.9.
    const sure = [row(0.4, 0.6), row(0.9, 0.1), row(0.1, 0.9), row(0.1, 0.9)];
    assert.deepEqual(findLabelErrors(sure, [0, 0, 1, 1], ['a', 'b']), []);
    const unsure = [row(0.4, 0.6), row(0.9, 0.1), row(0.45, 0.55), row(0.45, 0.55)];
    assert.deepEqual(
      findLabelErrors(unsure, [0, 0, 1, 1], ['a', 'b']).map(({ index, suggested }) => [index, suggested]),
      [[0, 'b']],
    );
  });
});

describe('the check of a file of labels', () => {
  const row = (text: string, label: string, who = 'Ada'): LabelRow => ({
    ...emptyRow(text, undefined),
    labels: { kind: [label] },
    who,
  });

  it('names broken lines, conflicts, contradictions and mistakes, and what it could not check', () => {
    const { vectors, labels } = points(45);
    const rows = vectors.map((_, index) =>
      row(`text number ${index} ${'xyz'[labels[index]!]}`, names[labels[index]!]!),
    );
    rows[7] = { ...rows[7]!, labels: { kind: [names[(labels[7]! + 1) % 3]!] } };
    const byId = new Map(rows.map((one, index) => [one.id, vectors[index]!]));
    const book = createBook(
      [
        ...rows,
        row('same', 'a'),
        row('same', 'b', 'Bob'),
        { ...row('rare', 'a'), labels: { tone: ['kind'] } },
      ],
      [{ line: 3, content: '{', reason: 'it is not JSON' }],
    );
    const { problems, notes } = checkLabels(book, byId);
    const kinds = problems.map((one) => one.kind);
    assert.deepEqual(kinds.slice(0, 2), ['brokenLine', 'conflict']);
    const errors = problems.flatMap((one) => (one.kind === 'labelError' ? [one.row.text] : []));
    assert.deepEqual(errors, [rows[7]!.text]);
    assert.deepEqual(notes, ['tone: looking for mistakes needs two labels with at least 5 texts each.']);
  });

  it('works without a model, on texts alone', () => {
    const book = createBook(
      [row('drop it when the gateway is gone', 'a'), row('Drop it, when the gateway is gone!', 'b')],
      [],
    );
    const { problems, notes } = checkLabels(book, new Map());
    assert.deepEqual([problems.map((one) => one.kind), notes], [['nearDuplicate'], []]);
  });
});
