// Findings of files that need not be open, workspace symbols and code lenses.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  CodeLensRequest,
  DidChangeConfigurationNotification,
  WorkspaceSymbolRequest,
} from 'vscode-languageserver-protocol/node';
import { type CheckFilesResponse, checkFilesRequest } from '../../protocol/searchRequests.ts';
import type { ChangedLines, WorkspaceFiles } from '../../server/src/lsp/services.ts';
import { createFakeIndex } from './support/fakeIndex.ts';
import { type LspClient, type LspClientOptions, untilReady, withLspClient } from './support/lspClient.ts';

const folders = [{ uri: 'file:///harbour', name: 'work' }];

const onDisk: Readonly<Record<string, string>> = {
  '/harbour/a.ts': '// TODO one\nlet a = 1;\n// two\n// three\nlet b = 2;\n// TODO four\n',
  '/harbour/b.ts': '// TODO five\n',
  '/secret/c.ts': '// TODO six\n',
};

const files: WorkspaceFiles = {
  languageOf: (file) => (file.endsWith('.ts') ? 'typescript' : undefined),
  async read(file) {
    const text = onDisk[file];
    return text === undefined ? { skipped: 'unreadable', detail: 'ENOENT' } : { text };
  },
  async changedLines(_folder, revision) {
    if (revision !== 'main') return { problem: `There is no revision ${revision}.` };
    return {
      files: new Map<string, ChangedLines>([
        ['/harbour/a.ts', [{ first: 6, last: 6 }]],
        ['/secret/c.ts', 'all'],
      ]),
    };
  },
};

describe('marginalia/checkFiles', () => {
  it('reads files from disk and open ones as they stand in the editor', () =>
    withCheck(async (client) => {
      client.open('file:///harbour/b.ts', '// nothing owed\n// TODO unsaved\n');
      const response = await check(client, { uris: ['file:///harbour/a.ts', 'file:///harbour/b.ts'] });
      assert.deepEqual(
        response.findings.map(({ uri, line, code, text }) => ({ uri, line, code, text })),
        [
          { uri: 'file:///harbour/a.ts', line: 0, code: 'debt', text: 'TODO one' },
          { uri: 'file:///harbour/a.ts', line: 5, code: 'debt', text: 'TODO four' },
          { uri: 'file:///harbour/b.ts', line: 1, code: 'debt', text: 'TODO unsaved' },
        ],
      );
      assert.equal(response.checkedFiles, 2);
      assert.equal(response.checkedPassages, 6);
      assert.deepEqual(response.problems, []);
    }));

  it('of what changed since a revision looks at changed lines only, inside the workspace only', () =>
    withCheck(async (client) => {
      const response = await check(client, { uris: [], changedSince: 'main' });
      assert.deepEqual(
        response.findings.map((one) => one.text),
        ['TODO four'],
      );
      assert.equal(response.checkedPassages, 1);
    }));

  it('BAD CALL - a file outside, one that is not there, no source, an unknown revision: each is told', () =>
    withCheck(async (client) => {
      const uris = ['file:///secret/c.ts', 'file:///harbour/none.ts', 'file:///harbour/photo.jpg'];
      const { findings, problems, checkedFiles } = await check(client, { uris });
      assert.deepEqual(findings, []);
      assert.equal(checkedFiles, 0);
      assert.equal(problems.length, 3);
      assert.match(problems[0]!, /outside the workspace/);
      assert.match(problems[1]!, /ENOENT/);
      assert.match(problems[2]!, /no language/);
      const unknown = await check(client, { uris: [], changedSince: 'nowhere' });
      assert.deepEqual(unknown.problems, ['There is no revision nowhere.']);
    }));
});

describe('workspace/symbol', () => {
  const passages = [
    { file: 'retry.ts', line: 4, text: 'Waits longer after each failure.', symbol: 'retryLater' },
    { file: 'note.md', line: 1, text: 'A failure is normal.' },
  ];
  const openIndex = async () => createFakeIndex({ passages });
  const symbols = (client: LspClient, query: string) =>
    client.connection.sendRequest(WorkspaceSymbolRequest.type, { query });

  it('names documented symbols where the setting asks for it', () =>
    withCheck(
      async (client) => {
        const [symbol, ...others] = (await symbols(client, 'failure')) ?? [];
        assert.deepEqual(others, []);
        assert.equal(symbol?.name, 'retryLater');
        assert.equal(symbol?.containerName, 'Waits longer after each failure.');
        assert.equal('range' in symbol!.location && symbol.location.range.start.line, 3);
        assert.deepEqual(await symbols(client, 'f'), []);
      },
      { openIndex, settings: () => ({ search: { workspaceSymbols: true } }) },
    ));

  it('says nothing unless asked to', () =>
    withCheck(async (client) => assert.deepEqual(await symbols(client, 'failure'), []), { openIndex }));
});

describe('textDocument/codeLens', () => {
  const uri = 'file:///harbour/new.ts';
  const text = '// Documents one.\nfunction one() {}\n// Documents nothing.\nlet a = 1;\n';
  const lenses = (client: LspClient) =>
    client.connection.sendRequest(CodeLensRequest.type, { textDocument: { uri } });

  it('stands above what documents something, once the setting asks for it', () => {
    let codeLens = false;
    return withCheck(
      async (client) => {
        client.open(uri, text);
        assert.deepEqual(await lenses(client), []);
        codeLens = true;
        await client.connection.sendNotification(DidChangeConfigurationNotification.type, { settings: {} });
        await client.settle();
        assert.deepEqual(
          (await lenses(client))?.map(({ range, command }) => ({ line: range.start.line, command })),
          [
            {
              line: 0,
              command: {
                title: 'Find similar',
                command: 'marginalia.findSimilar',
                arguments: [uri, { line: 0, character: 0 }],
              },
            },
          ],
        );
      },
      {
        initializationOptions: { canFindSimilar: true },
        settings: () => ({ search: { codeLens } }),
      },
    );
  });

  it('is not offered to clients without the command', () =>
    withCheck(async (client) => {
      assert.equal(client.initializeResult.capabilities.codeLensProvider, undefined);
    }));
});

function withCheck(run: (client: LspClient) => Promise<void>, options: LspClientOptions = {}): Promise<void> {
  return withLspClient({ files, folders, ...options }, async (client) => {
    await untilReady(client);
    if (options.openIndex) {
      await client.until('the index is ready', () =>
        Boolean(client.indexStatuses.at(-1)?.folders.every((folder) => folder.state === 'ready')),
      );
    }
    await run(client);
  });
}

function check(client: LspClient, params: object): Promise<CheckFilesResponse> {
  return client.connection.sendRequest(checkFilesRequest, params);
}
