// "Show the labels of this file": a list of the active file's comments with their labels. Moving through the
// list shows each comment in the editor, accepting goes there, closing goes back to where the user was.

import * as vscode from 'vscode';
import type { ProtocolRange } from '../../protocol/requests.ts';
import { type PassageItem, toPassageItems } from './passageItems.ts';
import type { ServerControl } from './serverControl.ts';

export async function showFileLabels(control: ServerControl): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!editor) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('Open a file to see the labels of its comments.'),
    );
    return;
  }
  const source = new vscode.CancellationTokenSource();
  const pick = vscode.window.createQuickPick<vscode.QuickPickItem & PassageItem>();
  pick.title = vscode.l10n.t('Labels of {0}', vscode.workspace.asRelativePath(editor.document.uri));
  pick.placeholder = vscode.l10n.t('Type to filter by label or text');
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.busy = true;
  const before = { selections: editor.selections, visible: editor.visibleRanges[0] };
  const highlight = vscode.window.createTextEditorDecorationType({
    backgroundColor: new vscode.ThemeColor('editor.rangeHighlightBackground'),
    isWholeLine: true,
  });
  let accepted = false;
  pick.onDidChangeActive(([item]) => {
    if (!item) return;
    const range = toVscodeRange(item.range);
    editor.setDecorations(highlight, [range]);
    editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  });
  pick.onDidAccept(() => {
    const item = pick.activeItems[0];
    if (item) {
      accepted = true;
      const { start } = toVscodeRange(item.range);
      editor.selection = new vscode.Selection(start, start);
      const column = editor.viewColumn;
      void vscode.window.showTextDocument(
        editor.document,
        column === undefined ? {} : { viewColumn: column },
      );
    }
    pick.hide();
  });
  pick.onDidHide(() => {
    source.cancel();
    highlight.dispose();
    if (!accepted && before.visible) editor.revealRange(before.visible, vscode.TextEditorRevealType.AtTop);
    pick.dispose();
  });
  pick.show();
  await fill(pick, control, editor.document.uri, source.token);
}

async function fill(
  pick: vscode.QuickPick<vscode.QuickPickItem & PassageItem>,
  control: ServerControl,
  uri: vscode.Uri,
  token: vscode.CancellationToken,
): Promise<void> {
  try {
    const result = await control.labelFile({ textDocument: { uri: uri.toString() } }, token);
    if (result.message) pick.placeholder = result.message;
    pick.items = toPassageItems(result, {
      line: (number) => vscode.l10n.t('line {0}', number),
      noLabels: vscode.l10n.t('no labels'),
    }).map((item) => ({ ...item }));
  } catch (error) {
    if (token.isCancellationRequested) return;
    pick.placeholder = error instanceof Error ? error.message : String(error);
  } finally {
    if (!token.isCancellationRequested) pick.busy = false;
  }
}

function toVscodeRange({ start, end }: ProtocolRange): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}
