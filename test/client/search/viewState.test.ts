// What the view knows after each event, and what it makes of a state that another version left behind.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { historySize, remember, stepHistory } from '../../../client/webview/search/queryHistory.ts';
import {
  firstState,
  nextState,
  restoreState,
  type ViewEvent,
} from '../../../client/webview/search/viewState.ts';
import { found } from './foundPassages.ts';

const response = { hits: [found()], tiers: ['lexical'], problems: [] };

describe('the state of the search view', () => {
  it('takes only the answer to the newest question', () => {
    const asked = after({ kind: 'asked', id: 1, asked: 'a' }, { kind: 'asked', id: 2, asked: 'ab' });
    assert.equal(nextState(asked, { kind: 'found', id: 1, response }), asked);
    assert.equal(nextState(asked, { kind: 'failed', id: 1, message: 'late' }), asked);
    const answered = nextState(asked, { kind: 'found', id: 2, response });
    assert.deepEqual(answered.outcome, { kind: 'found', query: 'ab', response });
    assert.equal(answered.waiting, undefined);
  });

  it('keeps what was typed for each mode and forgets results of the other', () => {
    const state = after(
      { kind: 'typed', text: 'retry' },
      { kind: 'asked', id: 1, asked: 'retry' },
      { kind: 'found', id: 1, response },
      { kind: 'mode', mode: 'ask' },
      { kind: 'typed', text: 'why?' },
    );
    assert.deepEqual(state.typed, { search: 'retry', ask: 'why?' });
    assert.equal(state.outcome.kind, 'nothing');
    assert.equal(nextState(state, { kind: 'mode', mode: 'ask' }), state);
  });

  it('remembers queries that led somewhere, newest first, each once', () => {
    const state = after(
      { kind: 'typed', text: 'one' },
      { kind: 'used' },
      { kind: 'typed', text: 'two' },
      { kind: 'used' },
      { kind: 'typed', text: ' one ' },
      { kind: 'used' },
    );
    assert.deepEqual(state.history, { search: ['one', 'two'], ask: [] });
    const long = Array.from({ length: 50 }, (_, index) => `q${index}`).reduce(
      remember,
      [] as readonly string[],
    );
    assert.equal(long.length, historySize);
    assert.equal(remember(long, '  '), long);
  });

  it('walks through the history and stops at its ends', () => {
    const history = ['new', 'old'];
    assert.equal(stepHistory(history, -1, 1), 0);
    assert.equal(stepHistory(history, 1, 1), 1);
    assert.equal(stepHistory(history, 0, -1), -1);
    assert.equal(stepHistory([], -1, 1), -1);
  });

  it('folds and unfolds groups and forgets folds when the grouping changes', () => {
    const folded = after({ kind: 'folded', keys: ['a', 'b'], isFolded: true });
    assert.deepEqual(nextState(folded, { kind: 'folded', keys: ['a'], isFolded: false }).folded, ['b']);
    assert.deepEqual(nextState(folded, { kind: 'grouping', grouping: 'label' }).folded, []);
  });

  it('comes back after a reload with what was typed and found', () => {
    const state = after(
      { kind: 'typed', text: 'retry' },
      { kind: 'used' },
      { kind: 'asked', id: 1, asked: 'retry' },
      { kind: 'found', id: 1, response },
    );
    const restored = restoreState(JSON.parse(JSON.stringify(state)));
    assert.deepEqual(restored.typed, state.typed);
    assert.deepEqual(restored.history, state.history);
    assert.equal(restored.outcome.kind, 'found');
  });

  it('is a fresh one whatever nonsense was kept', () => {
    fc.assert(
      fc.property(fc.anything(), (kept) => {
        const state = restoreState(kept);
        assert.equal(typeof state.typed.search, 'string');
        assert.ok(Array.isArray(state.history.ask));
      }),
    );
    assert.deepEqual(restoreState({ outcome: { kind: 'found' }, mode: 'dance' }), firstState);
  });
});

function after(...events: readonly ViewEvent[]) {
  return events.reduce(nextState, firstState);
}
