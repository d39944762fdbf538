// Texts that stand in no file any more, shown in an editor that cannot be written to. The address holds the whole text,
// so nothing has to be remembered.

import * as vscode from 'vscode';

const scheme = 'marginalia-past';
/** The question lies over the first lines of an editor. */
const linesAbove = 16;

/** @param file where it stood; its name is that of the tab */
export function pastTextUri(file: string, text: string): vscode.Uri {
  return vscode.Uri.from({ scheme, path: `/${file}.txt`, query: '\n'.repeat(linesAbove) + text });
}

export function providePastTexts(): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(scheme, {
    provideTextDocumentContent: ({ query }) => query,
  });
}
