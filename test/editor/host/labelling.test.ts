// Labelling through the editor's own interface: quick fixes, commands with and without arguments, the file.

import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { eventually } from './eventually.ts';
import {
  closeEverything,
  diagnosticOn,
  folderUri,
  hoverOn,
  nothingOn,
  openFile,
  positionOf,
} from './testWorkspace.ts';

const hack = 'readings are lost';

describe('Labelling', () => {
  afterEach(async () => {
    await closeEverything();
    await vscode.workspace.fs.delete(labelFile(), { useTrash: false }).then(undefined, () => {});
  });

  it('is offered as quick fixes of a finding', async () => {
    const document = await openFile('harbour', 'collector/gauge.go');
    const finding = await diagnosticOn(document, 'debt', hack);
    const actions = await eventually('quick fixes for labels', async () => {
      const found = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        document.uri,
        finding.range,
        vscode.CodeActionKind.QuickFix.value,
      );
      assert.ok(
        found.some((one) => one.title === 'Wrong: it is…'),
        found.map((one) => one.title).join(', '),
      );
      return found;
    });
    const titles = actions.map((one) => one.title);
    assert.ok(titles.some((title) => title.startsWith('Right: ')));
    assert.ok(titles.includes('Not debt'));
    const dismiss = actions.find((one) => one.title === 'Not debt')!;
    await vscode.commands.executeCommand(dismiss.command!.command, ...dismiss.command!.arguments!);
    await nothingOn(document, hack);
    const [row] = await labelRows();
    assert.deepEqual(
      [row?.verdict, row?.dismissed, row?.labels],
      ['dismissed', ['debt'], { debt: ['none'] }],
    );
    await vscode.commands.executeCommand('marginalia.undoLabels');
    await diagnosticOn(document, 'debt', hack);
    assert.deepEqual(await labelRows(), []);
  });

  it('follows the comment at the cursor, is seen in the hover, and changes with the file', async () => {
    const document = await openFile('harbour', 'collector/gauge.go');
    await diagnosticOn(document, 'debt', hack);
    const position = positionOf(document, hack);
    vscode.window.activeTextEditor!.selection = new vscode.Selection(position, position);
    await vscode.commands.executeCommand('marginalia.confirmLabels');
    await eventually('a hover that names the person', async () => {
      assert.match(await hoverOn(document, hack), /labelled by/);
      return true;
    });
    const rows = await labelRows();
    assert.equal(rows[0]?.verdict, 'right');
    const changed = { ...rows[0], labels: { ...(rows[0]!.labels as object), debt: ['none'] } };
    await vscode.workspace.fs.writeFile(
      labelFile(),
      new TextEncoder().encode(`${JSON.stringify(changed)}\n`),
    );
    await nothingOn(document, hack);
  });

  it('is confirmed from a row of the tree, for the task that the row is about', async () => {
    const document = await openFile('harbour', 'collector/gauge.go');
    await diagnosticOn(document, 'debt', hack);
    const { line, character } = positionOf(document, hack);
    const position = { line, character };
    await vscode.commands.executeCommand('marginalia.labelsConfirm', {
      kind: 'passage',
      uri: document.uri.toString(),
      task: 'debt',
      passage: { range: { start: position, end: position } },
    });
    const [row] = await labelRows();
    assert.equal(row?.verdict, 'right');
    assert.deepEqual(Object.keys(row!.labels as object), ['debt']);
  });
});

function labelFile(): vscode.Uri {
  return vscode.Uri.joinPath(folderUri('harbour'), '.marginalia', 'labels.jsonl');
}

async function labelRows(): Promise<Record<string, unknown>[]> {
  const bytes = await vscode.workspace.fs.readFile(labelFile());
  return new TextDecoder()
    .decode(bytes)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
