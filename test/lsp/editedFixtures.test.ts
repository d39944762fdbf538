// Real text of every language, edited at random as people type: half-typed strings, deleted markers, pasted blocks.
// Every answer lies inside the text as it is, nothing is logged as an error, and whatever happens while the model
// works (a file renamed or closed, a folder removed, settings changed) leaves a server that goes on serving.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { Range } from 'vscode-languageserver-protocol';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { languageIds } from '../../protocol/languages.ts';
import { extractPassages } from '../../server/src/engine/engine.ts';
import { createFakeEngine } from './support/fakeEngine.ts';
import { type LspClient, untilReady, withLspClient } from './support/lspClient.ts';

const fixtureRoot = path.join(import.meta.dirname, '../fixtures/passages');
const defaultText = '# TODO a\n// TODO b\n/* c */\n<!-- d -->\n-- e\n"""f"""\n% g\n';

function textsOf(language: string): string[] {
  const folder = path.join(fixtureRoot, language);
  if (!existsSync(folder)) return [defaultText];
  return readdirSync(folder)
    .filter((name) => !name.endsWith('.golden.json'))
    .map((name) => readFileSync(path.join(folder, name), 'utf8'));
}

const typed = fc.array(
  fc.constantFrom(
    '/*',
    '*/',
    '//',
    '#',
    '"',
    '"""',
    "'",
    '`',
    '<!--',
    '-->',
    '{',
    '}',
    '\n',
    '\r\n',
    ' ',
  ) as fc.Arbitrary<string>,
  { maxLength: 3 },
);
/** Where, how much goes away, and what comes. Places are parts of a thousand of the text. */
const edit = fc.record({
  at: fc.nat(1000),
  removed: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(200)),
  text: fc.oneof(
    typed.map((pieces) => pieces.join('')),
    fc.constantFrom('TODO fix', '=begin\n', '\ud83d', 'def f():\n'),
  ),
});

async function checkAnswers(client: LspClient, document: TextDocument): Promise<void> {
  const { uri } = document;
  const isInside = ({ start, end }: Range) =>
    [start, end].every((place) => {
      const back = document.positionAt(document.offsetAt(place));
      return back.line === place.line && back.character === place.character;
    }) && document.offsetAt(start) <= document.offsetAt(end);
  const { passages } = await client.labelFile(uri);
  for (const { range } of [...(await client.diagnostics(uri)), ...passages]) {
    assert.ok(
      isInside(range),
      `${JSON.stringify(range)} lies outside of ${JSON.stringify(document.getText())}`,
    );
  }
  for (const { range } of passages.slice(0, 3)) await client.hover(uri, range.start);
}

function errorsOf(client: LspClient): string[] {
  return client.logs
    .filter((one) => one.level === 'error')
    .map((one) => `${one.message} ${JSON.stringify(one.data)}`);
}

describe('documents edited at random', function () {
  this.timeout(180_000);
  const engineFactory = () => createFakeEngine({ extract: extractPassages });

  it('are served in every language, and every answer lies inside the text', () =>
    withLspClient({ engineFactory }, async (client) => {
      await untilReady(client);
      let documentCount = 0;
      for (const language of languageIds) {
        for (const original of textsOf(language)) {
          const run = async (edits: readonly { at: number; removed: number; text: string }[]) => {
            const uri = `file:///edited/${documentCount++}`;
            const document = TextDocument.create(uri, language, 1, original);
            await client.connection.sendNotification('textDocument/didOpen', {
              textDocument: { uri, languageId: language, version: 1, text: original },
            });
            for (const one of edits) {
              const length = document.getText().length;
              const from = Math.floor((one.at / 1000) * length);
              const range = {
                start: document.positionAt(from),
                end: document.positionAt(Math.min(length, from + one.removed)),
              };
              const version = document.version + 1;
              TextDocument.update(document, [{ range, text: one.text }], version);
              client.edit(uri, version, range.start, range.end, one.text);
              await client.settle();
              client.clock.advance(1000);
              await checkAnswers(client, document);
            }
            client.close(uri);
          };
          await fc.assert(fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), run), {
            numRuns: 3,
          });
        }
      }
      assert.deepEqual(errorsOf(client), []);
    }));
});

describe('what happens while the model works', () => {
  const uri = 'file:///harbour/a.ts';

  /** Opens a document, lets something happen while it is being labelled, and asks for an ordinary one afterwards. */
  async function disturb(happen: (client: LspClient) => Promise<void> | void): Promise<void> {
    const waiting: (() => void)[] = [];
    let isHeld = true;
    const gate = () => (isHeld ? new Promise<void>((resolve) => waiting.push(resolve)) : Promise.resolve());
    const engine = createFakeEngine({ gate });
    await withLspClient({ engineFactory: () => engine }, async (client) => {
      await untilReady(client);
      client.open(uri, '// TODO a\n');
      const asked = [client.pull(uri), client.labelFile(uri), client.hover(uri, { line: 0, character: 4 })];
      const answers = Promise.allSettled(asked);
      await client.until('work', () => waiting.length > 0);
      await happen(client);
      await client.settle();
      isHeld = false;
      for (const release of waiting) release();
      await answers;
      assert.deepEqual(errorsOf(client), []);
      client.open('file:///harbour/next.ts', '// TODO b\n');
      assert.equal((await client.diagnostics('file:///harbour/next.ts')).length, 1);
    });
  }

  it('a file that is closed takes nothing with it', () => disturb((client) => client.close(uri)));

  it('a file that is renamed is read under its new name', () =>
    disturb(async (client) => {
      client.close(uri);
      client.open('file:///harbour/renamed.ts', '// TODO a\n');
    }));

  it('a file that is opened twice, closed twice and changed when closed', () =>
    disturb((client) => {
      client.open(uri, '// TODO again\n');
      client.close(uri);
      client.change(uri, 9, '// TODO ghost\n');
      client.close(uri);
    }));

  it('a workspace folder that is removed, with its documents', () =>
    disturb(async (client) => {
      await client.connection.sendNotification('workspace/didChangeWorkspaceFolders', {
        event: { added: [], removed: [{ uri: 'file:///harbour', name: 'work' }] },
      });
      client.close(uri);
    }));

  it('settings that change three times', () =>
    disturb((client) => {
      for (let change = 0; change < 3; change++) client.changeConfiguration();
    }));

  it('an edit with a range far outside', () =>
    disturb((client) => {
      client.edit(uri, 2, { line: 900, character: 0 }, { line: 7e8, character: 9e8 }, '\n// TODO c');
    }));
});
