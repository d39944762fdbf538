import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { firstSentence } from '../../../server/src/engine/index/firstSentence.ts';
import { fuseRanks } from '../../../server/src/engine/index/fuseRanks.ts';

function ids(lexical: readonly [number, number][], vector: readonly [number, number][]): readonly number[] {
  const toScores = (pairs: readonly [number, number][]) => pairs.map(([id, score]) => ({ id, score }));
  return fuseRanks({ lexical: toScores(lexical), vector: toScores(vector) }).map(({ id }) => id);
}

describe('the order of both tiers together', () => {
  it('is that of one where the other found nothing', () => {
    assert.deepEqual(
      ids(
        [
          [7, 3],
          [2, 1],
        ],
        [],
      ),
      [7, 2],
    );
    assert.deepEqual(
      ids(
        [],
        [
          [5, 0.9],
          [4, 0.8],
          [1, 0.1],
        ],
      ),
      [5, 4, 1],
    );
    assert.deepEqual(ids([], []), []);
  });

  it('puts first what both found, and what one is much surer of', () => {
    assert.deepEqual(
      ids(
        [
          [1, 10],
          [2, 9.5],
        ],
        [
          [2, 0.8],
          [3, 0.7],
        ],
      )[0],
      2,
    );
    assert.deepEqual(
      ids(
        [
          [1, 10],
          [2, 2],
        ],
        [
          [2, 0.8],
          [1, 0.75],
          [3, 0.1],
        ],
      )[0],
      1,
    );
  });

  it('says the place in each tier, from one', () => {
    const [first, second] = fuseRanks({
      lexical: [{ id: 1, score: 2 }],
      vector: [
        { id: 9, score: 0.5 },
        { id: 1, score: 0.4 },
      ],
    });
    assert.deepEqual([first?.id, first?.lexicalRank, first?.vectorRank], [1, 1, 2]);
    assert.deepEqual([second?.id, second?.lexicalRank, second?.vectorRank], [9, undefined, 1]);
  });

  it('bears scores of zero', () => {
    assert.deepEqual(
      ids(
        [
          [1, 0],
          [2, 0],
        ],
        [[3, 0.2]],
      ),
      [1, 2, 3],
    );
  });
});

describe('the first sentence', () => {
  it('is what a docstring begins with', () => {
    assert.equal(firstSentence('Return the mean. Raises an error.\n\n@param data'), 'Return the mean.');
    assert.equal(firstSentence('Title\nMore of it'), 'Title');
    assert.equal(firstSentence('no end at all'), 'no end at all');
    assert.equal(firstSentence('x'.repeat(900)).length, 300);
  });
});
