// What typing costs and what it leaves alone: an edit sends only what it changed to the model, a comment without
// its end takes nothing from the passages below it, and a long document in the background delays nobody.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { extractPassages } from '../../server/src/engine/engine.ts';
import { createTinyEngine } from '../engine/tinyEngine.ts';
import { createFakeEngine } from './support/fakeEngine.ts';
import { type LspClient, untilReady, withLspClient } from './support/lspClient.ts';

const uri = 'file:///project/a.ts';

async function changeAndPull(client: LspClient, version: number, text: string) {
  client.change(uri, version, text);
  await client.settle();
  client.clock.advance(1000);
  return client.diagnostics(uri);
}

describe('an edit', () => {
  it('sends the passages that it changed to the model, and no others', async () => {
    const engine = createFakeEngine();
    const lines = Array.from({ length: 400 }, (_, index) => `// TODO number ${index}\n`);
    await withLspClient({ engineFactory: () => engine }, async (client) => {
      await untilReady(client);
      client.open(uri, lines.join('\n'));
      assert.equal((await client.diagnostics(uri)).length, 400);
      engine.labelCalls.length = 0;
      lines[7] = '// TODO number seven\n';
      lines.splice(200, 0, '\n', '// TODO new\n');
      assert.equal((await changeAndPull(client, 2, lines.join('\n'))).length, 401);
      assert.deepEqual(
        engine.labelCalls.flatMap((call) => call.texts),
        ['TODO number seven', 'TODO new'],
      );
      engine.labelCalls.length = 0;
      assert.equal((await changeAndPull(client, 3, lines.slice(0, 300).join('\n'))).length, 299);
      assert.deepEqual(engine.labelCalls, [], 'what is left was read before');
    });
  });

  it('asks about everything again when the depth changes', async () => {
    const engine = createFakeEngine();
    let depth = '3';
    await withLspClient(
      { engineFactory: () => engine, settings: () => ({ model: { depth } }) },
      async (client) => {
        await untilReady(client);
        client.open(uri, '// TODO a\n\n// TODO b\n');
        await client.diagnostics(uri);
        depth = '6';
        client.changeConfiguration();
        await client.settle();
        await changeAndPull(client, 2, '// TODO a\n\n// TODO b\n\n');
        assert.deepEqual(
          engine.labelCalls.map((call) => [call.texts.length, call.options.depth]),
          [
            [2, 3],
            [2, 6],
          ],
        );
      },
    );
  });
});

describe('a comment without its end', () => {
  it('leaves findings and hovers below it where they are, until the end is typed', async () => {
    const engine = createFakeEngine({ extract: extractPassages });
    const below = '// TODO one\nlet b;\n/* TODO two */\nlet c;\n';
    await withLspClient({ engineFactory: () => engine }, async (client) => {
      await untilReady(client);
      client.open(uri, `let a;\n\n${below}`);
      const linesOf = async (version: number, text: string) =>
        (await changeAndPull(client, version, text)).map((one) => one.range.start.line);
      assert.deepEqual(await linesOf(2, `let a;\n${below}`), [1, 3]);
      assert.deepEqual(await linesOf(3, `let a;\n/* TODO zero\n${below}`), [1, 2, 4]);
      assert.match((await client.hoverText(uri, { line: 2, character: 6 })) ?? '', /Design debt/);
      assert.deepEqual(await linesOf(4, `let a;\n/* TODO zero */\n${below}`), [1, 2, 4]);
      assert.deepEqual(await linesOf(5, `let a;\n${below}`), [1, 3]);
    });
  });

  it('has no memory of a document that was closed', async () => {
    const engine = createFakeEngine({ extract: extractPassages });
    await withLspClient({ engineFactory: () => engine }, async (client) => {
      await untilReady(client);
      client.open(uri, '\n// TODO one\n/* TODO two */\n');
      assert.equal((await client.diagnostics(uri)).length, 2);
      client.close(uri);
      client.open(uri, '/* open\n// TODO one\n/* TODO two */\n');
      assert.equal((await client.diagnostics(uri)).length, 1);
    });
  });
});

describe('a document of 5,000 passages in the background', () => {
  it('does not hold up the diagnostics and hovers of the visible one', async function () {
    this.timeout(60_000);
    const engine = await createTinyEngine();
    await withLspClient({ engineFactory: () => engine }, async (client) => {
      await untilReady(client);
      client.setVisible([uri]);
      const passages = Array.from(
        { length: 5000 },
        (_, index) => `// passage ${index} says ${index * 7919}\n`,
      );
      client.open('file:///project/long.ts', passages.join('\n'));
      let isLongDone = false;
      const long = client.pull('file:///project/long.ts').then(() => (isLongDone = true));
      await client.until('work on the long document', () => {
        const waiting = client.statuses.at(-1)?.status.queue.passages ?? 0;
        return waiting > 0;
      });
      const position = client.open(uri, '// What this| file is for.\nlet a;\n');
      await client.pull(uri);
      assert.ok((await client.hoverText(uri, position))?.includes('%'));
      assert.equal(isLongDone, false, 'the visible document was answered first');
      await long;
    });
  });
});
