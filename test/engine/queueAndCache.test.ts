import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createBatchBudget } from '../../server/src/engine/batchBudget.ts';
import { createPriorityQueue } from '../../server/src/engine/priorityQueue.ts';
import { createResultCache, resultKey } from '../../server/src/engine/resultCache.ts';

describe('the queue with two priorities', () => {
  it('runs one piece at a time, interactive ones first, equal ones in order', async () => {
    const queue = createPriorityQueue();
    const order: string[] = [];
    let running = 0;
    const work = (name: string) => async () => {
      assert.equal(++running, 1);
      order.push(name);
      await new Promise((resolve) => setTimeout(resolve, 1));
      running--;
    };
    await Promise.all([
      queue.run('background', work('b1')),
      queue.run('background', work('b2')),
      queue.run('interactive', work('i1')),
      queue.run('background', work('b3')),
      queue.run('interactive', work('i2')),
    ]);
    assert.deepEqual(order, ['b1', 'i1', 'i2', 'b2', 'b3']);
  });

  it('hands failures to their caller and goes on', async () => {
    const queue = createPriorityQueue();
    const failure = queue.run('background', () => Promise.reject(new Error('broken')));
    const success = queue.run('background', async () => 7);
    await assert.rejects(failure, /broken/);
    assert.equal(await success, 7);
    assert.equal(await queue.run('interactive', async () => 8), 8);
  });
});

describe('the budget of a batch', () => {
  const options = { targetMs: 40, smallest: 64, largest: 4096, first: 256 };

  it('follows the speed of the machine, per depth and within bounds', () => {
    const budget = createBatchBudget(options);
    assert.equal(budget.tokensPerBatch(6), 256);
    budget.record(6, 256, 128);
    assert.equal(budget.tokensPerBatch(6), 80);
    assert.equal(budget.tokensPerBatch(3), 256);
    for (let index = 0; index < 50; index++) budget.record(6, 256, 1);
    assert.equal(budget.tokensPerBatch(6), 4096);
    for (let index = 0; index < 100; index++) budget.record(6, 256, 10_000);
    assert.equal(budget.tokensPerBatch(6), 64);
  });

  it('learns nothing from tiny runs', () => {
    const budget = createBatchBudget(options);
    budget.record(6, 3, 900);
    assert.equal(budget.tokensPerBatch(6), 256);
  });
});

describe('the cache of results', () => {
  it('forgets what was not used for longest, within its budget of bytes', () => {
    const cache = createResultCache<Uint8Array>(3000, (value) => value.length);
    const entry = new Uint8Array(500);
    for (const key of ['a', 'b', 'c']) cache.set(key, entry);
    assert.equal(cache.get('a'), entry);
    cache.set('d', entry);
    assert.equal(cache.get('b'), undefined);
    assert.deepEqual(
      ['a', 'c', 'd'].map((key) => cache.get(key) === entry),
      [true, true, true],
    );
    cache.set('a', entry);
    assert.equal(cache.count, 3);
    cache.set('huge', new Uint8Array(5000));
    assert.equal(cache.count, 0);
  });

  it('tells questions apart whose parts run together', () => {
    const keys = [['ab', 'c'], ['a', 'bc'], ['abc', ''], ['', 'abc'], ['1:a'], ['a']].map(resultKey);
    assert.equal(new Set(keys).size, keys.length);
    assert.equal(resultKey(['a', 'b']), resultKey(['a', 'b']));
  });
});
