// Passages of the workspace, file by file: open documents first and as they stand in the editor, then files on disk.
// In: the window's folders. Out: sources with their passages, until whoever asks has enough.

import { URI } from 'vscode-uri';
import { type Cancellation, throwIfCancelled } from '../../engine/cancellation.ts';
import { extractPassages } from '../../engine/engine.ts';
import type { Extraction } from '../../engine/passages/passage.ts';
import { createLineIndex, type LineIndex } from '../../engine/text/lineIndex.ts';
import { createSourceFile, type SourceFile } from '../../engine/text/sourceFile.ts';
import type { HandlerContext } from '../handlers/context.ts';
import { isBelow, pathBelow } from '../uriPaths.ts';

export interface ReadFile {
  readonly uri: string;
  /** Relative to its folder. */
  readonly file: string;
  readonly source: SourceFile;
  readonly lines: LineIndex;
  readonly extraction: Extraction;
}

export async function* readWorkspace(
  context: HandlerContext,
  folders: readonly string[],
  cancellation: Cancellation,
): AsyncGenerator<ReadFile> {
  const seen = new Set<string>();
  for (const document of context.documents.all()) {
    throwIfCancelled(cancellation);
    const folder = folders.find((one) => isBelow(one, document.uri));
    if (folder === undefined) continue;
    seen.add(URI.parse(document.uri).fsPath);
    yield toReadFile(document.uri, folder, document.source, document.lines);
  }
  const { files, listFiles } = context.services;
  if (!files || !listFiles) return;
  for (const folder of folders) {
    for (const file of await listFiles(URI.parse(folder).fsPath, cancellation)) {
      throwIfCancelled(cancellation);
      const language = seen.has(file) ? undefined : files.languageOf(file);
      if (language === undefined) continue;
      seen.add(file);
      const content = await files.read(file);
      if ('skipped' in content) continue;
      const uri = URI.file(file).toString();
      const source = createSourceFile({ id: uri, language, version: 0, text: content.text });
      yield toReadFile(uri, folder, source, createLineIndex(content.text));
    }
  }
}

function toReadFile(uri: string, folder: string, source: SourceFile, lines: LineIndex): ReadFile {
  return { uri, file: pathBelow(folder, uri), source, lines, extraction: extractPassages(source) };
}
