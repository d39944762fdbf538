// The list of a file's passages with their labels, and every reason why it can be empty.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { CancellationTokenSource } from 'vscode-languageserver-protocol/node';
import type { ModelInfo } from '../../server/src/engine/engine.ts';
import { createFakeEngine, fakeModelInfo } from './support/fakeEngine.ts';
import { untilReady, withLspClient } from './support/lspClient.ts';

const uri = 'file:///project/a.ts';

describe('marginalia/labelFile', () => {
  it('lists passages with kind, text, symbol and labels, in source order', () =>
    withLspClient({ locale: 'zh-cn' }, async (client) => {
      await untilReady(client);
      client.open(uri, '// TODO one\nfunction one() {}\n');
      const result = await client.labelFile(uri);
      const labels = result.passages[0]?.labels.map(({ probability, ...label }) => ({
        ...label,
        percent: Math.round(probability * 100),
      }));
      assert.deepEqual(
        { ...result, passages: result.passages.map(({ labels: _, ...passage }) => passage) },
        {
          version: 1,
          model: 'fake_model',
          passages: [
            {
              range: { start: { line: 0, character: 0 }, end: { line: 0, character: 11 } },
              kind: '行注释',
              text: 'TODO one',
              symbol: 'one',
            },
          ],
        },
      );
      assert.deepEqual(labels, [
        { task: 'purpose', name: 'summary', title: '摘要', percent: 93 },
        { task: 'debt', name: 'design', title: '设计债务', percent: 87 },
        { task: 'form', name: 'prose', title: '文字', percent: 99 },
      ]);
    }));

  it('cuts long texts', () =>
    withLspClient({}, async (client) => {
      await untilReady(client);
      client.open(uri, `// ${'word '.repeat(100)}`);
      assert.equal((await client.labelFile(uri)).passages[0]?.text.length, 200);
    }));

  it('waits for a model that is still loading', () => {
    let load = (_info: ModelInfo) => {};
    const model = new Promise<ModelInfo>((resolve) => (load = resolve));
    return withLspClient({ engineFactory: () => createFakeEngine({ model }) }, async (client) => {
      client.open(uri, '// one');
      const answer = client.labelFile(uri);
      await client.settle();
      load(fakeModelInfo);
      assert.equal((await answer).passages[0]?.labels.length, 3);
    });
  });

  it('can be cancelled while it waits', () => {
    const engineFactory = () => createFakeEngine({ model: new Promise(() => {}) });
    return withLspClient({ engineFactory }, async (client) => {
      client.open(uri, '// one');
      const source = new CancellationTokenSource();
      const answer = client.labelFile(uri, source.token).catch((error) => error);
      await client.settle();
      source.cancel();
      assert.equal((await answer).code, -32800);
    });
  });

  it('says why there is nothing', () =>
    withLspClient({ settings: (resource) => ({ enable: !resource?.includes('/off/') }) }, async (client) => {
      await untilReady(client);
      client.open(uri, 'let a;');
      client.open('file:///off/a.ts', '// one');
      const messageOf = async (other: string) => (await client.labelFile(other)).message;
      assert.equal(await messageOf(uri), 'There are no comments or paragraphs in this file.');
      assert.match((await messageOf('file:///off/a.ts')) ?? '', /switched off/);
      assert.match((await messageOf('file:///never.ts')) ?? '', /not open/);
    }));

  it('names the size limit', () =>
    withLspClient({ settings: () => ({ files: { maxSizeKB: 1 } }) }, async (client) => {
      await untilReady(client);
      client.open(uri, `// ${'x'.repeat(2000)}`);
      assert.equal(
        (await client.labelFile(uri)).message,
        'The file has 2 KB, more than the 1 KB of the setting marginalia.files.maxSizeKB.',
      );
    }));
});
