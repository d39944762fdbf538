// A pause is never lost and never hidden: not when it comes before the training is ready, not when it is asked for twice.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createTrainingControl } from '../../server/src/host/trainingControl.ts';

describe('the control of a training', () => {
  it('tells of a pause that came before anybody listened', () => {
    const control = createTrainingControl();
    control.pause(true);
    const told: boolean[] = [];
    control.tell((isPaused) => told.push(isPaused));
    assert.deepEqual(told, [true]);
    control.pause(true);
    control.pause(false);
    assert.deepEqual(told, [true, true, false]);
  });

  it('holds a step back until it goes on, or ends', async () => {
    for (const goOn of ['resume', 'cancel'] as const) {
      const control = createTrainingControl();
      await control.whenRunning();
      control.pause(true);
      let hasGoneOn = false;
      const waiting = control.whenRunning().then(() => {
        hasGoneOn = true;
      });
      await Promise.resolve();
      assert.equal(hasGoneOn, false);
      if (goOn === 'resume') control.pause(false);
      else control.cancel();
      await waiting;
      assert.equal(control.isCancelled, goOn === 'cancel');
    }
  });
});
