// Tells the server which documents the user is looking at, so that their labels come first.

import * as vscode from 'vscode';
import type { ServerControl } from './serverControl.ts';

export function watchVisibleDocuments(control: ServerControl): vscode.Disposable {
  const send = () => control.sendVisibleDocuments({ uris: readVisibleUris() });
  send();
  return vscode.Disposable.from(
    vscode.window.onDidChangeActiveTextEditor(send),
    vscode.window.onDidChangeVisibleTextEditors(send),
  );
}

/** The active editor's document first; a document in two editors once. */
function readVisibleUris(): string[] {
  const editors = [vscode.window.activeTextEditor, ...vscode.window.visibleTextEditors];
  return [...new Set(editors.flatMap((editor) => (editor ? [editor.document.uri.toString()] : [])))];
}
