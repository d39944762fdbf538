// The quick fixes of a finding: writing the marker that silences it, and that it then is silent.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { type CodeAction, CodeActionRequest, type Diagnostic } from 'vscode-languageserver-protocol/node';
import { type LspClient, untilReady, withLspClient } from './support/lspClient.ts';

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
});
