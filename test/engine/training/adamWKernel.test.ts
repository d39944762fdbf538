// The fast inner loop of AdamW beside the plain one, which computes in 64 bits between loading and storing.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createAdamWKernel } from '../../../server/src/engine/training/adamWKernel.ts';
import {
  applyAdamW,
  defaultOptimizer,
  type OptimizerArrays,
} from '../../../server/src/engine/training/optimizer.ts';
import type { Parameter } from '../../../server/src/engine/training/parameterLayout.ts';
import { createRandom } from '../../../server/src/engine/training/random.ts';

/** Stretches that end inside a register and inside a block, one longer than two blocks, and one that does not decay. */
const sizes = [3, 16_384, 5, 40_001, 1];
const size = sizes.reduce((sum, one) => sum + one, 0);

describe('the fast loop of AdamW', () => {
  it('moves every number of every stretch as the plain one does, for many steps', () => {
    const [fast, plain] = [start(), start()];
    const kernel = createAdamWKernel();
    for (let step = 1; step <= 20; step++) {
      const gradients = numbers(size, `gradients/${step}`, 0.01);
      fast.gradients.set(gradients);
      plain.gradients.set(gradients);
      const now = { step, learningRate: 0.002, gradientFactor: 0.7 };
      applyAdamW(layout(), fast, defaultOptimizer, now, kernel);
      applyAdamW(layout(), plain, defaultOptimizer, now);
    }
    assert.ok(greatestDifference(plain.weights, start().weights) > 0.01, 'the weights have moved');
    // Roundings of 6e-8 in weights up to 1 and in moments up to 0.01, twenty times and in both loops.
    assert.ok(greatestDifference(fast.weights, plain.weights) < 2.4e-6);
    assert.ok(greatestDifference(fast.moments.first, plain.moments.first) < 1e-8);
    assert.ok(greatestDifference(fast.moments.second, plain.moments.second) < 1e-11);
  });

  it('leaves the gradients and what lies beside a stretch as they are', () => {
    const arrays = start();
    arrays.gradients.set(numbers(size, 'gradients', 0.01));
    const kernel = createAdamWKernel();
    const by = {
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      gradientFactor: 1,
      keep: 1,
      step: 0.1,
      rootFactor: 1,
    };
    kernel(arrays, 7, 16_399, by);
    const before = start().weights;
    assert.deepEqual(arrays.gradients, numbers(size, 'gradients', 0.01));
    assert.deepEqual(arrays.weights.subarray(0, 7), before.subarray(0, 7));
    assert.deepEqual(arrays.weights.subarray(16_399), before.subarray(16_399));
    assert.notEqual(arrays.weights[7], before[7]);
    assert.notEqual(arrays.weights[16_398], before[16_398]);
  });

  it('hands on what is no number', () => {
    const arrays = start();
    arrays.gradients[1] = Number.NaN;
    applyAdamW(
      layout(),
      arrays,
      defaultOptimizer,
      { step: 1, learningRate: 1, gradientFactor: 1 },
      createAdamWKernel(),
    );
    assert.ok(Number.isNaN(arrays.weights[1]));
    assert.ok(Number.isFinite(arrays.weights[0]) && Number.isFinite(arrays.weights[2]));
  });
});

function start(): OptimizerArrays {
  const zeros = () => new Float32Array(size);
  return {
    weights: numbers(size, 'weights', 1),
    gradients: zeros(),
    moments: { first: zeros(), second: zeros() },
  };
}

function layout() {
  let offset = 0;
  const parameters = sizes.map((one, index): Parameter => {
    const shape = [one];
    offset += one;
    return { name: `${index}`, shape, offset: offset - one, size: one, part: 'encoder', decays: index > 0 };
  });
  return { parameters, inputs: [], size };
}

function numbers(count: number, purpose: string, scale: number): Float32Array {
  const random = createRandom(5, purpose);
  return Float32Array.from({ length: count }, () => scale * (2 * random.uniform() - 1));
}

function greatestDifference(some: ArrayLike<number>, others: ArrayLike<number>): number {
  let greatest = 0;
  for (let index = 0; index < some.length; index++) {
    const difference = Math.abs(some[index]! - others[index]!);
    if (!(difference <= greatest)) greatest = difference;
  }
  return greatest;
}
