// The language server: joins a connection with the services it is given. In: a connection that does not listen
// yet, and everything the server needs from outside. Out: a server that answers hovers, diagnostics and our own
// requests until the client shuts it down. All state lives in a session; two servers in one process share nothing.

import {
  CodeActionKind,
  type Connection,
  DidChangeConfigurationNotification,
  type InitializeResult,
  LSPErrorCodes,
  ResponseError,
  TextDocumentSyncKind,
} from 'vscode-languageserver';
import {
  labelFileRequest,
  summarizeFileRequest,
  type VisibleDocumentsParams,
  visibleDocumentsNotification,
} from '../../../protocol/requests.ts';
import { type ClientAbilities, readClientAbilities } from './clientAbilities.ts';
import { registerFineTune } from './fineTune/registerFineTune.ts';
import { guardNotification, guardRequest } from './guard.ts';
import { createCodeActionHandler } from './handlers/codeActions.ts';
import { createCodeLensHandler } from './handlers/codeLens.ts';
import { createDiagnosticsHandler } from './handlers/diagnostics.ts';
import { createHoverHandler } from './handlers/hover.ts';
import { createLabelFileHandler } from './handlers/labelFile.ts';
import { createSummarizeFileHandler } from './handlers/summarizeFile.ts';
import { registerLabelling } from './registerLabelling.ts';
import { registerSearch, watchWorkspace } from './registerSearch.ts';
import type { ServerServices } from './services.ts';
import { createSession, type Session } from './session.ts';

export function startServer(connection: Connection, services: ServerServices): void {
  // What the server offers and how it answers depends on the client, so everything begins with `initialize`.
  connection.onInitialize((params) => {
    const client = readClientAbilities(params);
    const session = createSession(connection, client, services);
    registerNotifications(connection, client, session);
    registerRequests(connection, client, session);
    return toInitializeResult(services.version, client);
  });
  connection.listen();
}

function registerRequests(
  connection: Connection,
  client: ClientAbilities,
  { context, search, fineTune }: Session,
): void {
  const { logger } = context.services;
  connection.onHover(
    guardRequest(
      { name: 'hover', logger, fallback: () => null },
      createHoverHandler(context, client.hoverMarkup),
    ),
  );
  connection.languages.diagnostics.on(
    guardRequest(
      {
        name: 'diagnostics',
        logger,
        fallback: () => ({ kind: 'full' as const, items: [] }),
        staleError: askAgain,
      },
      createDiagnosticsHandler(context),
    ),
  );
  connection.onCodeAction(
    guardRequest({ name: 'codeAction', logger, fallback: () => [] }, createCodeActionHandler(context)),
  );
  connection.onRequest(
    labelFileRequest,
    guardRequest({ name: 'labelFile', logger }, createLabelFileHandler(context)),
  );
  connection.onRequest(
    summarizeFileRequest,
    guardRequest({ name: 'summarizeFile', logger }, createSummarizeFileHandler(context)),
  );
  connection.onCodeLens(
    guardRequest({ name: 'codeLens', logger, fallback: () => [] }, createCodeLensHandler(context)),
  );
  registerSearch(connection, context, search);
  registerLabelling(connection, context);
  registerFineTune(connection, fineTune, logger);
}

function registerNotifications(connection: Connection, client: ClientAbilities, session: Session): void {
  const { documents, settings, services } = session.context;
  const { logger } = services;
  connection.onInitialized(
    guardNotification('initialized', logger, async () => {
      if (client.registersConfiguration) {
        await connection.client.register(DidChangeConfigurationNotification.type, { section: 'marginalia' });
      }
      await session.applySettings();
      await watchWorkspace(connection, client, session);
      await session.fineTune.attach();
    }),
  );
  connection.onDidChangeConfiguration(
    guardNotification('didChangeConfiguration', logger, (change) =>
      session.changeSettings(change.settings?.marginalia),
    ),
  );
  connection.onNotification(
    visibleDocumentsNotification,
    guardNotification<VisibleDocumentsParams>('visibleDocuments', logger, ({ uris }) =>
      session.setVisible(uris),
    ),
  );
  connection.onShutdown(guardNotification('shutdown', logger, () => session.dispose()));
  documents.onDidClose(({ document }) => settings.forget(document.uri));
  documents.onDidSave(({ document }) =>
    session.search.indexes.filesChanged([{ uri: document.uri, isDeleted: false }]),
  );
  documents.listen(connection);
}

function toInitializeResult(version: string, client: ClientAbilities): InitializeResult {
  return {
    serverInfo: { name: 'marginalia', version },
    capabilities: {
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
      hoverProvider: true,
      codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
      workspaceSymbolProvider: true,
      ...(client.options.canFindSimilar === true && { codeLensProvider: {} }),
      workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
      diagnosticProvider: {
        identifier: 'marginalia',
        interFileDependencies: false,
        workspaceDiagnostics: false,
      },
    },
  };
}

/** For diagnostics the protocol has a kinder answer than `ContentModified`: keep what you show and ask again. */
function askAgain(): ResponseError<unknown> {
  return new ResponseError(LSPErrorCodes.ServerCancelled, 'The document changed meanwhile.', {
    retriggerRequest: true,
  });
}
