// A training state as a file: what is written is read again, and nothing that was damaged is believed.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { readState, writeState } from '../../../server/src/engine/training/stateFile.ts';
import { createState } from '../../../server/src/engine/training/trainingState.ts';

describe('the file of a training state', () => {
  const state = createState('abc', Float32Array.of(1, -2.5, 3e-20));
  state.step = 7;
  state.firstMoment.set([4, 5, 6]);
  state.kept.weights.set([9, 8, 7]);
  state.history.push({ epoch: 1, step: 7, trainingLoss: 0.5, validation: undefined });
  const bytes = Buffer.concat(writeState(state));

  it('gives the state again, to the bit', () => {
    const { history, ...rest } = readState(bytes);
    const { history: expectedHistory, ...expected } = state;
    assert.deepEqual(rest, expected);
    // JSON has no undefined.
    assert.deepEqual(history, JSON.parse(JSON.stringify(expectedHistory)));
  });

  it('BAD INPUT - is refused when it is cut off or a bit has changed', () => {
    for (const length of [0, 5, 40, bytes.length - 1]) {
      assert.throws(() => readState(bytes.subarray(0, length)), /cannot be used: /);
    }
    for (let index = 8; index < bytes.length; index += 13) {
      const changed = Buffer.from(bytes);
      changed[index]! ^= 4;
      assert.throws(() => readState(changed), /it was cut off or changed\. Remove the run's folder/);
    }
  });
});
