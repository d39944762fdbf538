// Joins the requests about the whole workspace with their handlers, and the client's news of folders and files
// with the indexes.

import { type Connection, DidChangeWatchedFilesNotification, FileChangeType } from 'vscode-languageserver';
import {
  askRequest,
  checkFilesRequest,
  controlIndexRequest,
  searchRequest,
  similarRequest,
  skippedFilesRequest,
} from '../../../protocol/searchRequests.ts';
import type { ClientAbilities } from './clientAbilities.ts';
import { guardNotification, guardRequest } from './guard.ts';
import { createAskHandler } from './handlers/ask.ts';
import { createCheckFilesHandler } from './handlers/checkFiles.ts';
import type { HandlerContext } from './handlers/context.ts';
import { createControlIndexHandler, createSkippedFilesHandler } from './handlers/controlIndex.ts';
import { createSearchHandler } from './handlers/search.ts';
import { createSimilarHandler } from './handlers/similar.ts';
import { createWorkspaceSymbolHandler } from './handlers/workspaceSymbols.ts';
import type { LabelStores } from './labelStores.ts';
import type { SearchSession } from './searchSession.ts';
import type { Session } from './session.ts';

/** People and tools wait for these answers, so failures reach them; a list of symbols is merely shorter. */
export function registerSearch(connection: Connection, context: HandlerContext, search: SearchSession): void {
  const { logger } = context.services;
  connection.onRequest(searchRequest, guardRequest({ name: 'search', logger }, createSearchHandler(context)));
  connection.onRequest(askRequest, guardRequest({ name: 'ask', logger }, createAskHandler(context)));
  connection.onRequest(
    similarRequest,
    guardRequest({ name: 'similar', logger }, createSimilarHandler(context)),
  );
  connection.onRequest(
    controlIndexRequest,
    guardRequest({ name: 'controlIndex', logger }, createControlIndexHandler(context)),
  );
  connection.onRequest(
    skippedFilesRequest,
    guardRequest({ name: 'skippedFiles', logger }, createSkippedFilesHandler(context)),
  );
  connection.onRequest(
    checkFilesRequest,
    guardRequest(
      { name: 'checkFiles', logger },
      createCheckFilesHandler(context, () => search.folders),
    ),
  );
  connection.onWorkspaceSymbol(
    guardRequest(
      { name: 'workspaceSymbol', logger, fallback: () => [] },
      createWorkspaceSymbolHandler(context),
    ),
  );
}

/** Called once the client is initialised: nothing may be asked of it before. */
export async function watchWorkspace(
  connection: Connection,
  client: ClientAbilities,
  { search, context }: Session,
): Promise<void> {
  const { logger } = context.services;
  if (client.changesFolders) {
    connection.workspace.onDidChangeWorkspaceFolders(
      guardNotification('didChangeWorkspaceFolders', logger, ({ added, removed }) =>
        Promise.all([search.changeFolders(added, removed), context.team.stores.change(added, removed)]).then(
          () => {},
        ),
      ),
    );
  }
  connection.onDidChangeWatchedFiles(
    guardNotification('didChangeWatchedFiles', logger, ({ changes }) => {
      const relabelled = foldersOfChangedLabels(context.team.stores, changes);
      if (relabelled.length > 0) context.labelsChanged(relabelled);
      return search.indexes.filesChanged(
        changes.map(({ uri, type }) => ({ uri, isDeleted: type === FileChangeType.Deleted })),
      );
    }),
  );
  if (!client.watchesFiles) return;
  await connection.client.register(DidChangeWatchedFilesNotification.type, {
    watchers: [{ globPattern: '**/*' }],
  });
}

/** Somebody edited the labels or what is ignored, or git brought others. */
function foldersOfChangedLabels(
  stores: LabelStores,
  changes: readonly { readonly uri: string }[],
): readonly string[] {
  const files = changes.flatMap(({ uri }) => stores.of(uri) ?? []);
  const ours = files.filter(({ file }) =>
    /(?:^\.marginalia\/(?:labels\.jsonl|tasks\.json)|(?:^|\/)\.marginaliaignore)$/.test(file),
  );
  return [...new Set(ours.map(({ folderUri }) => folderUri))];
}
