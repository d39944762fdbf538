// What the client hears about the server's state, and how often.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createStatusNotifier, statusIntervalMs } from '../../server/src/lsp/statusNotifier.ts';
import { createFakeEngine } from './support/fakeEngine.ts';
import { createTestClock, untilReady, withLspClient } from './support/lspClient.ts';

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

  it('counts what waits, and ends with the newest state', () => {
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
    });
  });
});

describe('a notifier of states', () => {
  it('sends the first at once, later ones at most twice a second, and always the newest', () => {
    const { clock, sent, change } = notifier();
    for (const state of 'abcdefg') {
      change(state);
      clock.advance(100);
    }
    clock.advance(300);
    assert.deepEqual(sent, [
      [0, 'a'],
      [statusIntervalMs, 'e'],
      [2 * statusIntervalMs, 'g'],
    ]);
  });

  it('sends nothing where nothing is new in the end', () => {
    const { clock, sent, change } = notifier();
    change('a');
    change('b');
    change('a');
    clock.advance(1000);
    assert.deepEqual(sent, [[0, 'a']]);
  });
});

/** What is sent is noted by the clock of the sender; who hears of it may do so after time has gone on. */
function notifier() {
  const clock = createTestClock();
  const beganMs = clock.nowMs();
  const sent: [ms: number, state: string][] = [];
  let state = '';
  const { update } = createStatusNotifier({
    clock,
    read: () => state,
    send: (newest) => void sent.push([clock.nowMs() - beganMs, newest]),
  });
  const change = (next: string): void => {
    state = next;
    update();
  };
  return { clock, sent, change };
}
