// The fine-tune panel: one page in an editor tab. In: messages of the page, news of the server. Out: answers of the
// server, opened files, run commands. The page keeps nothing that matters, so it may be closed, moved or reloaded at
// any time; the training goes on without it.

import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type {
  FineTunePanelAction,
  FromFineTunePanel,
  ToFineTunePanel,
} from '../../../protocol/fineTunePanelMessages.ts';
import { webviewHtml } from '../webviewHtml.ts';
import { changeModel } from './changeModel.ts';
import { fineTunePanelTexts } from './fineTunePanelTexts.ts';
import type { FineTuning } from './fineTuneRequests.ts';
import { openText } from './openText.ts';

export const fineTunePanelType = 'marginalia.fineTune';

export interface FineTunePanel extends vscode.Disposable {
  show(task?: string): void;
  readonly isVisible: boolean;
}

export function createFineTunePanel(extensionUri: vscode.Uri, fineTuning: FineTuning): FineTunePanel {
  const folder = vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
  let panel: vscode.WebviewPanel | undefined;
  let wantedTask: string | undefined;
  let preview = new vscode.CancellationTokenSource();
  let estimate = new vscode.CancellationTokenSource();
  const closing = new vscode.CancellationTokenSource();

  const post = (message: ToFineTunePanel): void => void panel?.webview.postMessage(message);
  const tell = (text: string | undefined): void => {
    if (text !== undefined) post({ kind: 'notice', text });
  };
  const sendData = async () => post({ kind: 'data', data: await fineTuning.data() });
  const sendVersions = async () => post({ kind: 'versions', versions: await fineTuning.versions() });
  const sendTraining = async () => post({ kind: 'training', training: await fineTuning.training() });
  const sendAll = async (): Promise<void> => {
    // The versions first: they tell which model the page shows.
    await sendVersions();
    await Promise.all([sendData(), sendTraining()]);
  };

  const showPreview = async (model: string): Promise<void> => {
    preview.cancel();
    preview = new vscode.CancellationTokenSource();
    const { token } = preview;
    try {
      const found = await fineTuning.preview({ model }, token);
      post({ kind: 'preview', model, preview: found, message: undefined });
    } catch (error) {
      const message = token.isCancellationRequested ? undefined : reasonOf(error);
      post({ kind: 'preview', model, preview: undefined, message });
    }
  };
  const answer = async (message: FromFineTunePanel): Promise<void> => {
    switch (message.kind) {
      case 'ready':
        post({ kind: 'texts', texts: fineTunePanelTexts(vscode.l10n.t) });
        if (wantedTask !== undefined) post({ kind: 'task', task: wantedTask });
        return await sendAll();
      case 'control': {
        const response = await fineTuning.control(message.params);
        tell(response.message ?? '');
        return await sendTraining();
      }
      case 'estimate': {
        estimate.cancel();
        estimate = new vscode.CancellationTokenSource();
        const { id, task, options } = message;
        const { token } = estimate;
        try {
          const found = await fineTuning.estimate({ task, options }, token);
          return post({ kind: 'estimated', id, estimate: found, message: undefined });
        } catch (error) {
          return post({ kind: 'estimated', id, estimate: undefined, message: reasonOf(error) });
        }
      }
      case 'estimateAdaptation':
        try {
          const found = await fineTuning.estimateAdaptation(closing.token);
          return post({ kind: 'adaptationEstimated', estimate: found, message: undefined });
        } catch (error) {
          return post({ kind: 'adaptationEstimated', estimate: undefined, message: reasonOf(error) });
        }
      case 'result': {
        const result = await fineTuning.result({ model: message.model });
        return post({ kind: 'result', model: message.model, result });
      }
      case 'preview':
        return await showPreview(message.model);
      case 'cancelPreview':
        return preview.cancel();
      case 'change':
        tell(await changeModel(fineTuning, message.params));
        return await sendAll();
      case 'open':
        return await openText(message);
      case 'run':
        return void (await runAction(message.action));
    }
  };
  const receive = async (message: FromFineTunePanel): Promise<void> => {
    try {
      await answer(message);
    } catch (error) {
      tell(reasonOf(error));
    }
  };
  const quietly = (work: Promise<void>): void => void work.catch(() => {});

  const adopt = (adopted: vscode.WebviewPanel): void => {
    panel = adopted;
    const { webview } = adopted;
    webview.options = { enableScripts: true, localResourceRoots: [folder] };
    webview.onDidReceiveMessage(receive);
    adopted.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'icon.png');
    adopted.onDidDispose(() => {
      preview.cancel();
      if (panel === adopted) panel = undefined;
    });
    const files = {
      script: vscode.Uri.joinPath(folder, 'fineTune.js'),
      style: vscode.Uri.joinPath(folder, 'fineTune.css'),
    };
    webview.html = webviewHtml(webview, files, randomBytes(16).toString('base64url'));
  };

  const phases = { last: '' };
  const subscriptions = [
    vscode.window.registerWebviewPanelSerializer(fineTunePanelType, {
      deserializeWebviewPanel: async (restored) => adopt(restored),
    }),
    fineTuning.onTrainingState((training) => {
      post({ kind: 'training', training });
      // A model came or went with it.
      if (training.phase !== phases.last && panel) quietly(sendVersions());
      phases.last = training.phase;
    }),
    fineTuning.onPreviewProgress((progress) => post({ kind: 'previewProgress', progress })),
    fineTuning.onLabelsChanged(() => {
      if (panel) quietly(sendData());
    }),
    fineTuning.onStarted(() => {
      if (panel) quietly(sendAll());
    }),
  ];
  return {
    show(task) {
      wantedTask = task;
      if (panel) {
        panel.reveal();
        if (task !== undefined) post({ kind: 'task', task });
        return;
      }
      adopt(
        vscode.window.createWebviewPanel(
          fineTunePanelType,
          vscode.l10n.t('Fine-Tune'),
          vscode.ViewColumn.Active,
        ),
      );
    },
    get isVisible() {
      return panel?.visible === true;
    },
    dispose() {
      preview.cancel();
      estimate.cancel();
      closing.cancel();
      panel?.dispose();
      vscode.Disposable.from(...subscriptions).dispose();
    },
  };
}

/** Label by label where there is a queue; otherwise the comments of the file that is open. */
async function runAction(action: FineTunePanelAction): Promise<void> {
  if (action === 'openFolder') return void (await vscode.commands.executeCommand('vscode.openFolder'));
  if (action === 'showLog') return void (await vscode.commands.executeCommand('marginalia.showLog'));
  const known = new Set(await vscode.commands.getCommands(true));
  const command = ['marginalia.labelNext', 'marginalia.labelFile'].find((one) => known.has(one));
  if (command !== undefined) await vscode.commands.executeCommand(command);
}

/** Without the name of the request, which the server puts before its reason. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^[a-z]+[A-Z]\w*: /, '');
}
