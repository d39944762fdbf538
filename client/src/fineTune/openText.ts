// Shows a comment whose file is known and whose place may not be. In: the file, a line or the comment's text. Out: the
// file, with the line in the middle.

import * as vscode from 'vscode';
import { openPassage } from '../search/openPassage.ts';
import { findLine } from './findLine.ts';

export async function openText(place: {
  readonly uri: string;
  readonly line: number | undefined;
  readonly text: string;
}): Promise<void> {
  const line = place.line ?? (await lineOf(place.uri, place.text));
  await openPassage({ uri: place.uri, line, endLine: line }, 'beside');
}

async function lineOf(uri: string, text: string): Promise<number> {
  try {
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri));
    return findLine(document.getText().split(/\r?\n/), text) ?? 0;
  } catch {
    // Opening says why it does not work.
    return 0;
  }
}
