// Documents that are not files: not yet saved, and cells of a notebook.

import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { closeEverything, diagnosticOn, folderUri, labelsOn, openUntitled } from './testWorkspace.ts';

describe('Documents', () => {
  afterEach(closeEverything);

  it('that were never saved are read like any other', async () => {
    const document = await openUntitled(
      'python',
      '# HACK: this is an ugly workaround, it must be rewritten.\nx = 1\n',
    );
    assert.equal(document.uri.scheme, 'untitled');
    await diagnosticOn(document, 'debt', 'HACK: this is an ugly workaround');
    await labelsOn(document, 'HACK: this is an ugly workaround');
  });

  it('that become readable when their language changes', async () => {
    const document = await openUntitled(
      'plaintext',
      '// HACK: ugly workaround, rewrite this properly.\nlet x = 1;\n',
    );
    const typed = await vscode.languages.setTextDocumentLanguage(document, 'typescript');
    await diagnosticOn(typed, 'debt', 'HACK: ugly workaround');
  });

  it('that are cells of a notebook have labels and diagnostics', async () => {
    const uri = vscode.Uri.joinPath(folderUri('harbour'), 'notebooks', 'calibration.ipynb');
    const notebook = await vscode.workspace.openNotebookDocument(uri);
    await vscode.window.showNotebookDocument(notebook);
    const cell = notebook.getCells().find((one) => one.kind === vscode.NotebookCellKind.Code);
    assert.ok(cell);
    await labelsOn(cell.document, 'The median, because');
    await diagnosticOn(cell.document, 'debt', 'this is a hack');
  });
});
