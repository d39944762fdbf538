// When a server that died is started again.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createRestartPolicy, restartDelaysMs, restartWindowMs } from '../../client/src/restartPolicy.ts';

describe('restarts', () => {
  it('wait longer after each death, then stop', () => {
    const policy = createRestartPolicy();
    const delays = restartDelaysMs.map((_, index) => policy.nextDelayMs(index * 1000));
    assert.deepEqual(delays, [100, 1_000, 4_000, 15_000]);
    assert.equal(policy.nextDelayMs(10_000), undefined);
  });

  it('forget deaths that are long ago', () => {
    const policy = createRestartPolicy();
    for (let hour = 0; hour < 10; hour++) assert.equal(policy.nextDelayMs(hour * 3_600_000), 100);
    const last = 9 * 3_600_000;
    assert.equal(policy.nextDelayMs(last + restartWindowMs - 1), 1_000);
    assert.equal(policy.nextDelayMs(last + restartWindowMs), 1_000, 'the first is forgotten, the second not');
  });

  it('begin anew when the user asks for a restart', () => {
    const policy = createRestartPolicy();
    for (let death = 0; death < 5; death++) policy.nextDelayMs(death);
    policy.reset();
    assert.equal(policy.nextDelayMs(10), 100);
  });
});
