// The order in which passages are asked about, on synthetic vectors whose groups and doubts are known.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  type Candidate,
  doubtOf,
  nextBest,
  type QueueOptions,
} from '../../../server/src/engine/labelling/nextBest.ts';

const options: QueueOptions = { several: false, labelNames: ['a', 'b'], seed: 7, seedCount: 0, count: 100 };

/** A unit vector near one of five axes; `turn` moves it a little. */
function vector(group: number, turn: number): Float32Array {
  const values = new Float32Array(6);
  values[group] = Math.cos(turn);
  values[5] = Math.sin(turn);
  return values;
}

const candidate = (group: number, turn: number, p: number, labels?: readonly string[]): Candidate => ({
  vector: vector(group, turn),
  probabilities: Float32Array.from([p, 1 - p]),
  labels,
});

const groupOf = (one: Candidate) => one.vector.subarray(0, 5).indexOf(Math.max(...one.vector.subarray(0, 5)));

describe('the next passage to label', () => {
  const groups = [0, 1, 2, 3, 4].flatMap((group) =>
    Array.from({ length: 20 }, (_, index) => candidate(group, 0.01 * index, 0.9)),
  );

  it('is one of each group before a second of any, while there is no seed of labels', () => {
    const queue = nextBest(groups, { ...options, seedCount: 10 });
    const first = queue.slice(0, 5).map((one) => groupOf(groups[one.index]!));
    assert.deepEqual([...first].sort(), [0, 1, 2, 3, 4]);
    assert.deepEqual(
      queue.slice(0, 12).map((one) => one.reason === 'seed'),
      [...Array(10).fill(true), false, false],
    );
  });

  it('begins with the groups that have no label', () => {
    const some = groups.map((one, index) =>
      index % 20 === 0 && index < 60 ? { ...one, labels: ['a'] } : one,
    );
    const queue = nextBest(some, { ...options, seedCount: 100 });
    assert.deepEqual(
      queue
        .slice(0, 2)
        .map((one) => groupOf(some[one.index]!))
        .sort(),
      [3, 4],
    );
  });

  it('is drawn by the seed alone: equal seeds ask equally, other seeds otherwise', () => {
    const order = (seed: number) =>
      nextBest(groups, { ...options, seed, seedCount: 20 }).map((one) => one.index);
    assert.deepEqual(order(1), order(1));
    assert.notDeepEqual(order(1), order(2));
  });

  it('is what the model doubts most, and not twice the same question in a row', () => {
    const doubts = [
      candidate(0, 0, 0.52),
      candidate(0, 0.01, 0.53),
      candidate(1, 0, 0.6),
      candidate(2, 0, 0.99),
      candidate(3, 0, 0.98),
    ];
    const queue = nextBest(doubts, options);
    const uncertain = queue.filter((one) => one.reason === 'uncertain').map((one) => one.index);
    assert.deepEqual(uncertain.slice(0, 2), [0, 2]);
  });

  it('is where the model contradicts what people said about its neighbours', () => {
    const all = [
      ...[0, 0.05, 0.1].map((turn) => candidate(0, turn, 0.9, ['b'])),
      ...[0, 0.05, 0.1].map((turn) => candidate(1, turn, 0.9, ['a'])),
      candidate(1, 0.02, 0.95),
      candidate(0, 0.02, 0.95),
      candidate(2, 0, 0.95),
    ];
    const queue = nextBest(all, options);
    assert.deepEqual(
      queue.filter((one) => one.reason === 'disagreement').map((one) => one.index),
      [7],
    );
    assert.ok(queue.findIndex((one) => one.index === 7) < 2);
  });

  it('never asks twice, never about what has labels, and ends', () => {
    const all = groups.map((one, index) => (index % 3 === 0 ? { ...one, labels: ['b'] } : one));
    const queue = nextBest(all, { ...options, seedCount: 40 });
    const asked = queue.map((one) => one.index);
    assert.equal(new Set(asked).size, asked.length);
    assert.deepEqual(
      [...asked].sort((left, right) => left - right),
      all.flatMap((one, index) => (one.labels ? [] : [index])),
    );
    assert.equal(nextBest(all, { ...options, count: 3 }).length, 3);
    assert.deepEqual(nextBest([], options), []);
  });

  it('needs neither vectors nor a model that knows the task', () => {
    const bare = Array.from({ length: 5 }, () => ({
      vector: new Float32Array(0),
      probabilities: new Float32Array(0),
      labels: undefined,
    }));
    assert.equal(nextBest(bare, { ...options, seedCount: 2 }).length, 5);
  });

  it('measures doubt by the margin, or by the entropy where several labels may hold', () => {
    const doubt = (several: boolean, ...p: number[]) =>
      Number(doubtOf({ probabilities: Float32Array.from(p) }, several).toFixed(3));
    assert.deepEqual([doubt(false, 0.5, 0.5), doubt(false, 0.7, 0.2, 0.1), doubt(false, 1, 0)], [1, 0.5, 0]);
    assert.deepEqual([doubt(true, 0.5, 0.5), doubt(true, 1, 0), doubt(true, 0.5, 0)], [1, 0, 0.5]);
  });
});
