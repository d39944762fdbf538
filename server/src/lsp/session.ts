// One client's session: its documents, settings, engine and status, joined. In: the connection, what the client
// can do, the services from outside. Out: the context that every handler works with, and what the session's own
// events do: settings change, the model becomes ready or fails, the client leaves.

import { CodeLensRefreshRequest, type Connection } from 'vscode-languageserver';
import { type LabelsChangedParams, labelsChangedNotification } from '../../../protocol/labelRequests.ts';
import { statusNotification } from '../../../protocol/requests.ts';
import type { ModelInfo } from '../engine/engine.ts';
import type { ClientAbilities } from './clientAbilities.ts';
import { createDocumentAnalysis } from './documentAnalysis.ts';
import { createOpenDocuments } from './documents.ts';
import { createEngineHolder, type ModelState } from './engineHolder.ts';
import { createFineTuneSession, type FineTuneSession } from './fineTune/fineTuneSession.ts';
import { guardNotification } from './guard.ts';
import type { HandlerContext } from './handlers/context.ts';
import { createLabelStores } from './labelStores.ts';
import { showModelNotice } from './modelNotice.ts';
import { type PushedDiagnostics, pushDiagnostics } from './pushedDiagnostics.ts';
import { createResourceSettings } from './resourceSettings.ts';
import { createSearchSession, type SearchSession } from './searchSession.ts';
import { readStatus } from './serverStatus.ts';
import type { ServerServices } from './services.ts';
import { createStatusNotifier } from './statusNotifier.ts';
import { createTeamLabels } from './teamLabels.ts';
import { createTexts } from './texts.ts';

export interface Session {
  readonly context: HandlerContext;
  readonly search: SearchSession;
  readonly fineTune: FineTuneSession;
  /** Takes the settings as they are now; loads the model ahead of the first document unless switched off. */
  applySettings(): Promise<void>;
  /** The client said that settings changed; `pushed` is the section `marginalia` if it sent it along. */
  changeSettings(pushed: unknown): Promise<void>;
  setVisible(uris: readonly string[]): void;
  dispose(): Promise<void>;
}

export function createSession(
  connection: Connection,
  client: ClientAbilities,
  services: ServerServices,
): Session {
  const { logger, clock } = services;
  const settings = createResourceSettings({
    connection: client.answersConfiguration ? connection : undefined,
    initial: client.options.settings,
    logger,
  });
  let visible: ReadonlySet<string> | undefined;
  let enabled = true;
  const inBackground = (name: string, work: () => void | Promise<void>) =>
    void guardNotification(name, logger, work)(undefined);

  const holder = createEngineHolder({
    engineFactory: services.engineFactory,
    logger,
    onStateChange: (state) => onModelState(state),
  });
  const analysis = createDocumentAnalysis(holder, () => status.update());
  const status = createStatusNotifier({
    clock,
    read: () => readStatus(holder.state, analysis.queue, { enabled, texts: context.texts }),
    send: (params) => inBackground('status', () => connection.sendNotification(statusNotification, params)),
  });
  const search = createSearchSession({
    connection,
    client,
    services,
    settings,
    engine: async () => {
      await context.ensureEngine();
      await holder.settled();
      const { engine, state } = holder;
      if (engine && state.kind === 'ready') return engine;
      throw new Error(state.kind === 'failed' ? state.message : 'The model is not loaded.');
    },
  });
  const team = createTeamLabels(createLabelStores(client.folders, services.openLabels), (error) => {
    if (!reported.has(error.location)) connection.window.showErrorMessage(context.texts.labelProblem(error));
    reported.add(error.location);
    logger.log('error', error.message);
  });
  const reported = new Set<string>();
  const fineTune = createFineTuneSession({
    connection,
    client,
    context: () => context,
    folders: () => search.folders,
  });
  const context: HandlerContext = {
    indexes: search.indexes,
    documents: createOpenDocuments(services),
    settings,
    holder,
    analysis,
    services,
    texts: createTexts(client.locale),
    team,
    createsFiles: client.createsFiles,
    canLabel: client.options.canLabel === true,
    labelsChanged(folders) {
      refreshDiagnostics();
      const params: LabelsChangedParams = { folders };
      inBackground('labels changed', () => connection.sendNotification(labelsChangedNotification, params));
    },
    async ensureEngine() {
      const { model, threads } = await settings.get(undefined);
      const accepted = await fineTune.activeModelPath();
      holder.choose({
        // What was accepted in this workspace goes before what the settings say for the machine.
        modelPath: accepted ?? (model.path === '' ? undefined : model.path),
        device: model.device,
        threads: threads === 0 ? undefined : threads,
      });
    },
    priorityOf: (uri) => (visible === undefined || visible.has(uri) ? 'interactive' : 'background'),
  };
  const pushed: PushedDiagnostics | undefined = client.pullsDiagnostics
    ? undefined
    : pushDiagnostics(connection, context);

  const refreshCodeLenses = (): void => {
    if (!client.refreshesCodeLenses) return;
    inBackground('lens refresh', () => connection.sendRequest(CodeLensRefreshRequest.type));
  };
  const refreshDiagnostics = (): void => {
    pushed?.refresh();
    if (!client.refreshesDiagnostics) return;
    inBackground('diagnostic refresh', () => connection.languages.diagnostics.refresh());
  };
  const onModelState = (state: ModelState): void => {
    status.update();
    if (state.kind === 'ready') {
      const { name, version, device, threads } = state.info;
      logger.log('info', `${name} ${version} is ready`, {
        device: device.name,
        reason: device.reason,
        threads,
      });
      refreshDiagnostics();
      search.useModel(state.info.fingerprint);
      inBackground('depth', () => warnOfDepth(state.info));
    }
    if (state.kind !== 'failed') return;
    const canOpenSettings = client.options.canOpenSettings === true;
    const notice = { connection, texts: context.texts, canOpenSettings, retry: holder.retry };
    inBackground('model notice', () =>
      showModelNotice(notice, context.texts.failure(state.code, state.message)),
    );
  };
  const warnOfDepth = async ({ name, tasks }: ModelInfo): Promise<void> => {
    const { depth } = (await settings.get(undefined)).model;
    if (depth === undefined || depth === 'auto' || tasks.depths.includes(depth)) return;
    const known = tasks.depths.join(', ');
    logger.log(
      'warn',
      `${name} can be read at depth ${known}, not ${depth}; reading it at ${tasks.defaultDepth}.`,
    );
  };
  const applySettings = async (): Promise<void> => {
    enabled = (await settings.get(undefined)).enable;
    if (enabled || holder.state.kind !== 'idle') await context.ensureEngine();
    status.update();
    await search.applySettings();
  };

  return {
    context,
    search,
    fineTune,
    applySettings,
    async changeSettings(section) {
      settings.clear(section);
      await applySettings();
      refreshDiagnostics();
      refreshCodeLenses();
    },
    setVisible(uris) {
      visible = new Set(uris);
      search.indexes.prefer(uris);
    },
    async dispose() {
      status.dispose();
      await fineTune.dispose();
      await search.dispose();
      await team.stores.dispose();
      await holder.dispose();
    },
  };
}
