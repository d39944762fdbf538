// The labels that people gave, by workspace folder. In: the client's folders, a document. Out: the store of the
// folder that the document lies in, and the document's path in it. Folders are opened when they are first asked.

import type { WorkspaceFolder } from 'vscode-languageserver';
import { URI } from 'vscode-uri';
import type { LabelStore } from '../engine/labelling/labelStore.ts';
import type { ServerServices } from './services.ts';

export interface FolderLabels {
  readonly folderUri: string;
  readonly store: LabelStore;
}

export interface LabelStores {
  /** Undefined for documents outside of all folders, and for folders that are on no disk. */
  of(documentUri: string): (FolderLabels & { readonly file: string }) | undefined;
  /** Every folder of the window that can have labels. */
  all(): readonly FolderLabels[];
  change(added: readonly WorkspaceFolder[], removed: readonly WorkspaceFolder[]): Promise<void>;
  dispose(): Promise<void>;
}

/** A cell of a notebook lies where its notebook lies. */
const schemesOnDisk: ReadonlySet<string> = new Set(['file', 'vscode-notebook-cell']);

export function createLabelStores(
  folders: readonly WorkspaceFolder[],
  openLabels: ServerServices['openLabels'],
): LabelStores {
  const uris = new Set(folders.map((folder) => folder.uri));
  const open = new Map<string, LabelStore | undefined>();

  const folderLabels = (folderUri: string): FolderLabels | undefined => {
    if (!open.has(folderUri)) open.set(folderUri, openLabels(folderUri));
    const store = open.get(folderUri);
    return store && { folderUri, store };
  };

  return {
    of(documentUri) {
      const document = URI.parse(documentUri);
      if (!schemesOnDisk.has(document.scheme)) return undefined;
      // The innermost folder, as folders of a workspace may lie inside each other.
      const [nearest] = [...uris]
        .map((uri) => ({ uri, path: `${URI.parse(uri).path.replace(/\/$/, '')}/` }))
        .filter((folder) => document.path.startsWith(folder.path))
        .sort((left, right) => right.path.length - left.path.length);
      const labels = nearest && folderLabels(nearest.uri);
      return labels && { ...labels, file: document.path.slice(nearest.path.length) };
    },
    all: () => [...uris].flatMap((uri) => folderLabels(uri) ?? []),
    async change(added, removed) {
      for (const { uri } of removed) {
        uris.delete(uri);
        await open.get(uri)?.dispose();
        open.delete(uri);
      }
      for (const { uri } of added) uris.add(uri);
    },
    async dispose() {
      for (const store of open.values()) await store?.dispose();
      open.clear();
    },
  };
}
