// A language client in memory: two streams join it with a server in the same process. Texts go in with a caret
// `|`, answers come out as the protocol has them. Time does not pass by itself: `clock.advance` moves it.

import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { createConnection } from 'vscode-languageserver/node';
import {
  type CancellationToken,
  CodeLensRefreshRequest,
  ConfigurationRequest,
  createProtocolConnection,
  type Diagnostic,
  DiagnosticRefreshRequest,
  DidChangeConfigurationNotification,
  DidChangeTextDocumentNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  type DocumentDiagnosticReport,
  DocumentDiagnosticRequest,
  type Hover,
  HoverRequest,
  InitializedNotification,
  type InitializeParams,
  InitializeRequest,
  type InitializeResult,
  type MarkupContent,
  type Position,
  type ProtocolConnection,
  RegistrationRequest,
  ShowMessageRequest,
  type ShowMessageRequestParams,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';
import { type LabelsChangedParams, labelsChangedNotification } from '../../../protocol/labelRequests.ts';
import {
  type LabelFileResult,
  labelFileRequest,
  type OpenSettingsParams,
  openSettingsNotification,
  type StatusParams,
  statusNotification,
  visibleDocumentsNotification,
} from '../../../protocol/requests.ts';
import { type IndexStatusParams, indexStatusNotification } from '../../../protocol/searchRequests.ts';
import { toFindings } from '../../../server/src/engine/findings/toFindings.ts';
import type { Logger } from '../../../server/src/engine/log.ts';
import { startServer } from '../../../server/src/lsp/server.ts';
import type { Clock, ServerServices } from '../../../server/src/lsp/services.ts';
import { createFakeEngine } from './fakeEngine.ts';

export interface LspClientOptions {
  readonly engineFactory?: ServerServices['engineFactory'];
  readonly languageOf?: ServerServices['languageOf'];
  readonly openLabels?: ServerServices['openLabels'];
  readonly toFindings?: ServerServices['toFindings'];
  /** Settings of the section `marginalia` for a resource; `undefined` as resource asks for the window's. */
  readonly settings?: (uri: string | undefined) => unknown;
  readonly openIndex?: ServerServices['openIndex'];
  readonly files?: ServerServices['files'];
  readonly listFiles?: ServerServices['listFiles'];
  readonly past?: ServerServices['past'];
  readonly fineTune?: ServerServices['fineTune'];
  readonly readIgnore?: ServerServices['readIgnore'];
  readonly folders?: readonly { readonly uri: string; readonly name: string }[];
  readonly locale?: string;
  readonly capabilities?: InitializeParams['capabilities'];
  readonly initializationOptions?: unknown;
  /** Title of the button to press on a message of the server. */
  readonly chooseAction?: (params: ShowMessageRequestParams) => string | undefined;
}

export interface LogEntry {
  readonly level: string;
  readonly message: string;
  readonly data: unknown;
}

export const fullCapabilities: InitializeParams['capabilities'] = {
  workspace: {
    configuration: true,
    didChangeConfiguration: { dynamicRegistration: true },
    diagnostics: { refreshSupport: true },
    workspaceFolders: true,
    didChangeWatchedFiles: { dynamicRegistration: true },
    codeLens: { refreshSupport: true },
  },
  textDocument: { diagnostic: {}, hover: { contentFormat: ['markdown', 'plaintext'] } },
};

export interface LspClient {
  readonly connection: ProtocolConnection;
  readonly initializeResult: InitializeResult;
  readonly clock: TestClock;
  readonly logs: readonly LogEntry[];
  /** Every status of the indexes, oldest first. */
  readonly indexStatuses: readonly IndexStatusParams[];
  readonly statuses: readonly { readonly atMs: number; readonly status: StatusParams }[];
  readonly messages: readonly ShowMessageRequestParams[];
  readonly openedSettings: readonly string[];
  readonly refreshCount: number;
  /** Folders that the server said had other labels, one entry for each notification. */
  readonly changedFolders: readonly (readonly string[])[];
  readonly registrations: readonly string[];
  /** Opens a document; a caret `|` is taken out and answered as a position. */
  open(uri: string, text: string, languageId?: string): Position;
  change(uri: string, version: number, text: string): void;
  edit(uri: string, version: number, start: Position, end: Position, text: string): void;
  close(uri: string): void;
  hover(uri: string, position: Position, token?: CancellationToken): Promise<Hover | null>;
  hoverText(uri: string, position: Position): Promise<string | undefined>;
  pull(uri: string, previousResultId?: string, token?: CancellationToken): Promise<DocumentDiagnosticReport>;
  diagnostics(uri: string): Promise<Diagnostic[]>;
  labelFile(uri: string, token?: CancellationToken): Promise<LabelFileResult>;
  setVisible(uris: readonly string[]): void;
  changeConfiguration(settings?: unknown): void;
  /** Lets time pass until `condition` holds; fails with `what` after two real seconds. */
  until(what: string, condition: () => boolean): Promise<void>;
  /** Waits for everything the client sent to have been read by the server. */
  settle(): Promise<void>;
}

export interface TestClock extends Clock {
  advance(ms: number): void;
}

/** Starts a server, runs the test, shuts the server down whatever happens. */
export async function withLspClient(
  options: LspClientOptions,
  run: (client: LspClient) => Promise<void>,
): Promise<void> {
  const toServer = new PassThrough();
  const toClient = new PassThrough();
  const logs: LogEntry[] = [];
  const logger: Logger = { log: (level, message, data) => void logs.push({ level, message, data }) };
  const clock = createTestClock();
  const services: ServerServices = {
    engineFactory: options.engineFactory ?? (() => createFakeEngine()),
    toFindings: options.toFindings ?? toFindings,
    openLabels: options.openLabels ?? (() => undefined),
    today: () => new Date('2026-11-27T12:00:00Z'),
    languageOf: options.languageOf ?? ((languageId) => languageId),
    documentationUri: (code) => `https://example.org/findings#${code}`,
    openIndex: options.openIndex,
    files: options.files,
    listFiles: options.listFiles,
    past: options.past,
    fineTune: options.fineTune,
    readIgnore: options.readIgnore ?? (async () => ({ isIgnored: false, silenced: [] })),
    logger,
    clock,
    version: '9.9.9',
  };
  // The library ends the process when a server's input closes: so the streams stay open until the test is over.
  startServer(
    createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient)),
    services,
  );
  const connection = createProtocolConnection(
    new StreamMessageReader(toClient),
    new StreamMessageWriter(toServer),
  );
  try {
    await run(await connect(connection, options, { logs, clock }));
    await connection.sendRequest(ShutdownRequest.type);
  } finally {
    connection.dispose();
  }
}

interface Surroundings {
  readonly logs: LogEntry[];
  readonly clock: TestClock;
}

async function connect(
  connection: ProtocolConnection,
  options: LspClientOptions,
  { logs, clock }: Surroundings,
): Promise<LspClient> {
  const statuses: { atMs: number; status: StatusParams }[] = [];
  const indexStatuses: IndexStatusParams[] = [];
  const messages: ShowMessageRequestParams[] = [];
  const openedSettings: string[] = [];
  const registrations: string[] = [];
  let refreshCount = 0;
  connection.onNotification(
    statusNotification,
    (status: StatusParams) => void statuses.push({ atMs: clock.nowMs(), status }),
  );
  connection.onNotification(
    indexStatusNotification,
    (status: IndexStatusParams) => void indexStatuses.push(status),
  );
  connection.onRequest(CodeLensRefreshRequest.type, () => {});
  connection.onNotification(
    openSettingsNotification,
    ({ key }: OpenSettingsParams) => void openedSettings.push(key),
  );
  const changedFolders: (readonly string[])[] = [];
  connection.onNotification(
    labelsChangedNotification,
    ({ folders }: LabelsChangedParams) => void changedFolders.push(folders),
  );
  connection.onRequest(ConfigurationRequest.type, ({ items }) =>
    items.map((item) => options.settings?.(item.scopeUri ?? undefined) ?? null),
  );
  connection.onRequest(RegistrationRequest.type, (params) => {
    registrations.push(...params.registrations.map((one) => one.method));
  });
  connection.onRequest(DiagnosticRefreshRequest.type, () => {
    refreshCount++;
  });
  connection.onRequest(ShowMessageRequest.type, (params) => {
    messages.push(params);
    const title = options.chooseAction?.(params);
    return title === undefined ? null : { title };
  });
  connection.listen();
  const initializeResult = await connection.sendRequest(InitializeRequest.type, {
    processId: null,
    rootUri: null,
    capabilities: options.capabilities ?? fullCapabilities,
    ...(options.folders && { workspaceFolders: [...options.folders] }),
    ...(options.locale !== undefined && { locale: options.locale }),
    ...(options.initializationOptions !== undefined && {
      initializationOptions: options.initializationOptions,
    }),
  });
  await connection.sendNotification(InitializedNotification.type, {});
  const state = {
    statuses,
    indexStatuses,
    changedFolders,
    messages,
    openedSettings,
    registrations,
    logs,
    clock,
    initializeResult,
  };
  return Object.defineProperty({ ...requestsOf(connection, clock), ...state }, 'refreshCount', {
    get: () => refreshCount,
  }) as unknown as LspClient;
}

function requestsOf(connection: ProtocolConnection, clock: TestClock) {
  const settle = async () => {
    // An answered request proves that what was sent before it has been read.
    await connection.sendRequest(HoverRequest.type, {
      textDocument: { uri: 'test:nothing' },
      position: { line: 0, character: 0 },
    });
  };
  const pull: LspClient['pull'] = (uri, previousResultId, token) =>
    connection.sendRequest(
      DocumentDiagnosticRequest.type,
      { textDocument: { uri }, ...(previousResultId !== undefined && { previousResultId }) },
      token,
    );
  const hover: LspClient['hover'] = (uri, position, token) =>
    connection.sendRequest(HoverRequest.type, { textDocument: { uri }, position }, token);
  return {
    connection,
    settle,
    pull,
    hover,
    open(uri: string, marked: string, languageId = 'typescript'): Position {
      const { text, position } = takeCaret(marked);
      void connection.sendNotification(DidOpenTextDocumentNotification.type, {
        textDocument: { uri, languageId, version: 1, text },
      });
      return position;
    },
    change(uri: string, version: number, text: string) {
      void connection.sendNotification(DidChangeTextDocumentNotification.type, {
        textDocument: { uri, version },
        contentChanges: [{ text }],
      });
    },
    edit(uri: string, version: number, start: Position, end: Position, text: string) {
      void connection.sendNotification(DidChangeTextDocumentNotification.type, {
        textDocument: { uri, version },
        contentChanges: [{ range: { start, end }, text }],
      });
    },
    close(uri: string) {
      void connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri } });
    },
    async hoverText(uri: string, position: Position) {
      const answer = await hover(uri, position);
      return answer ? (answer.contents as MarkupContent).value : undefined;
    },
    async diagnostics(uri: string) {
      const report = await pull(uri);
      assert.equal(report.kind, 'full');
      return report.kind === 'full' ? report.items : [];
    },
    labelFile: (uri: string, token?: CancellationToken): Promise<LabelFileResult> =>
      connection.sendRequest(labelFileRequest, { textDocument: { uri } }, ...(token ? [token] : [])),
    setVisible(uris: readonly string[]) {
      void connection.sendNotification(visibleDocumentsNotification, { uris });
    },
    changeConfiguration(settings: unknown = {}) {
      void connection.sendNotification(DidChangeConfigurationNotification.type, { settings });
    },
    async until(what: string, condition: () => boolean) {
      for (const deadline = Date.now() + 2000; !condition(); ) {
        assert.ok(Date.now() < deadline, `not within two seconds: ${what}`);
        await new Promise((resolve) => setTimeout(resolve, 2));
        clock.advance(50);
      }
    },
  };
}

/** Removes `|` from a text and says where it stood; the start where there is none. */
export function takeCaret(marked: string): { text: string; position: Position } {
  const offset = marked.indexOf('|');
  if (offset < 0) return { text: marked, position: { line: 0, character: 0 } };
  const before = marked.slice(0, offset).split(/\r\n|\r|\n/);
  const text = marked.slice(0, offset) + marked.slice(offset + 1);
  return { text, position: { line: before.length - 1, character: before.at(-1)!.length } };
}

export function createTestClock(): TestClock {
  let nowMs = 1_000_000;
  const timers = new Set<{ dueMs: number; callback: () => void }>();
  return {
    nowMs: () => nowMs,
    schedule(callback, delayMs) {
      const timer = { dueMs: nowMs + delayMs, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(ms) {
      nowMs += ms;
      for (const timer of [...timers].sort((one, other) => one.dueMs - other.dueMs)) {
        if (timer.dueMs <= nowMs && timers.delete(timer)) timer.callback();
      }
    },
  };
}

/** Waits until the status says that the model is ready. */
export function untilReady(client: LspClient): Promise<void> {
  return client.until('the model is ready', () => client.statuses.at(-1)?.status.state === 'ready');
}
