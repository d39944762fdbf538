import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { neverCancelled } from '../../server/src/engine/cancellation.ts';
import { createIndexModel } from '../../server/src/engine/createIndexModel.ts';
import { silentLogger } from '../../server/src/engine/log.ts';
import { createEngineClient } from '../../server/src/host/engineClient.ts';
import { tinyModelFiles } from '../engine/tinyEngine.ts';

/** A batch whose tensors stayed would add more than a kilobyte for each of its texts. */
const allowedBytes = 16e6;

describe('reading an index', () => {
  // The same with 100,000 passages and the shipped model: test/bench/indexing.ts.
  it('holds no more memory after forty-eight thousand passages than after thirty-two thousand', async () => {
    const engine = createEngineClient({
      workerUrl: new URL('../../server/src/host/engineWorker.ts', import.meta.url),
      files: tinyModelFiles,
      device: 'cpu',
      threads: 2,
      logger: silentLogger,
    });
    const model = createIndexModel(async () => engine);
    const read = async (from: number, to: number) => {
      for (let start = from; start < to; start += 256) {
        const texts = Array.from({ length: 256 }, (_, offset) => `passage ${start + offset}`);
        await model.read(texts, neverCancelled);
      }
    };
    // Until here caches and heaps fill.
    await read(0, 32_000);
    const beforeBytes = smallestResident();
    await read(32_000, 48_000);
    const grownBytes = smallestResident() - beforeBytes;
    assert.ok(grownBytes < allowedBytes, `resident memory grew by ${(grownBytes / 1e6).toFixed(1)} MB`);
    await engine.dispose();
  }).timeout(180_000);
});

/** After garbage is collected, where that can be asked for. */
function smallestResident(): number {
  globalThis.gc?.();
  return process.memoryUsage().rss;
}
