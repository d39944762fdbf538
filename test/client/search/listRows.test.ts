// The rows of the list, and the way through them by keyboard.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { moveInList, type Row, toRows } from '../../../client/webview/search/listRows.ts';
import type { Outcome } from '../../../client/webview/search/viewState.ts';
import { found } from './foundPassages.ts';

const passages = [
  found({ id: 'one', file: 'a.ts' }),
  found({ id: 'two', file: 'b.ts' }),
  found({ id: 'three', file: 'a.ts' }),
];
const outcome: Outcome = {
  kind: 'found',
  query: 'failure',
  response: { hits: passages, tiers: ['lexical'], problems: [] },
};

describe('rows of the list', () => {
  it('are groups with their passages, and places for screen readers', () => {
    assert.deepEqual(draw(rowsOf()), [
      'a.ts (2) 1.1/2',
      '  one 2.1/2',
      '  three 2.2/2',
      'b.ts (1) 1.2/2',
      '  two 2.1/1',
    ]);
  });

  it('of a folded group are its title alone', () => {
    const folded = [keyOf('a.ts')];
    assert.deepEqual(draw(rowsOf(folded)), ['a.ts (2) 1.1/2', 'b.ts (1) 1.2/2', '  two 2.1/1']);
  });

  it('begin with the answer where there is one', () => {
    const answer = {
      passage: passages[0]!,
      span: { start: 0, end: 5 },
      sentence: { start: 0, end: 32 },
      range: undefined,
      score: 0.9,
    };
    const answered: Outcome = {
      kind: 'answered',
      question: 'what?',
      response: { answer, none: undefined, read: passages, problem: undefined },
    };
    const rows = toRows({ outcome: answered, grouping: 'file', folded: [] }, 'Other');
    assert.equal(rows[0]?.kind, 'answer');
    assert.deepEqual(rows[0]?.place, { level: 1, position: 1, size: 3 });
    assert.equal(rows.length, 6);
  });
});

describe('keys in the list', () => {
  const rows = rowsOf();
  const walk = (keys: readonly string[], from?: string) =>
    keys.reduce((chosen: string | undefined, key) => {
      const move = moveInList(rows, chosen, key);
      return move?.kind === 'choose' ? move.key : chosen;
    }, from);

  it('walk over groups and passages and stop at the ends', () => {
    assert.equal(walk(['ArrowDown']), rows[0]?.key);
    assert.equal(walk(['ArrowDown', 'ArrowDown']), rows[1]?.key);
    assert.equal(walk(['End', 'ArrowDown']), rows.at(-1)?.key);
    assert.equal(walk(['End', 'Home']), rows[0]?.key);
    assert.equal(walk(['PageDown']), rows.at(-1)?.key);
  });

  it('lead out of the list at its top', () => {
    assert.deepEqual(moveInList(rows, rows[0]?.key, 'ArrowUp'), { kind: 'leave' });
  });

  it('fold and unfold groups and lead from a passage to its group', () => {
    const left = moveInList(rows, rows[0]?.key, 'ArrowLeft');
    assert.ok(left?.kind === 'fold' && left.isFolded);
    const folded = rowsOf([keyOf('a.ts')]);
    const right = moveInList(folded, folded[0]?.key, 'ArrowRight');
    assert.ok(right?.kind === 'fold' && !right.isFolded);
    assert.equal(walk(['ArrowRight'], rows[0]?.key), rows[1]?.key);
    assert.equal(walk(['ArrowLeft'], rows[2]?.key), rows[0]?.key);
  });

  it('mean nothing in an empty list, nor when they are letters', () => {
    assert.equal(moveInList([], undefined, 'ArrowDown'), undefined);
    assert.equal(moveInList(rows, rows[0]?.key, 'x'), undefined);
  });
});

function rowsOf(folded: readonly string[] = []): readonly Row[] {
  return toRows({ outcome, grouping: 'file', folded }, 'Other');
}

function keyOf(file: string): string {
  return `file:///harbour ${file}`;
}

function draw(rows: readonly Row[]): string[] {
  return rows.map((row) => {
    const { level, position, size } = row.place;
    const text =
      row.kind === 'group'
        ? `${row.title} (${row.count})`
        : row.kind === 'passage'
          ? `  ${row.passage.id}`
          : '!';
    return `${text} ${level}.${position}/${size}`;
  });
}
