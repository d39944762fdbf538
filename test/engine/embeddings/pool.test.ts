// Pooled vectors to embeddings: unit length, Matryoshka prefixes, and the edges.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { pool } from '../../../server/src/engine/embeddings/pool.ts';
import { EngineError } from '../../../server/src/engine/errors.ts';

describe('pool', () => {
  it('gives each row its own vector of unit length', () => {
    const vectors = pool({ shape: [2, 2], data: Float32Array.of(3, 4, 0, -2) }, 2);
    assert.deepEqual(vectors, [Float32Array.of(0.6, 0.8), Float32Array.of(0, -1)]);
  });

  it('cuts a prefix and normalises it again', () => {
    const [vector] = pool({ shape: [1, 3], data: Float32Array.of(3, 4, 12) }, 2);
    assert.deepEqual(vector, Float32Array.of(0.6, 0.8));
  });

  it('leaves zeros as they are', () => {
    assert.deepEqual(pool({ shape: [1, 2], data: new Float32Array(2) }, 2), [new Float32Array(2)]);
  });

  it('keeps direction and unit length for any vector', () => {
    const number = fc.float({ min: -1000, max: 1000, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(number, { minLength: 8, maxLength: 8 }),
        fc.integer({ min: 1, max: 8 }),
        (row, size) => {
          fc.pre(row.slice(0, size).some((value) => Math.abs(value) > 1e-3));
          const [vector] = pool({ shape: [1, 8], data: Float32Array.from(row) }, size);
          assert.equal(vector!.length, size);
          assert.ok(Math.abs(Math.hypot(...vector!) - 1) < 1e-6);
          const length = Math.hypot(...row.slice(0, size));
          vector!.forEach((value, index) => {
            assert.ok(Math.abs(value * length - row[index]!) <= 1e-6 * length);
          });
        },
      ),
    );
  });

  it('does not share memory with the encoder', () => {
    const data = Float32Array.of(1, 0);
    const [vector] = pool({ shape: [1, 2], data }, 2);
    data[0] = 5;
    assert.equal(vector![0], 1);
  });

  it('refuses lengths that the model does not have', () => {
    for (const dimensions of [0, 3, 1.5, -1, Number.NaN]) {
      assert.throws(
        () => pool({ shape: [1, 2], data: new Float32Array(2) }, dimensions),
        (error) => error instanceof EngineError && error.code === 'invalidArgument',
      );
    }
  });
});
