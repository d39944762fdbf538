// The workspace that the suites open: a copy of the sample in the folder `harbour`, and a second folder `quay`
// whose settings differ. Opens its documents and reads what Marginalia says about them.

import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { eventually } from './eventually.ts';

export const extensionId = 'marginalia.marginalia';

export type FolderName = 'harbour' | 'quay';

export function folderUri(name: FolderName): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.find((one) => one.name === name);
  assert.ok(folder, `The test workspace has no folder ${name}.`);
  return folder.uri;
}

export async function openFile(folder: FolderName, file: string): Promise<vscode.TextDocument> {
  return showDocument(
    await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folderUri(folder), ...file.split('/'))),
  );
}

export async function openUntitled(language: string, content: string): Promise<vscode.TextDocument> {
  return showDocument(await vscode.workspace.openTextDocument({ language, content }));
}

export async function closeEverything(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}

/** What Marginalia says about a document now; other extensions' diagnostics are left out. */
export function diagnosticsOf(uri: vscode.Uri): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter((one) => one.source === 'marginalia');
}

/** The stable code, whether or not it carries a link. */
export function codeOf(diagnostic: vscode.Diagnostic): string {
  const { code } = diagnostic;
  return String(typeof code === 'object' ? code.value : code);
}

/** Waits for a diagnostic of this code whose range covers `text`. */
export function diagnosticOn(
  document: vscode.TextDocument,
  code: string,
  text: string,
): Promise<vscode.Diagnostic> {
  const position = positionOf(document, text);
  return eventually(`a ${code} diagnostic on “${text}”`, () => {
    const all = diagnosticsOf(document.uri);
    const found = all.find((one) => codeOf(one) === code && one.range.contains(position));
    assert.ok(
      found,
      `found only: ${JSON.stringify(all.map((one) => [codeOf(one), one.range, one.message]))}`,
    );
    return found;
  });
}

/** Waits until no diagnostic covers `text`. */
export function nothingOn(document: vscode.TextDocument, text: string): Promise<true> {
  const position = positionOf(document, text);
  return eventually(`no diagnostic on “${text}”`, () => {
    const left = diagnosticsOf(document.uri).filter((one) => one.range.contains(position));
    assert.deepEqual(left, []);
    return true as const;
  });
}

/** The text of every hover at the first occurrence of `text`. */
export async function hoverOn(document: vscode.TextDocument, text: string): Promise<string> {
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    document.uri,
    positionOf(document, text),
  );
  return hovers
    .flatMap((hover) => hover.contents)
    .map((content) => (typeof content === 'string' ? content : content.value))
    .join('\n');
}

/** Waits for a hover that names a percentage, which is how labels look. */
export function labelsOn(document: vscode.TextDocument, text: string): Promise<string> {
  return eventually(`a hover with labels on “${text}”`, async () => {
    const hover = await hoverOn(document, text);
    assert.match(hover, /\d\s?%/);
    return hover;
  });
}

/** Sets a setting of one folder, or of the window where no folder is given. */
export async function configure(key: string, value: unknown, folder?: FolderName): Promise<void> {
  const scope = folder && folderUri(folder);
  const target = folder ? vscode.ConfigurationTarget.WorkspaceFolder : vscode.ConfigurationTarget.Workspace;
  await vscode.workspace.getConfiguration('marginalia', scope).update(key, value, target);
}

export function positionOf(document: vscode.TextDocument, text: string): vscode.Position {
  const offset = document.getText().indexOf(text);
  assert.notEqual(offset, -1, `${document.uri.path} does not contain “${text}”.`);
  return document.positionAt(offset);
}

async function showDocument(document: vscode.TextDocument): Promise<vscode.TextDocument> {
  await vscode.window.showTextDocument(document, { preview: false });
  return document;
}
