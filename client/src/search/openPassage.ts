// Goes to a passage that was found: opens its file, shows the comment in the middle, and marks its lines until the
// user does something else or goes to the next.

import * as vscode from 'vscode';
import type { ProtocolRange } from '../../../protocol/requests.ts';
import type { FoundPassage } from '../../../protocol/searchRequests.ts';
import type { OpenHow } from '../../../protocol/searchViewMessages.ts';

export type PassagePlace = Pick<FoundPassage, 'uri' | 'line' | 'endLine'> & {
  /** A sentence in the passage, where only that is meant. */
  readonly range?: ProtocolRange | undefined;
};

export interface PassageOpener extends vscode.Disposable {
  open(place: PassagePlace, how: OpenHow): Promise<void>;
}

export function createPassageOpener(): PassageOpener {
  let endMark = (): void => {};
  return {
    async open(place, how) {
      const shown = await show(place, how);
      endMark();
      if (shown) endMark = markRange(shown.editor, shown.range, place.range === undefined);
    },
    dispose: () => endMark(),
  };
}

/** Once, where nothing is opened after it. */
export function openPassage(place: PassagePlace, how: OpenHow): Promise<void> {
  return createPassageOpener().open(place, how);
}

interface ShownPassage {
  readonly editor: vscode.TextEditor;
  readonly range: vscode.Range;
}

async function show(place: PassagePlace, how: OpenHow): Promise<ShownPassage | undefined> {
  try {
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(place.uri));
    const range = rangeOf(document, place);
    const editor = await vscode.window.showTextDocument(document, {
      preserveFocus: how === 'preview',
      preview: how !== 'beside',
      selection: new vscode.Range(range.start, range.start),
      ...(how === 'beside' && { viewColumn: vscode.ViewColumn.Beside }),
    });
    editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    return { editor, range };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    void vscode.window.showWarningMessage(vscode.l10n.t('The file could not be opened: {0}', reason));
    return undefined;
  }
}

/** The file may have become shorter since it was read. */
function rangeOf(document: vscode.TextDocument, { line, endLine, range }: PassagePlace): vscode.Range {
  if (range) {
    const { start, end } = range;
    return document.validateRange(new vscode.Range(start.line, start.character, end.line, end.character));
  }
  const last = document.lineCount - 1;
  const first = document.lineAt(Math.min(line, last));
  const start = new vscode.Position(first.lineNumber, first.firstNonWhitespaceCharacterIndex);
  return new vscode.Range(start, document.lineAt(Math.min(Math.max(endLine, line), last)).range.end);
}

/** The result takes the mark away. */
function markRange(editor: vscode.TextEditor, range: vscode.Range, isWholeLine: boolean): () => void {
  const mark = vscode.window.createTextEditorDecorationType({
    backgroundColor: new vscode.ThemeColor('editor.rangeHighlightBackground'),
    borderColor: new vscode.ThemeColor('editor.rangeHighlightBorder'),
    isWholeLine,
  });
  editor.setDecorations(mark, [range]);
  const events = [
    vscode.window.onDidChangeTextEditorSelection(({ textEditor, kind }) => {
      // Our own selection arrives as a command; what the user does has a kind.
      if (textEditor === editor && kind !== undefined) end();
    }),
    vscode.window.onDidChangeVisibleTextEditors((editors) => {
      if (!editors.includes(editor)) end();
    }),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (document === editor.document) end();
    }),
  ];
  const end = (): void => {
    mark.dispose();
    for (const event of events) event.dispose();
  };
  return end;
}
