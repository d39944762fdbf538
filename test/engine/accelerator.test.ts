// When much work goes to an accelerator, and what happens when that is lost in the middle of it.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createBulkAccelerator } from '../../server/src/engine/accelerator.ts';
import { neverCancelled } from '../../server/src/engine/cancellation.ts';
import { createEngine } from '../../server/src/engine/engine.ts';
import type { LogLevel } from '../../server/src/engine/log.ts';
import { silentLogger } from '../../server/src/engine/log.ts';
import type { DeviceTrial } from '../../server/src/engine/model/devices.ts';
import { loadModel } from '../../server/src/engine/model/loadModel.ts';
import { createTinyEngine, tinyModelFiles } from './tinyEngine.ts';

const passed: DeviceTrial = {
  device: 'webgpu',
  passed: true,
  elapsedMs: 1,
  speedup: 4,
  reason: 'It is fast.',
};
const refused: DeviceTrial = { device: 'cuda', passed: false, elapsedMs: 1, reason: 'It is not there.' };
const background = { priority: 'background' as const };

describe('an accelerator for much work', () => {
  it('is tried once enough work has come by, and takes background work alone', async () => {
    let trials = 0;
    const model = await loadModel(tinyModelFiles, { threads: 1, maxSessions: 1 });
    const accelerator = createBulkAccelerator({
      model,
      logger: silentLogger,
      tryAccelerators: async () => {
        trials++;
        return [refused, passed];
      },
    });
    assert.equal(accelerator.takes({ ...background, count: 1999 }), false);
    assert.equal(trials, 0);
    assert.equal(accelerator.takes({ ...background, count: 1 }), false, 'nobody waits for the trial');
    assert.deepEqual(await accelerator.check(), [refused, passed]);
    assert.equal(trials, 1);
    assert.equal(accelerator.takes({ ...background, count: 1 }), true);
    assert.equal(accelerator.takes({ priority: 'interactive', count: 1 }), false);
    assert.equal(accelerator.model?.device.name, 'webgpu');
    accelerator.lose(new Error('device lost'));
    assert.equal(accelerator.takes({ ...background, count: 1 }), false);
    await accelerator.dispose();
    await model.dispose();
  });

  it('leaves the CPU to it where nothing passes or nothing can be tried', async () => {
    const model = await loadModel(tinyModelFiles, { threads: 1, maxSessions: 1 });
    for (const tryAccelerators of [
      undefined,
      async () => [refused],
      async () => Promise.reject(new Error('no process can be started')),
    ]) {
      const accelerator = createBulkAccelerator({ model, logger: silentLogger, tryAccelerators });
      await accelerator.check();
      assert.equal(accelerator.takes({ ...background, count: 5000 }), false);
    }
    await model.dispose();
  });

  it('EXPECTED FAILURE - one that fails at work is given up, and its texts are read on the CPU', async function () {
    this.timeout(20_000);
    const logged: [LogLevel, string][] = [];
    // It passes its trial and then cannot make a session: no platform has both of these.
    const device = process.platform === 'darwin' ? 'directml' : 'coreml';
    const engine = await createEngine({
      files: tinyModelFiles,
      device: 'auto',
      threads: 1,
      logger: { log: (level, message) => logged.push([level, message]) },
      now: () => performance.now(),
      tryAccelerators: async () => [{ ...passed, device }],
    });
    const plain = await createTinyEngine();
    try {
      await engine.checkDevices();
      const texts = ['opens the gate', 'closes it'];
      const found = await engine.embed(texts, background, neverCancelled);
      assert.deepEqual(found, await plain.embed(texts, background, neverCancelled));
      const warnings = logged.filter(([level]) => level === 'warn').map(([, message]) => message);
      assert.deepEqual(warnings, [`${device} stopped working; the CPU goes on.`]);
    } finally {
      await engine.dispose();
      await plain.dispose();
    }
  });
});
