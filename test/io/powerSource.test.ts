import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createBatteryCheck, isDischarging } from '../../server/src/io/powerSource.ts';
import { makeFolder } from './temporaryFolder.ts';

describe('the source of power', () => {
  it('is the battery while it empties and nothing is plugged in', async () => {
    const battery = { 'BAT0/type': 'Battery\n', 'BAT0/status': 'Discharging\n' };
    const mains = { 'AC/type': 'Mains\n' };
    assert.equal(await isDischarging(makeFolder({ ...battery, ...mains, 'AC/online': '0\n' })), true);
    assert.equal(await isDischarging(makeFolder({ ...battery, ...mains, 'AC/online': '1\n' })), false);
    assert.equal(
      await isDischarging(makeFolder({ 'BAT0/type': 'Battery', 'BAT0/status': 'Charging' })),
      false,
    );
    assert.equal(await isDischarging(makeFolder({ ...battery, 'BAT0/scope': 'Device\n' })), false);
    assert.equal(await isDischarging(makeFolder({})), false);
  });

  it('is asked again after a while, and a system that does not tell is plugged in', async () => {
    let now = 0;
    const answers = [async () => true, async () => Promise.reject(new Error('no such program'))];
    const check = createBatteryCheck(
      () => now,
      () => answers.shift()!(),
    );
    assert.equal(await check(), true);
    now = 29_000;
    assert.equal(await check(), true);
    now = 30_000;
    assert.equal(await check(), false);
  });
});
