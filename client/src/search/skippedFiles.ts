// "Show Files Left Out of Search": a read-only document with every file that search does not know, and why.

import * as vscode from 'vscode';
import { skippedFilesText } from './skippedFilesText.ts';
import type { WorkspaceSearch } from './workspaceSearch.ts';

const scheme = 'marginalia-skipped';

export interface SkippedFiles extends vscode.Disposable {
  show(): Promise<void>;
}

export function createSkippedFiles(search: WorkspaceSearch): SkippedFiles {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const uri = vscode.Uri.from({ scheme, path: vscode.l10n.t('Files left out of search') });
  const provider = vscode.workspace.registerTextDocumentContentProvider(scheme, {
    onDidChange: changed.event,
    provideTextDocumentContent: async () => {
      try {
        return skippedFilesText(await search.skippedFiles(), vscode.l10n.t);
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    },
  });
  return {
    async show() {
      // The document may be open from before: it is read again.
      changed.fire(uri);
      const document = await vscode.workspace.openTextDocument(uri);
      await vscode.window.showTextDocument(document, { preview: true });
    },
    dispose: () => vscode.Disposable.from(provider, changed).dispose(),
  };
}
