import assert from 'node:assert/strict';
import { once } from 'node:events';
import { BroadcastChannel } from 'node:worker_threads';
import { describe, it } from 'mocha';
import { neverCancelled } from '../../server/src/engine/cancellation.ts';
import { createIndexModel } from '../../server/src/engine/createIndexModel.ts';
import { createEngine } from '../../server/src/engine/engine.ts';
import { silentLogger } from '../../server/src/engine/log.ts';
import { openSessionThread } from '../../server/src/host/sessionThread.ts';
import { tinyModelFiles } from '../engine/tinyEngine.ts';
import { measureLiveBytes } from '../support/liveBytes.ts';

/** A vector of the tiny model that stayed for each text would make 10 MB. */
const allowedBytes = 1e6;

describe('reading an index', () => {
  // Resident memory, with the shipped model: test/bench/indexing.ts.
  it('holds no more after a hundred thousand passages than after twenty thousand, in both threads', async () => {
    const channel = new BroadcastChannel('bytes of the thread beside');
    let openedThreads = 0;
    const engine = await createEngine({
      files: tinyModelFiles,
      device: 'cpu',
      threads: 2,
      logger: silentLogger,
      now: () => performance.now(),
      lanes: {
        openThread() {
          openedThreads++;
          return openSessionThread(new URL('./measuredSessionWorker.ts', import.meta.url));
        },
        // The thread beside stays open until the end.
        schedule: () => () => {},
      },
    });
    const model = createIndexModel(async () => engine);
    const read = async (from: number, to: number) => {
      for (let start = from; start < to; start += 250) {
        const texts = Array.from({ length: 250 }, (_, offset) => `passage ${start + offset}`);
        await model.read(texts, neverCancelled);
      }
    };
    const measureBoth = async () => {
      const answer = once(channel as unknown as EventTarget, 'message');
      channel.postMessage('measure');
      const [{ data }] = (await answer) as [{ readonly data: number }];
      return { here: await measureLiveBytes(), beside: data };
    };
    await read(0, 20_000);
    const before = await measureBoth();
    await read(20_000, 100_000);
    const after = await measureBoth();
    channel.close();
    await engine.dispose();
    assert.equal(openedThreads, 1);
    for (const place of ['here', 'beside'] as const) {
      const grownBytes = after[place] - before[place];
      assert.ok(grownBytes < allowedBytes, `${place}, memory grew by ${(grownBytes / 1e6).toFixed(2)} MB`);
    }
  }).timeout(240_000);
});
