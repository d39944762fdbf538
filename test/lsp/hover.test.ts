// What a hover says about the comment under the mouse, and when it says nothing.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ModelInfo } from '../../server/src/engine/engine.ts';
import { EngineError } from '../../server/src/engine/errors.ts';
import { createFakeEngine, fakeModelInfo } from './support/fakeEngine.ts';
import { type LspClientOptions, untilReady, withLspClient } from './support/lspClient.ts';

const uri = 'file:///project/a.ts';

/** Opens `marked`, waits for the model, hovers over the caret and compares the answer. */
async function checkHover(
  marked: string,
  expected: string | undefined,
  options: LspClientOptions = {},
): Promise<void> {
  await withLspClient(options, async (client) => {
    await untilReady(client);
    const position = client.open(uri, marked);
    assert.equal(await client.hoverText(uri, position), expected);
  });
}

const prose = '- form: **Prose** 99 % — Sentences for people.';
const noDebt = '- debt: **No debt** 98 % — Nothing is owed.';
const summary = '- purpose: **Summary** 93 % — Says in short what the code does.';
const model = '*fake\\_model 1.2.3 · 6 layers · cpu*';

function hoverOf(title: string, lines: readonly string[], footer = model): string {
  return [title, lines.join('\n'), footer].join('\n\n');
}

describe('hover', () => {
  it('shows the predicted labels of every task with percentages and meaning, and the model', () =>
    checkHover(
      'let a = 1;\n// TODO find| a better way\n',
      hoverOf('**Line comment**', [
        summary,
        '- debt: **Design debt** 87 % — The design is provisional.',
        prose,
      ]),
    ));

  it('names the symbol that the comment documents', () =>
    checkHover(
      '// Adds| two numbers\nfunction add(a, b) {}\n',
      hoverOf('**Line comment** · documents function `add`', [summary, noDebt, prose]),
    ));

  it('never claims certainty', () =>
    checkHover(
      '// |deprecated, use b\n',
      hoverOf('**Line comment**', [
        summary,
        '- purpose: **Deprecation** \\> 99 % — Says what not to use.',
        noDebt,
        prose,
      ]),
    ));

  it('says so when no label is likely enough', () =>
    checkHover(
      '// something |vague\n',
      hoverOf('**Line comment**', [
        '- purpose: no label is likely enough \\(nearest: Summary 31 %\\)',
        noDebt,
        prose,
      ]),
    ));

  it('speaks Chinese to a Chinese editor', () =>
    checkHover(
      '// Adds| two numbers\nfunction add(a, b) {}\n',
      [
        '**行注释** · 说明函数 `add`',
        [
          '- purpose: **摘要** 93 % — 简要说明代码的作用。',
          '- debt: **无债务** 98 % — 没有欠债。',
          '- form: **文字** 99 % — 给人看的句子。',
        ].join('\n'),
        '*fake\\_model 1.2.3 · 6 层 · cpu*',
      ].join('\n\n'),
      { locale: 'zh-CN' },
    ));

  it('is plain text for a client that shows no Markdown', () =>
    checkHover(
      '// Adds| two numbers\nfunction add(a, b) {}\n',
      [
        'Line comment · documents function add',
        [
          '- purpose: Summary 93 % — Says in short what the code does.',
          '- debt: No debt 98 % — Nothing is owed.',
          '- form: Prose 99 % — Sentences for people.',
        ].join('\n'),
        'fake_model 1.2.3 · 6 layers · cpu',
      ].join('\n\n'),
      { capabilities: { textDocument: { hover: { contentFormat: ['plaintext'] } } } },
    ));

  it('counts the end of the comment, but not the line after it', async () => {
    await checkHover('// a|\nlet b;', hoverOf('**Line comment**', [summary, noDebt, prose]));
    await checkHover('// a\n|let b;', undefined);
  });

  it('says nothing on code', () => checkHover('let |a = 1; // count\n', undefined));

  it('says nothing where hovers or Marginalia are switched off', async () => {
    await checkHover('// a|', undefined, { settings: () => ({ hover: { enable: false } }) });
    const off = (resource: string | undefined) => (resource ? { enable: false } : {});
    await checkHover('// a|', undefined, { settings: off });
  });

  it('says nothing about a file above the size limit', () =>
    checkHover(`// a|\n${'x'.repeat(1024)}`, undefined, { settings: () => ({ files: { maxSizeKB: 1 } }) }));

  it('says nothing about a document that is not open', () =>
    withLspClient({}, async (client) => {
      assert.equal(await client.hover('file:///never.ts', { line: 0, character: 0 }), null);
    }));

  it('covers the comment with its range, in CRLF files too', () =>
    withLspClient({}, async (client) => {
      await untilReady(client);
      const position = client.open(uri, 'let a;\r\n  // 🎉 b|c\r\nlet d;\r\n');
      assert.deepEqual((await client.hover(uri, position))?.range, {
        start: { line: 1, character: 2 },
        end: { line: 1, character: 10 },
      });
    }));

  it('reads cells of notebooks and documents that were never saved', () =>
    withLspClient({}, async (client) => {
      await untilReady(client);
      for (const other of ['vscode-notebook-cell:/n.ipynb#W0sZmlsZQ%3D%3D', 'untitled:Untitled-1']) {
        const position = client.open(other, '// a|');
        assert.match((await client.hoverText(other, position)) ?? '', /Summary/);
      }
    }));

  it('tells the language table the names of files, and of nothing else', () => {
    const names: string[] = [];
    const languageOf = (languageId: string, fileName: string) => {
      names.push(fileName);
      return languageId;
    };
    return withLspClient({ languageOf }, async (client) => {
      for (const other of [
        'file:///a%20b/c%23.sh?x/y.z#f/g.h',
        'file:///broken%zz.sh',
        'vscode-notebook-cell:/n.ipynb#W0',
        'untitled:Untitled-1',
      ]) {
        client.open(other, '// a');
      }
      await client.settle();
      assert.deepEqual(names, ['c#.sh', 'broken%zz.sh', '', '']);
    });
  });

  it('asks the model about the one comment only, at the depth of the settings, before background work', async () => {
    const engine = createFakeEngine();
    const settings = () => ({ model: { depth: '3' } });
    await withLspClient({ engineFactory: () => engine, settings }, async (client) => {
      await untilReady(client);
      const position = client.open(uri, '// one\n\n// tw|o\n');
      assert.match((await client.hoverText(uri, position)) ?? '', /· 3 layers ·/);
      assert.deepEqual(engine.labelCalls, [
        { texts: ['two'], options: { priority: 'interactive', depth: 3 } },
      ]);
    });
  });

  it('reads as many layers as a text needs, and says so', () => {
    const engine = createFakeEngine();
    const settings = () => ({ model: { depth: 'auto' } });
    return withLspClient({ engineFactory: () => engine, settings }, async (client) => {
      await untilReady(client);
      const position = client.open(uri, '// a|');
      assert.match((await client.hoverText(uri, position)) ?? '', /· 3 to 6 layers ·/);
      assert.deepEqual(engine.labelCalls[0]?.options, { priority: 'interactive', depth: 'auto' });
    });
  });

  it('reads a model at its own depth when it cannot be read at the one of the settings', () => {
    const engine = createFakeEngine();
    const settings = () => ({ model: { depth: '4' } });
    return withLspClient({ engineFactory: () => engine, settings }, async (client) => {
      await untilReady(client);
      const position = client.open(uri, '// a|');
      assert.match((await client.hoverText(uri, position)) ?? '', /· 6 layers ·/);
      assert.deepEqual(engine.labelCalls[0]?.options, { priority: 'interactive' });
      assert.ok(client.logs.some((one) => /depth 3, 6, not 4; reading it at 6/.test(one.message)));
    });
  });

  it('reads a line of a million characters', () =>
    withLspClient({ settings: () => ({ files: { maxSizeKB: 4096 } }) }, async (client) => {
      await untilReady(client);
      const position = client.open(uri, `${'x'.repeat(1_000_000)}// a|`);
      assert.match((await client.hoverText(uri, position)) ?? '', /Summary/);
    }));

  it('keeps a model or a document from writing its own Markdown', () => {
    const info: ModelInfo = { ...fakeModelInfo, name: '[x](command:evil)<b>' };
    return checkHover(
      '// Adds| two numbers\nfunction add(a, b) {}\n',
      hoverOf(
        '**Line comment** · documents function `add`',
        [summary, noDebt, prose],
        '*\\[x\\]\\(command:evil\\)\\<b\\> 1.2.3 · 6 layers · cpu*',
      ),
      { engineFactory: () => createFakeEngine({ model: Promise.resolve(info) }) },
    );
  });
});

describe('hover without a model', () => {
  it('says that the model is still loading, and what the comment documents', () => {
    const engineFactory = () => createFakeEngine({ model: new Promise(() => {}) });
    return withLspClient({ engineFactory }, async (client) => {
      await client.until('an engine', () => client.statuses.length > 0);
      const position = client.open(uri, '// Adds| two numbers\nfunction add(a, b) {}\n');
      await client.settle();
      assert.equal(
        await client.hoverText(uri, position),
        '**Line comment** · documents function `add`\n\nThe model is still loading; labels appear when it is ready.',
      );
    });
  });

  it('says why there are no labels when the model did not load', () => {
    const broken = Promise.reject(new EngineError('modelMissing', 'No model in /m. Choose another folder.'));
    broken.catch(() => {});
    return withLspClient({ engineFactory: () => createFakeEngine({ model: broken }) }, async (client) => {
      await client.until('the failure', () => client.statuses.at(-1)?.status.state === 'error');
      const position = client.open(uri, '// a|');
      assert.equal(
        await client.hoverText(uri, position),
        '**Line comment**\n\nNo labels, because the model did not load. No model in /m. Choose another folder.',
      );
    });
  });
});
