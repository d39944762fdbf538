import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { EngineError } from '../../../server/src/engine/errors.ts';
import { packBatch } from '../../../server/src/engine/tokens/packBatch.ts';
import { planBatches, tokensPerRun } from '../../../server/src/engine/tokens/planBatches.ts';
import type { EncodedText } from '../../../server/src/engine/tokens/tokenBatch.ts';
import { fitPair } from '../../../server/src/engine/tokens/truncation.ts';

function encoded(ids: readonly number[], typeIds: readonly number[]): EncodedText {
  const places = new Int32Array(ids.length);
  return { ids: Int32Array.from(ids), typeIds: Uint8Array.from(typeIds), starts: places, ends: places };
}

describe('packBatch', () => {
  const texts = [encoded([2, 7, 3], [0, 0, 0]), encoded([2, 8, 3, 9, 3], [0, 0, 0, 1, 1])];

  it('pads to the longest text, on the right, and masks the padding', () => {
    assert.deepEqual(packBatch(texts, { padId: 99, multipleOf: 1 }), {
      batchSize: 2,
      tokensPerRow: 5,
      inputIds: BigInt64Array.from([2n, 7n, 3n, 99n, 99n, 2n, 8n, 3n, 9n, 3n]),
      attentionMask: BigInt64Array.from([1n, 1n, 1n, 0n, 0n, 1n, 1n, 1n, 1n, 1n]),
      tokenTypeIds: BigInt64Array.from([0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 1n, 1n]),
    });
  });

  it('rounds the width up to a multiple', () => {
    const batch = packBatch(texts, { padId: 0, multipleOf: 8 });
    assert.equal(batch.tokensPerRow, 8);
    assert.equal(batch.inputIds.length, 16);
    assert.deepEqual([...batch.attentionMask.subarray(8)], [1n, 1n, 1n, 1n, 1n, 0n, 0n, 0n]);
  });

  it('BAD CALL - no texts, or a multiple that is no count', () => {
    assert.throws(() => packBatch([], { padId: 0, multipleOf: 1 }), EngineError);
    assert.throws(() => packBatch(texts, { padId: 0, multipleOf: 0 }), EngineError);
  });
});

describe('planBatches', () => {
  it('groups texts of equal length and keeps to the budget', () => {
    assert.deepEqual(planBatches([5, 1, 5], { maxTokensPerBatch: 10, maxRows: 8 }), [[1], [0, 2]]);
    assert.deepEqual(planBatches([], { maxTokensPerBatch: 10, maxRows: 8 }), []);
    assert.deepEqual(planBatches([100], { maxTokensPerBatch: 10, maxRows: 8 }), [[0]]);
  });

  it('takes every index once and keeps to both limits', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 600 }), { maxLength: 300 }),
        fc.integer({ min: 1, max: 4000 }),
        fc.integer({ min: 1, max: 64 }),
        (lengths, maxTokensPerBatch, maxRows) => {
          const batches = planBatches(lengths, { maxTokensPerBatch, maxRows });
          assert.deepEqual(
            batches.flat().sort((a, b) => a - b),
            lengths.map((_, index) => index),
          );
          for (const batch of batches) {
            const width = Math.max(...batch.map((index) => lengths[index]!));
            assert.ok(batch.length <= maxRows);
            assert.ok(batch.length === 1 || batch.length * width <= maxTokensPerBatch);
          }
        },
      ),
    );
  });

  it('costs no more than any other cut of the sorted texts', () => {
    const limits = { maxTokensPerBatch: 60, maxRows: 4 };
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 9 }),
        fc.nat(),
        (lengths, cut) => {
          const sorted = [...lengths].sort((a, b) => a - b);
          // Bit i of `cut` ends a batch behind text i.
          const other: number[][] = [[]];
          sorted.forEach((length, index) => {
            other.at(-1)!.push(length);
            if ((cut >> index) & 1) other.push([]);
          });
          const isAllowed = other.every(
            (batch) =>
              batch.length <= 1 ||
              (batch.length <= limits.maxRows && batch.length * batch.at(-1)! <= limits.maxTokensPerBatch),
          );
          fc.pre(isAllowed);
          const batches = planBatches(lengths, limits).map((batch) => batch.map((index) => lengths[index]!));
          assert.ok(costOf(batches) <= costOf(other.filter((batch) => batch.length > 0)));
        },
      ),
    );
  });

  it('pads nothing where every length is frequent', () => {
    const lengths = Array.from({ length: 300 }, (_, index) => 5 + (index % 10));
    for (const batch of planBatches(lengths, { maxTokensPerBatch: 512, maxRows: 128 })) {
      assert.equal(new Set(batch.map((index) => lengths[index])).size, 1);
    }
  });

  it('BAD CALL - limits below one', () => {
    assert.throws(() => planBatches([1], { maxTokensPerBatch: 0, maxRows: 1 }), EngineError);
    assert.throws(() => planBatches([1], { maxTokensPerBatch: 1, maxRows: Number.NaN }), EngineError);
  });
});

describe('fitPair', () => {
  it('cuts the longer text first, then both to half', () => {
    assert.deepEqual(fitPair(3, 4, 10), [3, 4]);
    assert.deepEqual(fitPair(8, 2, 6), [4, 2]);
    assert.deepEqual(fitPair(2, 8, 6), [2, 4]);
    assert.deepEqual(fitPair(8, 9, 7), [3, 4]);
    assert.deepEqual(fitPair(9, 8, 7), [4, 3]);
    assert.deepEqual(fitPair(9, 9, 0), [0, 0]);
  });

  it('fills the room exactly and never asks for more than there is', () => {
    const count = fc.integer({ min: 0, max: 40 });
    fc.assert(
      fc.property(count, count, count, (first, second, room) => {
        const [a, b] = fitPair(first, second, room);
        assert.ok(a >= 0 && a <= first && b >= 0 && b <= second);
        assert.equal(a + b, Math.min(first + second, room));
      }),
    );
  });
});

/** Tokens with padding, and what each run costs beside them. */
function costOf(batches: readonly (readonly number[])[]): number {
  return batches.reduce((sum, batch) => sum + tokensPerRun + batch.length * Math.max(...batch), 0);
}
