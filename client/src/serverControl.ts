// Starts, watches and restarts the language server. In: where its program lies and where its log goes.
// Out: requests to it, its status, and one message to the user when it cannot be kept alive.

import * as vscode from 'vscode';
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  type LanguageClientOptions,
  RevealOutputChannelOn,
  type ServerOptions,
  State,
  TransportKind,
} from 'vscode-languageclient/node';
import {
  type PreviewProgressParams,
  previewProgressNotification,
  type TrainingStateParams,
  trainingStateNotification,
} from '../../protocol/fineTuneRequests.ts';
import { type LabelsChangedParams, labelsChangedNotification } from '../../protocol/labelRequests.ts';
import { documentSchemes, languageIds } from '../../protocol/languages.ts';
import {
  type InitializationOptions,
  type LabelFileParams,
  type LabelFileResult,
  labelFileRequest,
  type OpenSettingsParams,
  openSettingsNotification,
  type StatusParams,
  type SummarizeFileParams,
  type SummarizeFileResult,
  statusNotification,
  summarizeFileRequest,
  type VisibleDocumentsParams,
  visibleDocumentsNotification,
} from '../../protocol/requests.ts';
import { type IndexStatusParams, indexStatusNotification } from '../../protocol/searchRequests.ts';
import { answerConfiguration } from './answerConfiguration.ts';
import { labelCommandIds } from './labelling/labelTarget.ts';
import { createRestartPolicy } from './restartPolicy.ts';
import { memoryEnvironment } from './serverMemory.ts';

export interface ServerControl {
  start(): Promise<void>;
  /** Stops a server that runs and starts a fresh one, whatever happened before. */
  restart(): Promise<void>;
  stop(): Promise<void>;
  labelFile(params: LabelFileParams, token: vscode.CancellationToken): Promise<LabelFileResult>;
  summarizeFile(params: SummarizeFileParams, token: vscode.CancellationToken): Promise<SummarizeFileResult>;
  /** Any request of protocol/requests.ts. */
  request<P, R>(method: string, params: P, token?: vscode.CancellationToken): Promise<R>;
  /** Fires with the folders whose labels people changed, and with none after a new server started. */
  readonly onLabelsChanged: vscode.Event<readonly string[]>;
  /** The training of this window, whenever it changed. */
  readonly onTrainingState: vscode.Event<TrainingStateParams>;
  readonly onPreviewProgress: vscode.Event<PreviewProgressParams>;
  /** Fires when a server is there, the first or another. */
  readonly onStarted: vscode.Event<void>;
  /** Said again by itself to a server that starts later. */
  sendVisibleDocuments(params: VisibleDocumentsParams): void;
  readonly status: StatusParams | undefined;
  readonly processId: number | undefined;
}

export interface ServerControlOptions {
  readonly serverModule: string;
  readonly log: vscode.LogOutputChannel;
  readonly onStatus: (status: StatusParams) => void;
  /** Undefined: the server that had indexes is gone. */
  readonly onIndexStatus: (status: IndexStatusParams | undefined) => void;
  /** Added to the environment of each server that starts. */
  readonly environment: () => Promise<Readonly<Record<string, string>>>;
  /** Where the server may keep the indexes of this workspace. */
  readonly storageFolder: string | undefined;
  /** Where the models of this person are kept. */
  readonly modelsFolder: string | undefined;
}

export function createServerControl(options: ServerControlOptions): ServerControl {
  const { log } = options;
  const policy = createRestartPolicy();
  let status: StatusParams | undefined;
  let visible: VisibleDocumentsParams = { uris: [] };
  let deathCount = 0;
  let nextStart: NodeJS.Timeout | undefined;

  const setStatus = (next: StatusParams): void => {
    status = next;
    options.onStatus(next);
  };
  const giveUp = (reason: string): void => {
    setStatus(failedStatus(reason));
    void offerRestart(reason, log, () => control.restart());
  };
  /** The language client could restart by itself, but then it speaks to the user about every failed start. */
  const onDeath = (): void => {
    deathCount++;
    const delayMs = policy.nextDelayMs(Date.now());
    if (delayMs === undefined) {
      giveUp(vscode.l10n.t('The Marginalia server stopped again and again and was not restarted.'));
      return;
    }
    setStatus(loadingStatus);
    log.warn(`The server stopped; starting it again in ${delayMs} ms.`);
    nextStart = setTimeout(() => void control.start(), delayMs);
  };
  /** Read by the client when it starts a process. */
  const environment: Record<string, string> = {};
  const client = new LanguageClient(
    'marginalia',
    'Marginalia',
    toServerOptions(options.serverModule, environment),
    toClientOptions(options, onDeath),
  );
  client.onNotification(statusNotification, (params: StatusParams) => setStatus(params));
  const labelsChanged = new vscode.EventEmitter<readonly string[]>();
  client.onNotification(labelsChangedNotification, ({ folders }: LabelsChangedParams) =>
    labelsChanged.fire(folders),
  );
  const trainingState = new vscode.EventEmitter<TrainingStateParams>();
  client.onNotification(trainingStateNotification, (state: TrainingStateParams) => trainingState.fire(state));
  const previewProgress = new vscode.EventEmitter<PreviewProgressParams>();
  client.onNotification(previewProgressNotification, (progress: PreviewProgressParams) =>
    previewProgress.fire(progress),
  );
  const started = new vscode.EventEmitter<void>();
  client.onNotification(indexStatusNotification, options.onIndexStatus);
  client.onNotification(openSettingsNotification, ({ key }: OpenSettingsParams) => {
    void vscode.commands.executeCommand('workbench.action.openSettings', key);
  });
  client.onDidChangeState(({ newState }) => {
    if (newState === State.Stopped) options.onIndexStatus(undefined);
    if (newState !== State.Running) return;
    void client.sendNotification(visibleDocumentsNotification, visible);
    labelsChanged.fire([]);
    started.fire();
  });

  const control: ServerControl = {
    async start() {
      const deathsBefore = deathCount;
      setStatus(loadingStatus);
      try {
        for (const name of Object.keys(environment)) delete environment[name];
        Object.assign(environment, memoryEnvironment, await options.environment());
        await client.start();
      } catch (error) {
        log.error('The server could not be started.', error instanceof Error ? error : String(error));
        // A server that died on its way up is started again by `onDeath`.
        if (deathCount === deathsBefore) {
          giveUp(vscode.l10n.t('The Marginalia server could not be started.'));
        }
      }
    },
    async restart() {
      clearTimeout(nextStart);
      policy.reset();
      // A server that hangs must not keep the user from a new one.
      await client.stop().catch((error) => log.warn('The old server did not stop cleanly.', error));
      await control.start();
    },
    async stop() {
      clearTimeout(nextStart);
      await client.dispose().catch((error) => log.warn('The server did not stop cleanly.', error));
    },
    request: (method, params, token) =>
      token ? client.sendRequest(method, params, token) : client.sendRequest(method, params),
    onLabelsChanged: labelsChanged.event,
    onTrainingState: trainingState.event,
    onPreviewProgress: previewProgress.event,
    onStarted: started.event,
    labelFile: (params, token) => client.sendRequest<LabelFileResult>(labelFileRequest, params, token),
    summarizeFile: (params, token) =>
      client.sendRequest<SummarizeFileResult>(summarizeFileRequest, params, token),
    sendVisibleDocuments(params) {
      visible = params;
      if (client.isRunning()) void client.sendNotification(visibleDocumentsNotification, params);
    },
    get status() {
      return status;
    },
    get processId() {
      return client.serverProcess?.pid;
    },
  };
  return control;
}

/** The server runs on the Node of the extension host: no other is certain to be there. */
function toServerOptions(module: string, env: Readonly<Record<string, string>>): ServerOptions {
  const run = { module, transport: TransportKind.ipc, options: { env } };
  return { run, debug: { ...run, options: { env, execArgv: ['--nolazy', '--inspect=6019'] } } };
}

function toClientOptions(
  { log, storageFolder, modelsFolder }: ServerControlOptions,
  onDeath: () => void,
): LanguageClientOptions {
  const initializationOptions: InitializationOptions = {
    canOpenSettings: true,
    canLabel: true,
    canFindSimilar: true,
    ...(storageFolder !== undefined && { storageFolder }),
    ...(modelsFolder !== undefined && { modelsFolder }),
  };
  return {
    documentSelector: documentSchemes.flatMap((scheme) =>
      languageIds.map((language) => ({ scheme, language })),
    ),
    outputChannel: log,
    traceOutputChannel: log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    initializationOptions,
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => {
        onDeath();
        return { action: CloseAction.DoNotRestart, handled: true, message: 'The server has stopped.' };
      },
    },
    initializationFailedHandler: () => false,
    middleware: { workspace: { configuration: answerConfiguration } },
    diagnosticPullOptions: { onChange: true, onFocus: true },
    // Hovers hold text of documents, so nothing but our own commands for labelling may be a link in them.
    markdown: { isTrusted: { enabledCommands: [...labelCommandIds] }, supportHtml: false },
  };
}

const loadingStatus: StatusParams = {
  state: 'loading',
  model: undefined,
  device: undefined,
  queue: { documents: 0, passages: 0 },
  message: undefined,
};

function failedStatus(message: string): StatusParams {
  return { ...loadingStatus, state: 'error', message };
}

async function offerRestart(
  reason: string,
  log: vscode.LogOutputChannel,
  restart: () => Promise<void>,
): Promise<void> {
  const again = vscode.l10n.t('Restart');
  const showLog = vscode.l10n.t('Show Log');
  const chosen = await vscode.window.showErrorMessage(reason, again, showLog);
  if (chosen === again) await restart();
  if (chosen === showLog) log.show();
}
