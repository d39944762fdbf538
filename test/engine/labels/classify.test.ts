// Logits to calibrated labels: exact expectations for temperature, thresholds and order.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { classify } from '../../../server/src/engine/labels/classify.ts';
import type { ClassificationTask } from '../../../server/src/engine/labels/task.ts';

const ln = Math.log;

describe('classify with one label', () => {
  it('divides by the temperature of the depth before softmax', () => {
    const task = taskOf('singleLabel', [0, 0], { default: 1, '3': 2 });
    const logits = Float32Array.of(ln(9), 0);
    assertClose(classify(task, logits, 6)[0]!.probabilities, [0.9, 0.1]);
    assertClose(classify(task, logits, 3)[0]!.probabilities, [0.75, 0.25]);
  });

  it('predicts the greatest probability above its threshold', () => {
    const logits = Float32Array.of(ln(6), ln(3), ln(1));
    assert.deepEqual(classify(taskOf('singleLabel', [0, 0, 0]), logits, 6)[0]!.predicted, ['l0']);
    assert.deepEqual(classify(taskOf('singleLabel', [0.4, 0, 0]), logits, 6)[0]!.predicted, ['l1']);
    assert.deepEqual(classify(taskOf('singleLabel', [0, 0, -0.9]), logits, 6)[0]!.predicted, ['l2']);
  });

  it('predicts the first of equals, and exactly one', () => {
    assert.deepEqual(classify(taskOf('singleLabel', [0, 0, 0]), new Float32Array(3), 6)[0]!.predicted, [
      'l0',
    ]);
  });

  it('takes one row per text', () => {
    const scores = classify(taskOf('singleLabel', [0, 0]), Float32Array.of(1, 0, 0, 1, 2, 3), 6);
    assert.deepEqual(
      scores.map((one) => one.predicted),
      [['l0'], ['l1'], ['l1']],
    );
    assert.equal(scores[0]!.task, 'mood');
    assert.deepEqual(classify(taskOf('singleLabel', [0, 0]), new Float32Array(0), 6), []);
    assert.throws(() => classify(taskOf('singleLabel', [0, 0]), new Float32Array(3), 6), RangeError);
  });

  it('gives probabilities that sum to one for any logits, however large', () => {
    const logit = fc.float({ min: Math.fround(-3e38), max: Math.fround(3e38), noNaN: true });
    fc.assert(
      fc.property(fc.array(logit, { minLength: 3, maxLength: 3 }), (logits) => {
        const [scores] = classify(taskOf('singleLabel', [0, 0, 0]), Float32Array.from(logits), 6);
        const sum = scores!.probabilities.reduce((total, probability) => total + probability, 0);
        assert.ok(Math.abs(sum - 1) < 1e-6);
        assert.equal(scores!.predicted.length, 1);
      }),
    );
  });
});

describe('classify with several labels', () => {
  it('divides by the temperature before sigmoid', () => {
    const task = taskOf('multiLabel', [0.5, 0.5], { default: 2 });
    assertClose(classify(task, Float32Array.of(2 * ln(4), -2 * ln(4)), 6)[0]!.probabilities, [0.8, 0.2]);
  });

  it('predicts every label at or above its threshold, most probable first', () => {
    const task = taskOf('multiLabel', [0.5, 0.7, 0.5, 0.1]);
    const logits = Float32Array.of(0, ln(2), ln(4), -ln(4));
    assert.deepEqual(classify(task, logits, 6)[0]!.predicted, ['l2', 'l0', 'l3']);
  });

  it('predicts nothing where nothing is probable enough', () => {
    assert.deepEqual(
      classify(taskOf('multiLabel', [0.5, 0.5]), Float32Array.of(-3, -4), 6)[0]!.predicted,
      [],
    );
  });

  it('keeps probabilities between 0 and 1 for enormous logits', () => {
    const [scores] = classify(taskOf('multiLabel', [0.5, 0.5]), Float32Array.of(3e38, -3e38), 6);
    assert.deepEqual([...scores!.probabilities], [1, 0]);
  });
});

function taskOf(
  kind: ClassificationTask['kind'],
  thresholds: readonly number[],
  temperatures: ClassificationTask['temperatures'] = { default: 1 },
): ClassificationTask {
  const labels = thresholds.map((threshold, index) => ({
    name: `l${index}`,
    title: { en: '' },
    description: { en: '' },
    threshold,
  }));
  return { name: 'mood', kind, description: { en: '' }, pooling: 'mean', temperatures, labels };
}

function assertClose(actual: Float32Array, expected: readonly number[]): void {
  assert.equal(actual.length, expected.length);
  expected.forEach((value, index) => {
    assert.ok(Math.abs(actual[index]! - value) < 1e-6, `${actual} is not ${expected}`);
  });
}
