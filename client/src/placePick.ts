// A list of places in the active file. Moving through the list shows each place in the editor, accepting goes there,
// closing goes back to where the user was. In: what fills the list. Out: nothing; the user looks and chooses.

import * as vscode from 'vscode';
import type { ProtocolRange } from '../../protocol/requests.ts';

export interface PlaceItem extends vscode.QuickPickItem {
  /** The first is where accepting goes; absent for a separator. */
  readonly ranges?: readonly ProtocolRange[];
}

export interface PlaceList {
  readonly items: readonly PlaceItem[];
  /** Stands in the empty input: why there is nothing, or what more there is to know. */
  readonly message: string | undefined;
}

export interface PlacePickOptions {
  readonly title: string;
  readonly placeholder: string;
  load(token: vscode.CancellationToken): Promise<PlaceList>;
}

export async function showPlacePick(editor: vscode.TextEditor, options: PlacePickOptions): Promise<void> {
  const source = new vscode.CancellationTokenSource();
  const pick = vscode.window.createQuickPick<PlaceItem>();
  pick.title = options.title;
  pick.placeholder = options.placeholder;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.busy = true;
  const before = editor.visibleRanges[0];
  const highlight = vscode.window.createTextEditorDecorationType({
    backgroundColor: new vscode.ThemeColor('editor.rangeHighlightBackground'),
    isWholeLine: true,
  });
  let accepted = false;
  pick.onDidChangeActive(([item]) => {
    const ranges = item?.ranges?.map(toVscodeRange) ?? [];
    editor.setDecorations(highlight, ranges);
    if (ranges[0]) editor.revealRange(ranges[0], vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  });
  pick.onDidAccept(() => {
    const range = pick.activeItems[0]?.ranges?.[0];
    if (range) {
      accepted = true;
      const { start } = toVscodeRange(range);
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
    if (!accepted && before) editor.revealRange(before, vscode.TextEditorRevealType.AtTop);
    pick.dispose();
  });
  pick.show();
  await fill(pick, options, source.token);
}

async function fill(
  pick: vscode.QuickPick<PlaceItem>,
  options: PlacePickOptions,
  token: vscode.CancellationToken,
): Promise<void> {
  try {
    const { items, message } = await options.load(token);
    if (message) pick.placeholder = message;
    pick.items = items;
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
