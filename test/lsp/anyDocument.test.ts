// The server never dies from a document: nasty texts in every language, read by the real scanner, and
// parameters that make no sense. After all of it the next ordinary request is answered.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { Diagnostic, Range } from 'vscode-languageserver-protocol';
import { languageIds } from '../../protocol/languages.ts';
import { extractPassages } from '../../server/src/engine/passages/extractPassages.ts';
import { createFakeEngine } from './support/fakeEngine.ts';
import { type LspClient, untilReady, withLspClient } from './support/lspClient.ts';

const nastyTexts: Readonly<Record<string, string>> = {
  empty: '',
  'only a marker': '/*',
  'half a docstring': 'def f():\n    """Half\n\n# TODO a\nx = \'',
  'every quote open': '"\'`\n/* TODO\n<!-- {- (* --[[ =begin\n"""\n',
  'control characters': '\u0000\u0001// TODO \u0007 a\u0000\n# \u001b[31mb\n',
  'lone surrogates': '// \ud83d TODO \udc00 a\n# \ud83d\n',
  'mixed line ends': '// a\r// TODO b\r\n# c\n\u2028// d\u2029',
  'byte order mark': '\ufeff#!/bin/sh\n# TODO a\n',
  'a long line': `${'(x) = "y" + '.repeat(20_000)}// TODO a`,
  'a deep nest': `${'{[('.repeat(20_000)}/* TODO */`,
  'many comments': '// TODO a\n\n# b\n\n'.repeat(200),
};

/** Everything an editor asks about a document, and that each answer lies inside it. */
async function askEverything(client: LspClient, uri: string, text: string): Promise<void> {
  const lineLengths = text.split(/\r\n|\r|\n/).map((line) => line.length);
  const isInside = ({ start, end }: Range) =>
    [start, end].every(({ line, character }) => character <= (lineLengths[line] ?? -1)) &&
    (start.line < end.line || (start.line === end.line && start.character <= end.character));
  const diagnostics: Diagnostic[] = await client.diagnostics(uri);
  const { passages } = await client.labelFile(uri);
  for (const { range } of [...diagnostics, ...passages]) assert.ok(isInside(range), JSON.stringify(range));
  const places = [...passages.slice(0, 3).map((one) => one.range.start), { line: 7e8, character: 9e8 }];
  for (const place of places) {
    const hover = await client.hover(uri, place);
    if (hover?.range) assert.ok(isInside(hover.range), JSON.stringify(hover.range));
  }
}

function errorsOf(client: LspClient): string[] {
  return client.logs
    .filter((one) => one.level === 'error')
    .map((one) => `${one.message} ${JSON.stringify(one.data)}`);
}

describe('any document', function () {
  this.timeout(60_000);
  const engineFactory = () => createFakeEngine({ extract: extractPassages });

  for (const [name, text] of Object.entries(nastyTexts)) {
    it(`is served: ${name}, in every language`, () =>
      withLspClient({ engineFactory }, async (client) => {
        await untilReady(client);
        for (const language of languageIds) {
          const uri = `file:///nasty/${language}`;
          client.open(uri, text, language);
          await askEverything(client, uri, text);
        }
        assert.deepEqual(errorsOf(client), []);
      }));
  }

  it('is served while it is edited at random', () =>
    withLspClient({ engineFactory }, async (client) => {
      await untilReady(client);
      const piece = fc.constantFrom(
        '/*',
        '*/',
        '//',
        '#',
        '"',
        '`',
        "'''",
        '\r',
        '\n',
        '\r\n',
        ' TODO a',
        '🎉',
        'x',
      );
      const edit = fc.tuple(fc.nat(12), fc.nat(20), fc.nat(2), fc.nat(5), fc.array(piece, { maxLength: 4 }));
      const language = fc.constantFrom('typescript', 'python', 'html', 'markdown', 'ruby', 'vue');
      let documentCount = 0;
      await fc.assert(
        fc.asyncProperty(
          language,
          fc.array(edit, { minLength: 1, maxLength: 8 }),
          async (languageId, edits) => {
            const uri = `untitled:edited-${documentCount++}`;
            client.open(uri, 'let a; // TODO one\n\n"""Doc."""\n', languageId);
            for (const [index, [line, character, lines, columns, pieces]] of edits.entries()) {
              const start = { line, character };
              client.edit(
                uri,
                index + 2,
                start,
                { line: line + lines, character: character + columns },
                pieces.join(''),
              );
            }
            await client.settle();
            client.clock.advance(1000);
            await client.labelFile(uri);
            assert.equal((await client.pull(uri)).kind, 'full');
            client.close(uri);
          },
        ),
        { numRuns: 60 },
      );
      assert.deepEqual(errorsOf(client), []);
    }));

  it('and any parameters: the server still serves afterwards', () =>
    withLspClient({}, async (client) => {
      await untilReady(client);
      const methods = [
        'textDocument/hover',
        'textDocument/diagnostic',
        'textDocument/codeAction',
        'marginalia/labelFile',
        'marginalia/visibleDocuments',
        'workspace/didChangeConfiguration',
        'textDocument/didOpen',
        'textDocument/didChange',
        'textDocument/didClose',
        'no/suchMethod',
      ];
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...methods),
          fc.jsonValue({ maxDepth: 3 }),
          async (method, value) => {
            const params = typeof value === 'object' && value !== null ? value : { value };
            await client.connection.sendRequest(method, params).catch(() => {});
            await client.connection.sendNotification(method, params);
          },
        ),
        { numRuns: 150 },
      );
      const position = client.open('file:///a.ts', '// a|');
      assert.match((await client.hoverText('file:///a.ts', position)) ?? '', /Summary/);
    }));
});
