// How long a training would take, by the protocol alone.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  type EstimateTrainingResponse,
  estimateTrainingRequest,
  type TrainingDataResponse,
  trainingDataRequest,
} from '../../protocol/fineTuneRequests.ts';
import { plan, started, surroundings } from './support/fineTuneClient.ts';
import { untilReady, withLspClient } from './support/lspClient.ts';

describe('the time of a training', () => {
  it('measures before it says how long a training takes, and remembers it for a while', async () => {
    const around = surroundings();
    await withLspClient(around.options, async (client) => {
      await untilReady(client);
      const options = {
        epochs: 2,
        learningRate: 1e-4,
        freeze: 'none',
        keepTasks: true,
        shallowWeight: 0.25,
        layerDecay: 1,
      } as const;
      const ask = (epochs: number): Promise<EstimateTrainingResponse> =>
        client.connection.sendRequest(estimateTrainingRequest, {
          task: 'debt',
          options: { ...options, epochs },
        });
      const asked = ask(2);
      await client.until('the measuring run', () => around.training.runs.length === 1);
      const [run] = around.training.runs;
      run!.emit({ kind: 'planned', plan, notes: [] });
      run!.emit({ ...started, tokensPerEpoch: 300, tokensPerSecond: 100 });
      assert.deepEqual(run!.asked, ['cancel']);
      const rows = (around.store.lines.get('sample.jsonl') as unknown[]).length;
      assert.ok(rows > 0);
      const { seconds, tokensPerSecond } = await asked;
      assert.equal(tokensPerSecond, 100);
      // 10 tokens a text at 100 a second, two epochs.
      const data: TrainingDataResponse = await client.connection.sendRequest(trainingDataRequest, {});
      const texts = data.tasks.find(({ task }) => task === 'debt')!.trainingRows;
      assert.equal(seconds, Math.ceil((texts * 10 * 2) / 100));
      assert.equal((await ask(4)).seconds, Math.ceil((texts * 10 * 4) / 100));
      assert.equal(around.training.runs.length, 1, 'measured once');

      // Half an hour later the machine may be idle that was busy then.
      const kept = (await around.store.readRecord('speed')) as Record<string, { measuredAt: number }>;
      for (const speed of Object.values(kept)) speed.measuredAt -= 30 * 60_000;
      await around.store.writeRecord('speed', kept);
      const again = ask(2);
      await client.until('another measuring run', () => around.training.runs.length === 2);
      around.training.runs[1]!.emit({ kind: 'planned', plan, notes: [] });
      around.training.runs[1]!.emit({ ...started, tokensPerEpoch: 300, tokensPerSecond: 1000 });
      assert.equal((await again).tokensPerSecond, 1000);
    });
  });
});
