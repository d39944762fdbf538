// The quick fixes of a finding: writing the marker that silences it, and that it then is silent.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { type CodeAction, CodeActionRequest, type Diagnostic } from 'vscode-languageserver-protocol/node';
import { extractPassages } from '../../server/src/engine/engine.ts';
import type { FindingCode } from '../../server/src/engine/findings/finding.ts';
import { createFakeEngine } from './support/fakeEngine.ts';
import {
  fullCapabilities,
  type LspClient,
  type LspClientOptions,
  untilReady,
  withLspClient,
} from './support/lspClient.ts';
import { createMemoryStore } from './support/memoryLabels.ts';

const uri = 'file:///project/a.ts';

async function actionsFor(
  client: LspClient,
  diagnostics: Diagnostic[],
  only?: string[],
): Promise<CodeAction[]> {
  const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
  const context = only ? { diagnostics, only } : { diagnostics };
  const actions = await client.connection.sendRequest(CodeActionRequest.type, {
    textDocument: { uri },
    range,
    context,
  });
  return (actions ?? []) as CodeAction[];
}

describe('quick fixes', () => {
  it('write a marker for the comment or the file, and the finding is gone', async () => {
    const results = [
      '// TODO a marginalia-ignore debt\nlet b;\n\n// TODO c',
      '// TODO a marginalia-ignore-file debt\nlet b;\n\n// TODO c',
    ];
    const left = [1, 0];
    for (const [index, expected] of results.entries()) {
      await withLspClient({}, async (client) => {
        await untilReady(client);
        const source = '// TODO a\nlet b;\n\n// TODO c';
        client.open(uri, source);
        const diagnostics = await client.diagnostics(uri);
        assert.equal(diagnostics.length, 2);
        const actions = await actionsFor(client, [diagnostics[0]!]);
        assert.deepEqual(
          actions.map((one) => one.title),
          ['Ignore debt in this comment', 'Ignore debt in this file'],
        );
        const [change] = actions[index]!.edit!.changes![uri]!;
        assert.deepEqual(change!.range, {
          start: { line: 0, character: 9 },
          end: { line: 0, character: 9 },
        });
        const changed = source.replace('// TODO a', `// TODO a${change!.newText}`);
        assert.equal(changed, expected);
        client.change(uri, 2, changed);
        await client.settle();
        client.clock.advance(1000);
        assert.equal((await client.diagnostics(uri)).length, left[index]);
      });
    }
  });

  it('are offered for our own findings and only when quick fixes are wanted', () =>
    withLspClient({}, async (client) => {
      await untilReady(client);
      client.open(uri, '// TODO a');
      const diagnostics = await client.diagnostics(uri);
      assert.equal((await actionsFor(client, diagnostics, ['quickfix'])).length, 2);
      assert.deepEqual(await actionsFor(client, diagnostics, ['refactor']), []);
      assert.deepEqual(await actionsFor(client, [{ ...diagnostics[0]!, source: 'eslint' }]), []);
    }));

  it('silence one line of a long comment', () =>
    withLspClient({ engineFactory: () => createFakeEngine({ extract: extractPassages }) }, async (client) => {
      await untilReady(client);
      const source = '/*\n * Opens it.\n * TODO a\n * and closes it.\n */\nlet b;';
      client.open(uri, source);
      const diagnostics = await client.diagnostics(uri);
      const actions = await actionsFor(client, diagnostics);
      assert.equal(actions[0]?.title, 'Ignore debt on this line');
      const [change] = actions[0]!.edit!.changes![uri]!;
      assert.deepEqual(change!.range.start, { line: 2, character: 9 });
      client.change(uri, 2, source.replace('TODO a', `TODO a${change!.newText}`));
      await client.settle();
      client.clock.advance(1000);
      assert.deepEqual(await client.diagnostics(uri), []);
    }));

  it('silence a code or leave a file out in the whole workspace folder', async () => {
    const options: LspClientOptions = {
      folders: [{ uri: 'file:///project', name: 'project' }],
      openLabels: () => createMemoryStore(),
      files: {
        languageOf: () => 'typescript',
        read: async (file) => {
          assert.match(file, /[/\\]\.marginaliaignore$/);
          return { text: 'vendor/' };
        },
        changedLines: async () => ({ problem: 'no git' }),
      },
      capabilities: {
        ...fullCapabilities,
        workspace: { ...fullCapabilities.workspace, workspaceEdit: { resourceOperations: ['create'] } },
      },
    };
    await withLspClient(options, async (client) => {
      await untilReady(client);
      client.open(uri, '// TODO a');
      const actions = (await actionsFor(client, await client.diagnostics(uri))).slice(-2);
      assert.deepEqual(
        actions.map((one) => one.title),
        ['Ignore debt in this workspace folder', 'Leave this file out (.marginaliaignore)'],
      );
      const edits = actions.map((one) => one.edit!.documentChanges!.slice(1));
      const at = { line: 0, character: 7 };
      const edit = (newText: string) => [
        {
          textDocument: { uri: 'file:///project/.marginaliaignore', version: null },
          edits: [{ range: { start: at, end: at }, newText }],
        },
      ];
      assert.deepEqual(edits, [edit('\n# marginalia-ignore debt\n'), edit('\n/a.ts\n')]);
    });
  });

  it('of a folder are obeyed: silent codes, files that are left out', async () => {
    const folders = [{ uri: 'file:///project', name: 'project' }];
    const openLabels = () => createMemoryStore();
    const found = async (ignore: { isIgnored: boolean; silenced: FindingCode[] }) => {
      let count = -1;
      await withLspClient({ folders, openLabels, readIgnore: async () => ignore }, async (client) => {
        await untilReady(client);
        client.open(uri, '// TODO a');
        count = (await client.diagnostics(uri)).length;
      });
      return count;
    };
    assert.equal(await found({ isIgnored: false, silenced: [] }), 1);
    assert.equal(await found({ isIgnored: false, silenced: ['debt'] }), 0);
    assert.equal(await found({ isIgnored: true, silenced: [] }), 0);
  });
});
