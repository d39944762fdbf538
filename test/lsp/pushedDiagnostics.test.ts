// Diagnostics for editors that never ask: published after opening, typing, loading and closing.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { PublishDiagnosticsNotification } from 'vscode-languageserver-protocol/node';
import { type LspClient, untilReady, withLspClient } from './support/lspClient.ts';

const uri = 'file:///project/a.ts';

interface Published {
  readonly version: number | undefined;
  readonly codes: readonly unknown[];
}

function collectPublished(client: LspClient): Published[] {
  const published: Published[] = [];
  client.connection.onNotification(PublishDiagnosticsNotification.type, ({ version, diagnostics }) => {
    published.push({ version, codes: diagnostics.map((one) => one.code) });
  });
  return published;
}

describe('pushed diagnostics', () => {
  it('follow opening, typing and closing', () =>
    withLspClient({ capabilities: {} }, async (client) => {
      const published = collectPublished(client);
      await untilReady(client);
      client.open(uri, '// TODO a');
      await client.until('the first', () => published.length === 1);
      client.change(uri, 2, '// T');
      client.change(uri, 3, '// fine');
      await client.settle();
      await client.until('the second', () => published.length === 2);
      client.close(uri);
      await client.until('the last', () => published.length === 3);
      assert.deepEqual(published, [
        { version: 1, codes: ['debt'] },
        { version: 3, codes: [] },
        { version: undefined, codes: [] },
      ]);
    }));

  it('come again when settings change', () => {
    let level = 'warning';
    const capabilities = { workspace: { configuration: true } };
    const settings = () => ({ findings: { debt: { level } } });
    return withLspClient({ capabilities, settings }, async (client) => {
      const published = collectPublished(client);
      await untilReady(client);
      client.open(uri, '// TODO a');
      await client.until('the finding', () => published.at(-1)?.codes.length === 1);
      level = 'off';
      client.changeConfiguration();
      await client.until('silence', () => published.at(-1)?.codes.length === 0);
    });
  });

  it('are not sent to a client that asks', () =>
    withLspClient({}, async (client) => {
      const published = collectPublished(client);
      await untilReady(client);
      client.open(uri, '// TODO a');
      assert.equal((await client.diagnostics(uri)).length, 1);
      await client.settle();
      assert.deepEqual(published, []);
    }));
});
