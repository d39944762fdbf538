// Pull diagnostics: what is reported, how it is shown, when the model is asked and when it is left alone.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { type Diagnostic, DiagnosticSeverity, DiagnosticTag } from 'vscode-languageserver-protocol';
import { CancellationTokenSource } from 'vscode-languageserver-protocol/node';
import { createFakeEngine, type FakeEngine, type FakeEngineOptions } from './support/fakeEngine.ts';
import { type LspClient, type LspClientOptions, untilReady, withLspClient } from './support/lspClient.ts';

const uri = 'file:///project/a.ts';

/** Starts a server with a fake engine and waits for its model. */
function withReadyServer(
  options: LspClientOptions & { readonly engine?: FakeEngineOptions },
  run: (client: LspClient, engine: FakeEngine) => Promise<void>,
): Promise<void> {
  const engine = createFakeEngine(options.engine);
  return withLspClient({ engineFactory: () => engine, ...options }, async (client) => {
    await untilReady(client);
    await run(client, engine);
  });
}

/**
 * Marks under each line what is reported there, `^^^ information debt`, as in the second argument.
 */
async function checkDiagnostics(marked: string, options: LspClientOptions = {}): Promise<void> {
  const lines = marked.split('\n');
  const source = lines.filter((line) => !/^\s*\^+ /.test(line));
  await withReadyServer(options, async (client) => {
    client.open(uri, source.join('\n'));
    const items = await client.diagnostics(uri);
    const shown = source.flatMap((line, index) => [line, ...items.flatMap((item) => mark(item, index))]);
    assert.equal(shown.join('\n'), marked);
  });
}

function mark({ range, severity, code }: Diagnostic, line: number): string[] {
  if (range.start.line !== line) return [];
  assert.equal(range.end.line, line);
  const names = ['', 'error', 'warning', 'information', 'hint'];
  const carets = '^'.repeat(range.end.character - range.start.character);
  return [`${' '.repeat(range.start.character)}${carets} ${names[severity ?? 0]} ${code}`];
}

describe('diagnostics', () => {
  it('mark debt and commented-out code, and nothing else', () =>
    checkDiagnostics(
      [
        'let a; // TODO find a better way',
        '          ^^^^^^^^^^^^^^^^^^^^^^ information debt',
        '',
        '// Adds two numbers',
        'let b;',
        '',
        '// foo(bar);',
        '^^^^^^^^^^^^ information commented-out-code',
        '',
        '// deprecated since long',
        '   ^^^^^^^^^^^^^^^^^^^^^ warning deprecated-without-alternative',
      ].join('\n'),
    ));

  it('count columns in UTF-16 units behind tabs and emoji', () =>
    checkDiagnostics(
      ['let x = "🎉"; // TODO 🎉 b', '                 ^^^^^^^^^ information debt'].join('\n'),
    ));

  it('carry source, link, message, tags and evidence', () =>
    withReadyServer({}, async (client) => {
      client.open(uri, '// foo(bar);');
      const [diagnostic] = await client.diagnostics(uri);
      assert.deepEqual(diagnostic, {
        range: { start: { line: 0, character: 0 }, end: { line: 0, character: 12 } },
        severity: DiagnosticSeverity.Information,
        code: 'commented-out-code',
        codeDescription: { href: 'https://example.org/findings#commented-out-code' },
        source: 'marginalia',
        message:
          'This comment is code that was switched off; version control remembers it (Code, 75 % sure).',
        tags: [DiagnosticTag.Unnecessary],
        data: { label: 'form/code', score: 0.75 },
      });
    }));

  it('speak Chinese to a Chinese editor', () =>
    withReadyServer({ locale: 'zh-cn' }, async (client) => {
      client.open(uri, '// TODO a');
      assert.deepEqual(
        (await client.diagnostics(uri)).map((one) => one.message),
        ['此注释承认有未完成或临时的工作（设计债务，把握 87 %）。'],
      );
    }));

  it('are silenced by markers in the source', () =>
    checkDiagnostics(['// marginalia-ignore-file debt', '', '// TODO a', '', '// TODO b'].join('\n')));

  it('are there for untitled documents, cells of notebooks and CRLF files', () =>
    withReadyServer({}, async (client) => {
      for (const other of ['untitled:Untitled-1', 'vscode-notebook-cell:/n.ipynb#W0', 'file:///crlf.ts']) {
        client.open(other, 'let a;\r\n// TODO b\r\n');
        const [diagnostic] = await client.diagnostics(other);
        assert.deepEqual(diagnostic?.range.end, { line: 1, character: 9 }, other);
      }
    }));

  it('are none for a document that is not open or was closed', () =>
    withReadyServer({}, async (client) => {
      assert.deepEqual(await client.diagnostics(uri), []);
      client.open(uri, '// TODO a');
      assert.equal((await client.diagnostics(uri)).length, 1);
      client.close(uri);
      assert.deepEqual(await client.diagnostics(uri), []);
    }));
});

describe('settings of diagnostics', () => {
  const levels = ['error', 'warning', 'information', 'hint'] as const;
  for (const level of levels) {
    it(`show debt as ${level}`, () =>
      checkDiagnostics(`// TODO a\n   ^^^^^^ ${level} debt`, {
        settings: () => ({ findings: { debt: { level } } }),
      }));
  }

  it('switch a code off', () =>
    checkDiagnostics('// TODO a', { settings: () => ({ findings: { debt: { level: 'off' } } }) }));

  it('hide what the model is less sure of', async () => {
    const settings = (minimumConfidence: number) => () => ({ findings: { debt: { minimumConfidence } } });
    await checkDiagnostics('// TODO a\n   ^^^^^^ information debt', { settings: settings(0.86) });
    await checkDiagnostics('// TODO a', { settings: settings(0.88) });
  });

  it('belong to a resource: two folders of a workspace differ', () =>
    withReadyServer(
      {
        settings: (resource) =>
          resource?.startsWith('file:///strict/') ? { findings: { debt: { level: 'error' } } } : {},
      },
      async (client) => {
        client.open('file:///strict/a.ts', '// TODO a');
        client.open('file:///lax/a.ts', '// TODO a');
        const severities = async (other: string) =>
          (await client.diagnostics(other)).map((one) => one.severity);
        assert.deepEqual(await severities('file:///strict/a.ts'), [DiagnosticSeverity.Error]);
        assert.deepEqual(await severities('file:///lax/a.ts'), [DiagnosticSeverity.Information]);
      },
    ));

  it('do not ask the model when all codes are off', () => {
    const off = { level: 'off' };
    const findings = { debt: off, 'commented-out-code': off, 'deprecated-without-alternative': off };
    return withReadyServer({ settings: () => ({ findings }) }, async (client, engine) => {
      client.open(uri, '// TODO a');
      assert.deepEqual(await client.diagnostics(uri), []);
      assert.deepEqual(engine.labelCalls, []);
    });
  });

  it('take effect at once when they change', () => {
    let level = 'warning';
    return withReadyServer({ settings: () => ({ findings: { debt: { level } } }) }, async (client) => {
      client.open(uri, '// TODO a');
      assert.equal((await client.diagnostics(uri))[0]?.severity, DiagnosticSeverity.Warning);
      const before = client.refreshCount;
      level = 'hint';
      client.changeConfiguration();
      await client.until('a refresh', () => client.refreshCount > before);
      assert.equal((await client.diagnostics(uri))[0]?.severity, DiagnosticSeverity.Hint);
    });
  });

  it('that are wrong are replaced by their defaults and told in the log once', () =>
    withReadyServer({ settings: () => ({ findings: { debt: { level: 'loud' } } }) }, async (client) => {
      for (const other of ['file:///a.ts', 'file:///b.ts']) {
        client.open(other, '// TODO a');
        assert.equal((await client.diagnostics(other))[0]?.severity, DiagnosticSeverity.Information);
      }
      const warnings = client.logs.filter((one) => one.message.includes('marginalia.findings.debt.level'));
      assert.deepEqual(
        warnings.map((one) => one.message),
        [
          'Setting marginalia.findings.debt.level is "loud", expected one of error, warning, information, hint, off; using the default.',
        ],
      );
    }));
});

describe('result ids', () => {
  it('answer "unchanged" when the client already has the report', () =>
    withReadyServer({}, async (client, engine) => {
      client.open(uri, '// TODO a');
      const first = await client.pull(uri);
      assert.equal(first.kind, 'full');
      const second = await client.pull(uri, first.resultId);
      assert.deepEqual(second, { kind: 'unchanged', resultId: first.resultId });
      assert.equal(engine.labelCalls.length, 1, 'the model was asked once');
    }));

  it('survive an edit that moves no finding, and change with one that does', () =>
    withReadyServer({}, async (client) => {
      client.open(uri, '// TODO a\nlet b;');
      const first = await client.pull(uri);
      client.change(uri, 2, '// TODO a\nlet c;');
      await client.settle();
      client.clock.advance(1000);
      assert.equal((await client.pull(uri, first.resultId)).kind, 'unchanged');
      client.change(uri, 3, '\n// TODO a\nlet c;');
      await client.settle();
      client.clock.advance(1000);
      const moved = await client.pull(uri, first.resultId);
      assert.equal(moved.kind, 'full');
      assert.notEqual(moved.resultId, first.resultId);
    }));
});

describe('typing', () => {
  it('is waited out: the model is asked once, about the newest text', () =>
    withReadyServer({}, async (client, engine) => {
      client.open(uri, '// T');
      await client.settle();
      client.edit(uri, 2, { line: 0, character: 4 }, { line: 0, character: 4 }, 'O');
      const early = client.pull(uri).catch((error) => error);
      await client.settle();
      assert.equal(engine.labelCalls.length, 0, 'nothing is sent while somebody types');
      client.edit(uri, 3, { line: 0, character: 5 }, { line: 0, character: 5 }, 'DO a');
      await client.settle();
      client.clock.advance(299);
      const late = client.pull(uri);
      await client.settle();
      client.clock.advance(301);
      assert.equal((await early).data?.retriggerRequest, true, 'the first answer would be about an old text');
      const report = await late;
      assert.equal(report.kind === 'full' && report.items.length, 1);
      assert.deepEqual(
        engine.labelCalls.map((call) => call.texts),
        [['TODO a']],
      );
    }));

  it('during the work of the model makes the answer stale, and the client is told to ask again', () => {
    let open = () => {};
    const gate = () => new Promise<void>((resolve) => (open = resolve));
    return withReadyServer({ engine: { gate } }, async (client, engine) => {
      client.open(uri, '// TODO a');
      const pull = client.pull(uri).catch((error) => error);
      await client.until('a call of the model', () => engine.labelCalls.length === 1);
      client.change(uri, 2, '// b');
      await client.settle();
      open();
      const error = await pull;
      assert.equal(error.code, -32802, 'ServerCancelled');
      assert.deepEqual(error.data, { retriggerRequest: true });
    });
  });

  it('a hover about an older text is answered with ContentModified', () => {
    let open = () => {};
    const gate = () => new Promise<void>((resolve) => (open = resolve));
    return withReadyServer({ engine: { gate } }, async (client, engine) => {
      const position = client.open(uri, '// a|');
      const hover = client.hover(uri, position).catch((error) => error);
      await client.until('a call of the model', () => engine.labelCalls.length === 1);
      client.change(uri, 2, '// b');
      await client.settle();
      open();
      assert.equal((await hover).code, -32801, 'ContentModified');
    });
  });
});

describe('work for the model', () => {
  it('can be cancelled, and the server goes on', () => {
    let open = () => {};
    const gate = () => new Promise<void>((resolve) => (open = resolve));
    return withReadyServer({ engine: { gate } }, async (client, engine) => {
      client.open(uri, '// TODO a');
      const source = new CancellationTokenSource();
      const pull = client.pull(uri, undefined, source.token).catch((error) => error);
      await client.until('a call of the model', () => engine.labelCalls.length === 1);
      source.cancel();
      await client.settle();
      open();
      assert.equal((await pull).code, -32800, 'RequestCancelled');
      const again = client.diagnostics(uri);
      await client.until('another call', () => engine.labelCalls.length === 2);
      open();
      assert.equal((await again).length, 1);
    });
  });

  it('comes in slices, so that a hover need not wait for a long document', () =>
    withReadyServer({}, async (client, engine) => {
      client.open(uri, Array.from({ length: 70 }, (_, index) => `// ${index}\n`).join('\n'));
      await client.diagnostics(uri);
      assert.deepEqual(
        engine.labelCalls.map((call) => call.texts.length),
        [32, 32, 6],
      );
    }));

  it('is interactive for visible documents and background work for the others', () =>
    withReadyServer({}, async (client, engine) => {
      client.setVisible(['file:///seen.ts']);
      for (const other of ['file:///seen.ts', 'file:///hidden.ts']) {
        client.open(other, `// ${other}`);
        await client.diagnostics(other);
      }
      assert.deepEqual(
        engine.labelCalls.map((call) => [call.texts[0], call.options.priority]),
        [
          ['file:///seen.ts', 'interactive'],
          ['file:///hidden.ts', 'background'],
        ],
      );
    }));

  it('is not needed for a file above the size limit', () =>
    withReadyServer({ settings: () => ({ files: { maxSizeKB: 1 } }) }, async (client, engine) => {
      client.open(uri, `// TODO a\n${'x'.repeat(1024)}`);
      assert.deepEqual(await client.diagnostics(uri), []);
      assert.deepEqual([engine.extractCalls, engine.labelCalls], [[], []]);
    }));
});
