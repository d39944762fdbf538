// The fast norm of all gradients beside the plain one.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createNormKernel } from '../../../server/src/engine/training/normKernel.ts';
import { gradientNorm } from '../../../server/src/engine/training/optimizer.ts';
import { createRandom } from '../../../server/src/engine/training/random.ts';

describe('the fast norm of gradients', () => {
  const norm = createNormKernel();

  // Longer ones first, so that what a block held before would be counted.
  for (const size of [40_001, 32_768, 16_387, 16_384, 7, 4, 3, 1]) {
    it(`of ${size} numbers is that of the plain loop, but for the order of the sums`, () => {
      const random = createRandom(5, `${size}`);
      const gradients = Float32Array.from({ length: size }, () => random.normal());
      const expected = gradientNorm(gradients);
      assert.ok(Math.abs(norm(gradients) / expected - 1) < 1e-12, `${norm(gradients)}, not ${expected}`);
    });
  }

  it('of small and great numbers loses none: squares are of 64 bits', () => {
    assert.equal(norm(Float32Array.of(0, 2 ** -100, 0)), 2 ** -100);
    assert.equal(norm(Float32Array.of(0, 0, 2 ** 100, 0, 0)), 2 ** 100);
  });

  it('is not finite where a number is not, and finite again afterwards', () => {
    for (const broken of [Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.ok(!Number.isFinite(norm(Float32Array.of(1, 2, broken, 4, 5))));
      assert.equal(norm(Float32Array.of(3, 4)), 5);
    }
    assert.equal(norm(new Float32Array(0)), 0);
  });
});
