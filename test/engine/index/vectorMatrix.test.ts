import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { quantise, restoreVector } from '../../../server/src/engine/index/quantise.ts';
import { createCodeSplitter } from '../../../server/src/engine/index/splitCodes.ts';
import { createTopList } from '../../../server/src/engine/index/topList.ts';
import { createVectorMatrix } from '../../../server/src/engine/index/vectorMatrix.ts';
import { dotProduct } from '../../../server/src/engine/index/vectorTier.ts';
import { createRandom, pageOf, randomUnitVector } from './randomVectors.ts';

describe('quantised vectors', () => {
  it('come back to within a 65,000th of their largest number', () => {
    const component = fc.float({ noNaN: true, min: -2, max: 2 });
    fc.assert(
      fc.property(fc.array(component, { minLength: 1, maxLength: 40 }), (numbers) => {
        const vector = Float32Array.from(numbers);
        const largest = Math.max(...vector.map(Math.abs));
        const restored = restoreVector(quantise(vector));
        for (const [index, number] of vector.entries()) {
          assert.ok(
            Math.abs(number - restored[index]!) <= largest / 32_000 + 1e-30,
            `${number} became ${restored[index]}`,
          );
        }
      }),
    );
  });

  it('of zeros and of what is no number are zero', () => {
    assert.deepEqual(restoreVector(quantise(new Float32Array(3))), new Float32Array(3));
    assert.deepEqual(restoreVector(quantise(Float32Array.of(Number.NaN, 1))), new Float32Array(2));
  });
});

/** Every number moved by up to `most`. */
function nudged(vector: Float32Array, most: number, random: () => number): Float32Array {
  return vector.map((number) => number + most * (2 * random() - 1));
}

describe('the matrix of vectors', () => {
  it('multiplies exactly as a loop over the codes does, for lengths that fill no register', () => {
    const random = createRandom(7);
    for (const dimensions of [1, 20, 32, 33, 64, 256, 384]) {
      const vectors = Array.from({ length: 50 }, () => randomUnitVector(dimensions, random));
      const matrix = createVectorMatrix(dimensions);
      matrix.add(pageOf(1, 1, vectors));
      const query = randomUnitVector(dimensions, random);
      const found = matrix.nearest(query, 50, undefined);
      assert.equal(found.length, 50);
      for (const { id, score } of found) {
        const { codes, scale } = quantise(vectors[id - 1]!);
        const expected = dotProduct(
          query,
          Float32Array.from(codes, (code) => code * scale),
        );
        assert.ok(Math.abs(score - expected) < 1e-3, `${dimensions}: ${score}, not ${expected}`);
      }
    }
  });

  it('finds the exact nearest 20 among its best 60', () => {
    const random = createRandom(11);
    const dimensions = 256;
    const vectors = Array.from({ length: 5000 }, () => randomUnitVector(dimensions, random));
    const matrix = createVectorMatrix(dimensions);
    for (let start = 0; start < vectors.length; start += 1000) {
      matrix.add(pageOf(start + 1, start + 1, vectors.slice(start, start + 1000)));
    }
    let kept = 0;
    for (let round = 0; round < 10; round++) {
      const query = randomUnitVector(dimensions, random);
      const exact = vectors
        .map((vector, index) => ({ id: index + 1, score: dotProduct(query, vector) }))
        .sort((left, right) => right.score - left.score)
        .slice(0, 20);
      const found = new Set(matrix.nearest(query, 60, undefined).map(({ id }) => id));
      kept += exact.filter(({ id }) => found.has(id)).length;
    }
    assert.ok(kept / 200 >= 0.999, `${kept} of 200`);
  });

  it('gives what computing every code gives, where many lie close together and where one number towers', () => {
    const random = createRandom(23);
    const dimensions = 96;
    const middle = randomUnitVector(dimensions, random);
    const crowd = Array.from({ length: 3000 }, () => nudged(middle, 0.02, random));
    const towering = Array.from({ length: 3000 }, () => {
      const vector = nudged(randomUnitVector(dimensions, random), 0.3, random);
      vector[5] = 3;
      return vector;
    });
    for (const vectors of [crowd, towering]) {
      const matrix = createVectorMatrix(dimensions);
      matrix.add(pageOf(1, 1, vectors));
      const query = nudged(middle, 0.02, random);
      const expected = vectors
        .map((vector, index) => {
          const { codes, scale } = quantise(vector);
          return { id: index + 1, score: scale * dotProduct(query, Float32Array.from(codes)) };
        })
        .sort((left, right) => right.score - left.score);
      const found = matrix.nearest(query, 100, undefined);
      // The query is whole numbers as well, so neighbours that are nearly as near may change places.
      for (const [index, { score }] of found.entries())
        assert.ok(Math.abs(score - expected[index]!.score) < 1e-4, `${index}: ${score}`);
    }
  });

  it('gives only what is allowed, and the new vector of a known id', () => {
    const random = createRandom(3);
    const vectors = Array.from({ length: 10 }, () => randomUnitVector(32, random));
    const matrix = createVectorMatrix(32);
    matrix.add(pageOf(1, 1, vectors));
    assert.deepEqual(
      matrix
        .nearest(vectors[0]!, 5, Int32Array.of(4, 9, 99))
        .map(({ id }) => id)
        .sort(),
      [4, 9],
    );
    matrix.add(pageOf(2, 4, [vectors[0]!]));
    assert.equal(matrix.count, 10);
    assert.deepEqual(
      matrix
        .nearest(vectors[0]!, 2, undefined)
        .map(({ id }) => id)
        .sort(),
      [1, 4],
    );
  });
});

describe('codes in two halves', () => {
  it('come back as they were, whatever stands beside them', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -128, max: 127 }), { minLength: 1, maxLength: 70 }),
        (numbers) => {
          const codes = Int8Array.from(numbers);
          const { split, join } = createCodeSplitter(codes.length);
          const words = 4 * Math.ceil(codes.length / 32);
          const row = { upper: new Uint32Array(words + 9), lower: new Uint32Array(words + 9), at: 5 };
          split(codes, row);
          assert.deepEqual(join(row), codes);
          for (const plane of [row.upper, row.lower])
            assert.deepEqual([...plane.subarray(0, 5), ...plane.subarray(5 + words)], new Array(9).fill(0));
        },
      ),
    );
  });
});

describe('the list of the best', () => {
  it('is what sorting gives', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -50, max: 50 })),
        fc.integer({ min: 0, max: 12 }),
        (scores, size) => {
          const list = createTopList(size);
          for (const [id, score] of scores.entries()) list.offer(id, score);
          const expected = [...scores].sort((left, right) => right - left).slice(0, size);
          assert.deepEqual(
            list.take().map(({ score }) => score),
            expected,
          );
        },
      ),
    );
  });
});
