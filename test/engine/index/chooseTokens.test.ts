import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { chooseTokens, searchChosen } from '../../../server/src/engine/index/chooseTokens.ts';

const limits = { frequentShare: 0.1, frequentCount: 20, costlyCount: 300 };

function check(counts: Record<string, number>, any: string, all = ''): void {
  const counted = Object.entries(counts).map(([token, count]) => ({ token, count }));
  const chosen = chooseTokens(counted, 1000, limits);
  assert.deepEqual([chosen.any.join(' '), chosen.all.join(' ')], [any, all]);
}

describe('the tokens worth asking for', () => {
  it('are all of them, the rarest first, where none is frequent', () => {
    check({ b: 50, a: 3, c: 100 }, 'a b c');
    check({}, '');
  });

  it('leave out what is frequent, but for one beside a single other', () => {
    check({ a: 3, b: 50, c: 101 }, 'a b');
    check({ a: 3, c: 250, d: 260 }, 'a c');
    check({ c: 900 }, 'c');
  });

  it('are wanted together where the second would take too long alone', () => {
    check({ a: 3, c: 301 }, 'a', 'a c');
    check({ c: 400, d: 500, e: 600 }, 'c', 'c d');
  });

  it('give texts with all of them first, and others where these are too few', async () => {
    const found = new Map([
      ['true', [{ id: 2 }, { id: 5 }]],
      ['false', [{ id: 1 }, { id: 5 }, { id: 7 }]],
    ]);
    const asked: string[] = [];
    const search = async (tokens: readonly string[], isAll: boolean) => {
      asked.push(tokens.join(' '));
      return found.get(String(isAll))!;
    };
    const chosen = { any: ['a'], all: ['a', 'c'] };
    assert.deepEqual(await searchChosen(chosen, 3, search), [{ id: 2 }, { id: 5 }, { id: 1 }]);
    assert.deepEqual(await searchChosen(chosen, 2, search), [{ id: 2 }, { id: 5 }]);
    assert.deepEqual(asked, ['a c', 'a', 'a c']);
  });
});
