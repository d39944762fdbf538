// Where the editor enters: joins the parts of the extension and starts the language server. Out: what the
// tests in a real editor look at. The extension computes nothing; everything else happens in the server.

import * as vscode from 'vscode';
import type { StatusParams } from '../../protocol/requests.ts';
import type { IndexStatusParams } from '../../protocol/searchRequests.ts';
import { registerCommands } from './commands.ts';
import { createFineTunePanel } from './fineTune/fineTunePanel.ts';
import { createFineTuning } from './fineTune/fineTuneRequests.ts';
import { watchTraining } from './fineTune/trainingNotice.ts';
import { createLabelsTree } from './labelling/labelsTree.ts';
import { providePastTexts } from './labelling/pastTexts.ts';
import { registerAgentTools } from './search/agentTools.ts';
import { createIndexItem } from './search/indexItem.ts';
import { createPassageOpener } from './search/openPassage.ts';
import { createSearchView } from './search/searchView.ts';
import { createSkippedFiles } from './search/skippedFiles.ts';
import { createTeamIndex } from './search/teamIndex.ts';
import { createWorkspaceSearch } from './search/workspaceSearch.ts';
import { createServerControl } from './serverControl.ts';
import { createStatusItem } from './statusItem.ts';
import { watchVisibleDocuments } from './visibleDocuments.ts';

/** What `activate` gives to other extensions and to tests. */
export interface MarginaliaApi {
  /** Newest status of the server; undefined before its first word. */
  readonly status: StatusParams | undefined;
  /** Newest status of the indexes; undefined before the first. */
  readonly indexStatus: IndexStatusParams | undefined;
  /** Process of the server, while there is one. */
  readonly serverProcessId: number | undefined;
}

/** What `activate` started; `deactivate` is called without arguments, so it has to be kept here. */
let stop: (() => Promise<void>) | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<MarginaliaApi> {
  const log = vscode.window.createOutputChannel('Marginalia', { log: true });
  const statusItem = createStatusItem();
  const indexItem = createIndexItem();
  let indexStatus: IndexStatusParams | undefined;
  const teamIndex = createTeamIndex(context.secrets);
  const control = createServerControl({
    serverModule: context.asAbsolutePath('dist/server/main.js'),
    log,
    onStatus: (status) => statusItem.show(status),
    onIndexStatus: (status) => {
      indexStatus = status;
      indexItem.show(status);
      view.showStatus(status);
    },
    environment: () => teamIndex.environment(),
    storageFolder: context.storageUri?.scheme === 'file' ? context.storageUri.fsPath : undefined,
    modelsFolder:
      context.globalStorageUri.scheme === 'file'
        ? vscode.Uri.joinPath(context.globalStorageUri, 'models').fsPath
        : undefined,
  });
  const search = createWorkspaceSearch(control);
  const opener = createPassageOpener();
  const view = createSearchView({
    extensionUri: context.extensionUri,
    state: context.workspaceState,
    search,
    opener,
  });
  const skipped = createSkippedFiles(search);
  const labels = createLabelsTree(control, context.workspaceState);
  const fineTuning = createFineTuning(control);
  const fineTunePanel = createFineTunePanel(context.extensionUri, fineTuning);
  stop = () => control.stop();
  context.subscriptions.push(
    log,
    statusItem,
    indexItem,
    view,
    opener,
    skipped,
    labels,
    providePastTexts(),
    ...registerAgentTools(search),
    fineTunePanel,
    watchTraining(fineTuning, fineTunePanel),
    ...registerCommands({
      labels,
      control,
      log,
      search,
      view,
      opener,
      skipped,
      teamIndex,
      fineTuning,
      fineTunePanel,
    }),
    watchVisibleDocuments(control),
  );
  // Activation must not wait for a process: the editor would hold back everything that waits for us.
  void control.start();
  return {
    get status() {
      return control.status;
    },
    get indexStatus() {
      return indexStatus;
    },
    get serverProcessId() {
      return control.processId;
    },
  };
}

export async function deactivate(): Promise<void> {
  await stop?.();
}
