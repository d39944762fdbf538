// A file as the user sees it: the editor's buffer where it is open, the file on disk where it is not.

import { URI } from 'vscode-uri';
import { createLineIndex, type LineIndex } from '../engine/text/lineIndex.ts';
import { createSourceFile, type SourceFile } from '../engine/text/sourceFile.ts';
import type { HandlerContext } from './handlers/context.ts';
import type { WorkspaceFiles } from './services.ts';

export interface OpenedSource {
  readonly source: SourceFile;
  readonly lines: LineIndex;
}

/** The problem is a sentence for people and begins with the address. */
export async function openSource(
  context: HandlerContext,
  uri: string,
  files: WorkspaceFiles,
): Promise<OpenedSource | { readonly problem: string }> {
  const open = context.documents.get(uri);
  if (open) return open;
  const file = URI.parse(uri).fsPath;
  const language = files.languageOf(file);
  if (language === undefined) return { problem: `${uri}: no language has this file name` };
  const content = await files.read(file);
  if ('skipped' in content) return { problem: `${uri}: ${content.detail}` };
  const source = createSourceFile({ id: uri, language, version: 0, text: content.text });
  return { source, lines: createLineIndex(content.text) };
}
