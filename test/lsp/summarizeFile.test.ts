// What a file is about through the server, with the real engine on the tiny model, and every reason for nothing.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { CancellationTokenSource } from 'vscode-languageserver-protocol/node';
import { type SummarizeFileResult, summarizeFileRequest } from '../../protocol/requests.ts';
import { EngineError } from '../../server/src/engine/errors.ts';
import { createTinyEngine } from '../engine/tinyEngine.ts';
import { createFakeEngine } from './support/fakeEngine.ts';
import { type LspClient, untilReady, withLspClient } from './support/lspClient.ts';

const uri = 'file:///project/a.md';
const text = `# Token budgets 😀

The scheduler measures the machine and sizes a batch. Equal texts are read once and known texts not at all.

The queue has two priorities, and what the user waits for goes first. A hover waits for one batch.
`;

function summarize(client: LspClient, document = uri): Promise<SummarizeFileResult> {
  return client.connection.sendRequest(summarizeFileRequest, { textDocument: { uri: document } });
}

describe('marginalia/summarizeFile', () => {
  it('gives sentences in order and phrases, with their ranges', () =>
    withLspClient({ engineFactory: () => createTinyEngine() }, async (client) => {
      client.open(uri, text, 'markdown');
      const { version, sentences, phrases, message } = await summarize(client);
      assert.deepEqual([version, message], [1, undefined]);
      const lines = text.split('\n');
      assert.equal(sentences.length, 4);
      for (const { text: sentence, range } of sentences) {
        assert.equal(range.start.line, range.end.line);
        assert.equal(lines[range.start.line]!.slice(range.start.character, range.end.character), sentence);
      }
      const starts = sentences.map(({ range }) => 1000 * range.start.line + range.start.character);
      assert.deepEqual(
        starts,
        starts.toSorted((a, b) => a - b),
      );
      assert.ok(phrases.length > 3 && phrases.length <= 10);
      for (const { ranges } of phrases) assert.ok(ranges.length > 0);
    }));

  it('says why there is nothing', () =>
    withLspClient({ engineFactory: () => createTinyEngine() }, async (client) => {
      client.open(uri, '\n\n', 'markdown');
      assert.match((await summarize(client)).message ?? '', /no comments or paragraphs/);
      const unknown = await summarize(client, 'file:///project/none.md');
      assert.match(unknown.message ?? '', /not open/);
    }));

  it('says that the model did not load', () => {
    const model = Promise.reject(new EngineError('modelMissing', 'The model folder has no config.json.'));
    model.catch(() => {});
    return withLspClient({ engineFactory: () => createFakeEngine({ model }) }, async (client) => {
      client.open(uri, text, 'markdown');
      assert.match((await summarize(client)).message ?? '', /^No summary, .* no config\.json/);
    });
  });

  it('can be cancelled', () =>
    withLspClient({ engineFactory: () => createTinyEngine() }, async (client) => {
      await untilReady(client);
      client.open(uri, text.repeat(300), 'markdown');
      const source = new CancellationTokenSource();
      const answer = client.connection.sendRequest(
        summarizeFileRequest,
        { textDocument: { uri } },
        source.token,
      );
      source.cancel();
      await assert.rejects(answer, /cancel/i);
    }));
});
