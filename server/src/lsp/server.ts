// The language server: joins a connection with the services it is given. In: a connection that does not listen
// yet, and everything the server needs from outside. Out: a server that answers hovers, diagnostics and our own
// requests until the client shuts it down. All state lives in this call; two servers in one process share nothing.

import {
  type Connection,
  DidChangeConfigurationNotification,
  type InitializeParams,
  type InitializeResult,
  LSPErrorCodes,
  MarkupKind,
  ResponseError,
  TextDocumentSyncKind,
} from 'vscode-languageserver';
import {
  type InitializationOptions,
  labelFileRequest,
  type StatusParams,
  statusNotification,
  type VisibleDocumentsParams,
  visibleDocumentsNotification,
} from '../../../protocol/requests.ts';
import { createDocumentAnalysis, type DocumentAnalysis } from './documentAnalysis.ts';
import { createOpenDocuments } from './documents.ts';
import { createEngineHolder, type EngineHolder } from './engineHolder.ts';
import { guardNotification, guardRequest } from './guard.ts';
import type { HandlerContext } from './handlers/context.ts';
import { createDiagnosticsHandler } from './handlers/diagnostics.ts';
import { createHoverHandler } from './handlers/hover.ts';
import { createLabelFileHandler } from './handlers/labelFile.ts';
import { showModelNotice } from './modelNotice.ts';
import { createResourceSettings } from './resourceSettings.ts';
import type { ServerServices } from './services.ts';
import { createStatusNotifier } from './statusNotifier.ts';
import { createTexts } from './texts.ts';

export function startServer(connection: Connection, services: ServerServices): void {
  // Nothing may be answered before `initialize` has told who the client is.
  connection.onInitialize((params) => {
    serve(connection, services, params);
    return toInitializeResult(services);
  });
  connection.listen();
}

function serve(connection: Connection, services: ServerServices, params: InitializeParams): void {
  const { logger } = services;
  const client = readClient(params);
  const texts = createTexts(params.locale);
  const documents = createOpenDocuments(services.clock);
  const settings = createResourceSettings({
    connection: client.answersConfiguration ? connection : undefined,
    initial: client.options.settings,
    logger,
  });
  let visible: ReadonlySet<string> | undefined;
  let enabled = true;

  const holder = createEngineHolder({
    engineFactory: services.engineFactory,
    logger,
    onStateChange: (state) => {
      status.update();
      if (state.kind === 'ready') refreshDiagnostics();
      if (state.kind === 'failed') {
        const notice = {
          connection,
          texts,
          canOpenSettings: client.options.canOpenSettings === true,
          retry: holder.retry,
        };
        void guardNotification('model notice', logger, () => showModelNotice(notice, state.message))(
          undefined,
        );
      }
    },
  });
  const analysis = createDocumentAnalysis(holder, () => status.update());
  const status = createStatusNotifier({
    clock: services.clock,
    read: () => readStatus(holder, analysis, enabled),
    send: (params) => void connection.sendNotification(statusNotification, params),
  });

  const ensureEngine = async (): Promise<void> => {
    const { model, threads } = await settings.get(undefined);
    holder.choose({
      modelPath: model.path === '' ? undefined : model.path,
      threads: threads === 0 ? undefined : threads,
    });
  };
  const refreshDiagnostics = (): void => {
    if (!client.refreshesDiagnostics) return;
    void guardNotification('diagnostic refresh', logger, () => connection.languages.diagnostics.refresh())(
      undefined,
    );
  };
  /** Loads the model ahead of the first document, unless the user switched us off. */
  const applySettings = async (): Promise<void> => {
    enabled = (await settings.get(undefined)).enable;
    if (enabled || holder.state.kind !== 'idle') await ensureEngine();
    status.update();
  };

  const context: HandlerContext = {
    documents,
    settings,
    holder,
    analysis,
    services,
    texts,
    ensureEngine,
    priorityOf: (uri) => (visible === undefined || visible.has(uri) ? 'interactive' : 'background'),
  };

  connection.onInitialized(
    guardNotification('initialized', logger, async () => {
      if (client.registersConfiguration) {
        await connection.client.register(DidChangeConfigurationNotification.type, { section: 'marginalia' });
      }
      await applySettings();
    }),
  );
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
        staleError: pullAgain,
      },
      createDiagnosticsHandler(context),
    ),
  );
  connection.onRequest(
    labelFileRequest,
    guardRequest({ name: 'labelFile', logger }, createLabelFileHandler(context)),
  );
  connection.onNotification(
    visibleDocumentsNotification,
    guardNotification<VisibleDocumentsParams>('visibleDocuments', logger, ({ uris }) => {
      visible = new Set(uris);
    }),
  );
  connection.onDidChangeConfiguration(
    guardNotification('didChangeConfiguration', logger, async (change) => {
      settings.clear(change.settings?.marginalia);
      await applySettings();
      refreshDiagnostics();
    }),
  );
  documents.onDidClose(({ document }) => settings.forget(document.uri));
  documents.listen(connection);
  connection.onShutdown(
    guardNotification('shutdown', logger, async () => {
      status.dispose();
      await holder.dispose();
    }),
  );
}

function toInitializeResult(services: ServerServices): InitializeResult {
  return {
    serverInfo: { name: 'marginalia', version: services.version },
    capabilities: {
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
      hoverProvider: true,
      diagnosticProvider: {
        identifier: 'marginalia',
        interFileDependencies: false,
        workspaceDiagnostics: false,
      },
    },
  };
}

/** What of the client's abilities the server uses. */
function readClient({ capabilities, initializationOptions }: InitializeParams) {
  const formats = capabilities.textDocument?.hover?.contentFormat ?? [MarkupKind.Markdown];
  return {
    options: (initializationOptions ?? {}) as InitializationOptions,
    answersConfiguration: capabilities.workspace?.configuration === true,
    registersConfiguration: capabilities.workspace?.didChangeConfiguration?.dynamicRegistration === true,
    refreshesDiagnostics: capabilities.workspace?.diagnostics?.refreshSupport === true,
    hoverMarkup: formats.includes(MarkupKind.Markdown) ? MarkupKind.Markdown : MarkupKind.PlainText,
  };
}

/** For diagnostics the protocol has a kinder answer than `ContentModified`: keep what you show and ask again. */
function pullAgain(): ResponseError<unknown> {
  return new ResponseError(LSPErrorCodes.ServerCancelled, 'The document changed meanwhile.', {
    retriggerRequest: true,
  });
}

function readStatus(holder: EngineHolder, analysis: DocumentAnalysis, enabled: boolean): StatusParams {
  const { state } = holder;
  const queue = { ...analysis.queue };
  const base = { queue, model: undefined, device: undefined, message: undefined };
  switch (state.kind) {
    case 'idle':
      return { ...base, state: enabled ? 'loading' : 'off' };
    case 'loading':
      return { ...base, state: 'loading' };
    case 'failed':
      return { ...base, state: 'error', message: state.message };
    case 'ready': {
      const { name, version, parameters, device, threads } = state.info;
      const total = Object.values(parameters).reduce((sum, count) => sum + count, 0);
      return {
        ...base,
        state: queue.passages > 0 ? 'working' : enabled ? 'ready' : 'off',
        model: { name, version, parameters: total },
        device: { ...device, threads },
      };
    }
  }
}
