// Accelerators that crash, hang, compute wrongly, are slower, or are not there: each costs a sentence and nothing else.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { neverCancelled } from '../../server/src/engine/cancellation.ts';
import type { LogLevel } from '../../server/src/engine/log.ts';
import { accelerators } from '../../server/src/engine/model/devices.ts';
import { createEngineClient } from '../../server/src/host/engineClient.ts';
import { tryAccelerators } from '../../server/src/host/tryAccelerators.ts';
import { tinyModelFiles } from '../engine/tinyEngine.ts';

const faulty = new URL('./probes/device.ts', import.meta.url).href;
const real = new URL('../../server/src/tryRuntime.ts', import.meta.url).href;
const workerUrl = new URL('../../server/src/host/engineWorker.ts', import.meta.url);
const names = accelerators.map(({ name }) => name);

describe('accelerators', function () {
  this.timeout(30_000);

  it('are tried in order until one is right and faster than the CPU, each with its time and a reason', async () => {
    const trials = await tryAccelerators(faulty, { names, threads: 3, platform: 'any', waitMs: 1500 });
    assert.deepEqual(
      trials.map(({ device, passed }) => [device, passed]),
      [
        ['coreml', false],
        ['directml', false],
        ['cuda', false],
        ['webgpu', true],
      ],
    );
    const reasons = [
      /crashed with SIGSEGV/,
      /no answer within 1\.5 s/,
      /computes 0\.5 where/,
      /3\.00 times as fast/,
    ];
    for (const [at, expected] of reasons.entries()) {
      assert.match(trials[at]!.reason, expected);
      assert.ok(trials[at]!.elapsedMs > 0);
    }
    assert.ok(trials[1]!.elapsedMs >= 1500);
  });

  it('are left alone where they are right and slow, unless the user chose one', async () => {
    const only = { names: ['webgpu' as const], threads: 1, platform: 'any' };
    const [slow] = await tryAccelerators(faulty, only);
    assert.equal(slow!.passed, false);
    assert.match(slow!.reason, /1\.00 times as fast as the CPU \(needs 1\.3\)/);
    const [chosen] = await tryAccelerators(faulty, { ...only, acceptsSlow: true });
    assert.equal(chosen!.passed, true);
  });

  it('of other platforms are not even tried', async () => {
    const trials = await tryAccelerators(faulty, { threads: 1, platform: 'linux', waitMs: 1500 });
    assert.deepEqual(
      trials.map(({ device }) => device),
      ['cuda', 'webgpu'],
    );
  });

  it('EXPECTED FAILURE - are not mistaken for the CPU where this build of the runtime lacks them', async () => {
    const missing = process.platform === 'darwin' ? 'directml' : 'coreml';
    const [trial] = await tryAccelerators(real, { names: [missing], threads: 1, platform: process.platform });
    assert.equal(trial!.passed, false);
    assert.match(trial!.reason, new RegExp(`this build has no ${missing}`));
  });
});

describe('an engine with a device of choice', function () {
  this.timeout(30_000);

  it('EXPECTED FAILURE - takes the CPU where that one does not work, warns, and says both', async () => {
    const logged: [LogLevel, string][] = [];
    const client = createEngineClient({
      workerUrl,
      probeUrl: new URL(real),
      files: tinyModelFiles,
      device: process.platform === 'darwin' ? 'directml' : 'coreml',
      threads: 1,
      logger: { log: (level, message) => logged.push([level, message]) },
    });
    try {
      const { device } = await client.modelInfo();
      assert.equal(device.name, 'cpu');
      assert.match(device.reason, /this build has no .* Instead: ONNX Runtime on the CPU/);
      assert.ok(logged.some(([level, message]) => level === 'warn' && message === device.reason));
      const vectors = await client.embed(['opens the gate'], { priority: 'interactive' }, neverCancelled);
      assert.equal(vectors.length, 1);
    } finally {
      await client.dispose();
    }
  });

  it('reports what was tried', async () => {
    const client = createEngineClient({
      workerUrl,
      probeUrl: new URL(real),
      files: tinyModelFiles,
      device: 'auto',
      threads: 1,
      logger: { log: () => {} },
    });
    try {
      const trials = await client.checkDevices();
      assert.ok(trials.length > 0);
      for (const { reason } of trials) assert.match(reason, /\.$/);
    } finally {
      await client.dispose();
    }
  });
});
