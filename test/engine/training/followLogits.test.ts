// A head follows vectors that have moved: on texts that it never saw it answers as before.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { answersOf, followLogits } from '../../../server/src/engine/training/followLogits.ts';
import { createRandom } from '../../../server/src/engine/training/random.ts';

const hiddenSize = 6;
const labelCount = 3;

describe('a head that follows', () => {
  const random = createRandom(5, 'follow');
  const head = {
    weight: Float32Array.from({ length: labelCount * hiddenSize }, () => random.normal()),
    bias: Float32Array.from({ length: labelCount }, () => random.normal()),
  };
  const draw = (texts: number) =>
    Float32Array.from({ length: texts * hiddenSize }, () => 2 + random.normal());
  /** What a training does to vectors: an axis shrinks, one leaks into its neighbour, all are shifted. */
  const move = (vectors: Float32Array) =>
    vectors.map((value, at) => {
      const axis = at % hiddenSize;
      if (axis === 0) return 0.8 * value + 0.3;
      return axis === 1 ? value + 0.2 * vectors[at - 1]! : value + 0.3;
    });
  const told = draw(200);
  const unseen = draw(100);
  const weights = new Float32Array(200).fill(0.5);

  it('gives the logits of before, nearly, also for texts that it was not fitted to', () => {
    const mended = followLogits({ vectors: move(told), logits: answersOf(head, told), weights, head });
    const before = answersOf(head, unseen);
    const left = distance(answersOf(head, move(unseen)), before);
    const now = distance(answersOf(mended, move(unseen)), before);
    assert.ok(now < 0.15 * left, `${now} of ${left} is left`);
  });

  it('stays as it is where nothing has moved', () => {
    const same = followLogits({ vectors: told, logits: answersOf(head, told), weights, head });
    same.weight.forEach((value, at) => {
      assert.ok(Math.abs(value - head.weight[at]!) < 1e-4);
    });
  });
});

function distance(one: Float32Array, other: Float32Array): number {
  return Math.sqrt(one.reduce((sum, value, at) => sum + (value - other[at]!) ** 2, 0) / one.length);
}
