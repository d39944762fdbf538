// "Summarize This File": the key sentences of the active file in its order, and its key phrases, best first.

import * as vscode from 'vscode';
import { showPlacePick } from './placePick.ts';
import type { ServerControl } from './serverControl.ts';
import { toSummaryItems } from './summaryItems.ts';

export async function showFileSummary(control: ServerControl): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!editor) {
    void vscode.window.showInformationMessage(vscode.l10n.t('Open a file to see what it is about.'));
    return;
  }
  const { uri } = editor.document;
  await showPlacePick(editor, {
    title: vscode.l10n.t('What {0} is about', vscode.workspace.asRelativePath(uri)),
    placeholder: vscode.l10n.t('Key sentences and phrases; Enter goes there'),
    async load(token) {
      const result = await control.summarizeFile({ textDocument: { uri: uri.toString() } }, token);
      const items = toSummaryItems(result, {
        sentences: vscode.l10n.t('Key sentences'),
        phrases: vscode.l10n.t('Key phrases'),
        line: (number) => vscode.l10n.t('line {0}', number),
        places: (count) => vscode.l10n.t('{0} places', count),
      });
      return {
        items: items.map((item) =>
          'separator' in item
            ? { label: item.separator, kind: vscode.QuickPickItemKind.Separator }
            : { ...item },
        ),
        message: result.message,
      };
    },
  });
}
