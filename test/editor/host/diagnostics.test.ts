// What the problems panel says about a file: debt, commented-out code, deprecations that leave the reader alone.

import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { eventually } from './eventually.ts';
import {
  closeEverything,
  codeOf,
  diagnosticOn,
  diagnosticsOf,
  nothingOn,
  openFile,
  positionOf,
} from './testWorkspace.ts';

describe('Diagnostics', () => {
  afterEach(closeEverything);

  it('report debt on the comment that admits it, with a link to what the code means', async () => {
    const document = await openFile('harbour', 'api/tideTable.ts');
    const diagnostic = await diagnosticOn(document, 'debt', 'HACK: the step is hard-coded');
    assert.equal(diagnostic.severity, vscode.DiagnosticSeverity.Information);
    assert.deepEqual(diagnostic.range.start, positionOf(document, 'HACK: the step'));
    assert.equal(diagnostic.range.isSingleLine, true, 'nothing after the comment is underlined');
    const { code } = diagnostic;
    assert.ok(typeof code === 'object' && code.target.path.length > 1, 'the code links to its documentation');
  });

  it('report a block of commented-out code once, over all of its lines', async () => {
    const document = await openFile('harbour', 'api/tideTable.ts');
    const diagnostic = await diagnosticOn(document, 'commented-out-code', 'const smoothed');
    assert.equal(diagnostic.range.end.line - diagnostic.range.start.line, 4);
    assert.equal(document.lineAt(diagnostic.range.end.line).text.trim(), '// return smoothed;');
    assert.equal(diagnosticsOf(document.uri).filter((one) => codeOf(one) === 'commented-out-code').length, 1);
  });

  it('report a deprecation without an alternative, and spare one that names it', async () => {
    const document = await openFile('harbour', 'api/tideTable.ts');
    await diagnosticOn(document, 'deprecated-without-alternative', '@deprecated */');
    await nothingOn(document, 'Use {@link turnsOfTide} instead');
  });

  it('leave explanations, licences and separators in peace', async () => {
    const document = await openFile('harbour', 'api/tideTable.ts');
    await diagnosticOn(document, 'debt', 'HACK: the step is hard-coded');
    for (const text of [
      'Copyright (c) 2026',
      'We step by six minutes',
      '-----',
      'Millimetres above chart datum',
    ]) {
      await nothingOn(document, text);
    }
  });

  it('follow an edit: a new hack comment is found, and its removal removes the diagnostic', async () => {
    const document = await openFile('harbour', 'api/server.ts');
    const hack = '// HACK: ugly workaround, rewrite this properly before the next release.';
    const end = document.positionAt(document.getText().length);
    await edit((change) => change.insert(document.uri, end, `\n${hack}\n`));
    await diagnosticOn(document, 'debt', 'HACK: ugly workaround');
    const added = new vscode.Range(end, document.positionAt(document.getText().length));
    await edit((change) => change.delete(document.uri, added));
    await eventually('no diagnostic on the removed lines', () => {
      const left = diagnosticsOf(document.uri).filter((one) => one.range.end.isAfter(end));
      assert.deepEqual(left, []);
      return true;
    });
  });

  it('speak about Python, Go, Java and shell as well', async () => {
    const cases = [
      ['forecast/harmonics.py', 'commented-out-code', 'def fit_with_weights'],
      ['collector/gauge.go', 'debt', 'readings are lost'],
      ['ledger/TideLedger.java', 'commented-out-code', 'public void remove'],
      ['ops/deploy.sh', 'commented-out-code', 'rsync -a'],
    ] as const;
    for (const [file, code, text] of cases) await diagnosticOn(await openFile('harbour', file), code, text);
  });
});

async function edit(change: (edit: vscode.WorkspaceEdit) => void): Promise<void> {
  const workspaceEdit = new vscode.WorkspaceEdit();
  change(workspaceEdit);
  assert.ok(await vscode.workspace.applyEdit(workspaceEdit), 'the editor refused the edit');
}
