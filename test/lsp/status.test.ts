// What the client hears about the server's state, and how often.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createFakeEngine } from './support/fakeEngine.ts';
import { untilReady, withLspClient } from './support/lspClient.ts';

const uri = 'file:///project/a.ts';

describe('marginalia/status', () => {
  it('names model, parameters, device and why, once the model is ready', () =>
    withLspClient({}, async (client) => {
      await untilReady(client);
      assert.deepEqual(client.statuses.at(-1)?.status, {
        state: 'ready',
        queue: { documents: 0, passages: 0 },
        model: { name: 'fake_model', version: '1.2.3', parameters: 312 },
        device: { name: 'cpu', reason: 'the only provider of this test', threads: 2 },
      });
    }));

  it('begins with loading', () =>
    withLspClient({}, async (client) => {
      await untilReady(client);
      assert.equal(client.statuses[0]?.status.state, 'loading');
    }));

  it('counts what waits, comes at most twice a second, and ends with the newest state', () => {
    const opens: (() => void)[] = [];
    const gate = () => new Promise<void>((resolve) => void opens.push(resolve));
    return withLspClient({ engineFactory: () => createFakeEngine({ gate }) }, async (client) => {
      await untilReady(client);
      client.open(uri, Array.from({ length: 40 }, (_, index) => `// ${index}\n`).join('\n'));
      const pull = client.pull(uri);
      await client.until('work', () => client.statuses.at(-1)?.status.state === 'working');
      assert.deepEqual(client.statuses.at(-1)?.status.queue, { documents: 1, passages: 40 });
      opens.shift()!();
      await client.until('less work', () => client.statuses.at(-1)?.status.queue.passages === 8);
      await client.until('the second slice', () => opens.length > 0);
      opens.shift()!();
      await pull;
      await client.until('ready', () => client.statuses.at(-1)?.status.state === 'ready');
      const times = client.statuses.map((one) => one.atMs);
      for (const [index, time] of times.slice(1).entries()) {
        assert.ok(time - times[index]! >= 500, `sent at ${times.join(', ')}`);
      }
    });
  });
});
