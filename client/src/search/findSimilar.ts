// "Find Similar": passages like the comment at the caret, at the place of a code lens, or under the mouse in the
// search view. The results appear in the view.

import * as vscode from 'vscode';
import type { FoundPassage } from '../../../protocol/searchRequests.ts';
import type { PassageOpener } from './openPassage.ts';
import type { SearchView } from './searchView.ts';

/** A code lens hands over a document and a position, the editor's context menu a URI, the palette nothing. */
export async function findSimilar(view: SearchView, uri: unknown, position: unknown): Promise<void> {
  if (typeof uri === 'string' && isPosition(position)) {
    await view.showSimilar({ place: { uri, position } });
    return;
  }
  const editor = vscode.window.activeTextEditor;
  if (!editor) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('Open a file and put the caret into a comment to find similar ones.'),
    );
    return;
  }
  const { line, character } = editor.selection.active;
  const place = { uri: editor.document.uri.toString(), position: { line, character } };
  await view.showSimilar({ place });
}

/** From the context menu of the view. */
export async function findSimilarToPassage(view: SearchView, context: unknown): Promise<void> {
  const passage = passageOf(context);
  if (passage) {
    await view.showSimilar({ passage: { root: passage.root, id: passage.id }, text: passage.text });
  }
}

export async function openPassageBeside(opener: PassageOpener, context: unknown): Promise<void> {
  const passage = passageOf(context);
  if (passage) await opener.open(passage, 'beside');
}

export async function copyPassage(context: unknown): Promise<void> {
  const passage = passageOf(context);
  if (passage) await vscode.env.clipboard.writeText(passage.text);
}

function passageOf(context: unknown): FoundPassage | undefined {
  return (context as { readonly passage?: FoundPassage } | undefined)?.passage;
}

function isPosition(value: unknown): value is { readonly line: number; readonly character: number } {
  const { line, character } = (value ?? {}) as { readonly line?: unknown; readonly character?: unknown };
  return typeof line === 'number' && typeof character === 'number';
}
