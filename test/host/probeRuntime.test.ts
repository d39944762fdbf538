// Which runtime is used when the native one is missing, crashes, says nothing or takes long, and that the WebAssembly
// build then answers as the native one does.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { neverCancelled } from '../../server/src/engine/cancellation.ts';
import type { LogLevel } from '../../server/src/engine/log.ts';
import { createEngineClient } from '../../server/src/host/engineClient.ts';
import { probeRuntime } from '../../server/src/host/probeRuntime.ts';
import { createTinyEngine, tinyModelFiles } from '../engine/tinyEngine.ts';

const probe = (name: string) => new URL(`./probes/${name}.ts`, import.meta.url);
const workerUrl = new URL('../../server/src/host/engineWorker.ts', import.meta.url);

describe('the native runtime', () => {
  it('is used where it passes its self-test', async () => {
    const { name, reason } = await probeRuntime(
      new URL('../../server/src/tryRuntime.ts', import.meta.url).href,
    );
    assert.equal(name, 'native', reason);
    assert.match(reason, /passed its self-test/);
  });

  it('EXPECTED FAILURE - is given up where it crashes, is missing, or says nothing, with the reason', async () => {
    const reasons: Record<string, RegExp> = {
      crash: /crashed with SIGSEGV/,
      missing: /cannot open shared object file/,
      silent: /exit code 3/,
    };
    for (const [file, expected] of Object.entries(reasons)) {
      const { name, reason } = await probeRuntime(probe(file).href);
      assert.equal(name, 'wasm', file);
      assert.match(reason, expected);
      assert.match(reason, /Reinstall Marginalia/);
    }
  });

  it('is trusted where trying it takes too long', async () => {
    assert.equal((await probeRuntime(probe('slow').href, 50)).name, 'native');
  });
});

describe('an engine without the native runtime', () => {
  const work = { priority: 'interactive' as const };

  it('answers the same from WebAssembly, says so, and warns', async () => {
    const logged: [LogLevel, string][] = [];
    const client = createEngineClient({
      workerUrl,
      probeUrl: probe('crash'),
      files: tinyModelFiles,
      device: 'auto',
      threads: 2,
      logger: { log: (level, message) => logged.push([level, message]) },
    });
    const native = await createTinyEngine();
    try {
      const { device, threads } = await client.modelInfo();
      assert.equal(device.name, 'wasm');
      assert.match(device.reason, /crashed with SIGSEGV/);
      assert.equal(threads, 1);
      assert.ok(logged.some(([level, message]) => level === 'warn' && message === device.reason));
      const texts = ['opens the gate', 'TODO close it again'];
      const found = await client.embed(texts, work, neverCancelled);
      const expected = await native.embed(texts, work, neverCancelled);
      found.forEach((vector, text) => {
        vector.forEach((value, at) => {
          assert.ok(Math.abs(value - expected[text]![at]!) < 1e-4);
        });
      });
    } finally {
      await client.dispose();
      await native.dispose();
    }
  });

  it('BAD CALL - an unknown device is named with the known ones', async () => {
    await assert.rejects(createTinyEngine({ device: 'abacus' }), /auto, cpu, wasm, coreml/);
  });
});
