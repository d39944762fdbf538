// The documents that the client has open: files, untitled buffers and cells of notebooks alike.
// In: open, change and close notifications. Out: `OpenDocument` snapshots; each edit makes a new object,
// so that a result computed for one version can never be taken for another's.

import { TextDocuments } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { createLineIndex, type LineIndex } from '../engine/text/lineIndex.ts';
import { createSourceFile, type LanguageId, type SourceFile } from '../engine/text/sourceFile.ts';
import type { ServerServices } from './services.ts';

/** One version of one open document. */
export interface OpenDocument {
  readonly uri: string;
  readonly version: number;
  /** The same object for all versions between opening and closing: what is remembered across them hangs on it. */
  readonly session: object;
  readonly source: SourceFile;
  readonly lines: LineIndex;
  /** When the last edit arrived; undefined before the first one. */
  readonly editedAtMs: number | undefined;
}

type DocumentServices = Pick<ServerServices, 'clock' | 'languageOf'>;

/** `get(uri)` answers the newest version; `onDidClose` and `onDidChangeContent` tell about the rest. */
export type OpenDocuments = TextDocuments<OpenDocument>;

export function createOpenDocuments({ clock, languageOf }: DocumentServices): OpenDocuments {
  const buffers = new WeakMap<OpenDocument, TextDocument>();
  const snapshot = (buffer: TextDocument, editedAtMs: number | undefined): OpenDocument => {
    const document = toOpenDocument(
      buffer,
      languageOf(buffer.languageId, fileNameOf(buffer.uri)),
      editedAtMs,
    );
    buffers.set(document, buffer);
    return document;
  };
  return new TextDocuments<OpenDocument>({
    create: (uri, languageId, version, text) =>
      snapshot(TextDocument.create(uri, languageId, version, text), undefined),
    update: (document, changes, version) => {
      const buffer = buffers.get(document);
      if (!buffer) throw new Error(`Changes came for a document that is not open: ${document.uri}`);
      return snapshot(TextDocument.update(buffer, changes, version), clock.nowMs());
    },
  });
}

/** Empty for what is no file: a cell of a notebook has the notebook's name, and is not one. */
function fileNameOf(uri: string): string {
  if (!uri.startsWith('file:')) return '';
  const path = uri.replace(/[?#].*$/s, '');
  const name = path.slice(path.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function toOpenDocument(
  buffer: TextDocument,
  language: LanguageId,
  editedAtMs: number | undefined,
): OpenDocument {
  const text = buffer.getText();
  let lines: LineIndex | undefined;
  return {
    uri: buffer.uri,
    version: buffer.version,
    session: buffer,
    source: createSourceFile({
      id: buffer.uri,
      language,
      version: buffer.version,
      text,
    }),
    // Most versions of a document that is being typed are never asked for a position.
    get lines() {
      lines ??= createLineIndex(text);
      return lines;
    },
    editedAtMs,
  };
}
