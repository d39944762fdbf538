// "Show the labels of this file": a list of the active file's comments with their labels.

import * as vscode from 'vscode';
import { toPassageItems } from './passageItems.ts';
import { showPlacePick } from './placePick.ts';
import type { ServerControl } from './serverControl.ts';

export async function showFileLabels(control: ServerControl): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!editor) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('Open a file to see the labels of its comments.'),
    );
    return;
  }
  const { uri } = editor.document;
  await showPlacePick(editor, {
    title: vscode.l10n.t('Labels of {0}', vscode.workspace.asRelativePath(uri)),
    placeholder: vscode.l10n.t('Type to filter by label or text'),
    async load(token) {
      const result = await control.labelFile({ textDocument: { uri: uri.toString() } }, token);
      const items = toPassageItems(result, {
        line: (number) => vscode.l10n.t('line {0}', number),
        noLabels: vscode.l10n.t('no labels'),
      });
      return {
        items: items.map(({ range, ...item }) => ({ ...item, ranges: [range] })),
        message: result.message,
      };
    },
  });
}
