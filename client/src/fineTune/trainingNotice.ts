// The training for those who have no panel open: a notification with progress that can cancel it, and at its end a
// message that leads to the decision. In: news of the server. Out: nothing but what is shown.

import * as vscode from 'vscode';
import type { TrainingStateParams } from '../../../protocol/fineTuneRequests.ts';
import { changeModel } from './changeModel.ts';
import type { FineTunePanel } from './fineTunePanel.ts';
import type { FineTuning } from './fineTuneRequests.ts';
import { isRunning, progressText, readyText } from './progressText.ts';

export function watchTraining(fineTuning: FineTuning, panel: FineTunePanel): vscode.Disposable {
  let latest: TrainingStateParams | undefined;
  let shown: { report(state: TrainingStateParams): void; close(): void } | undefined;

  const open = (): void => {
    let close = (): void => {};
    const closed = new Promise<void>((resolve) => {
      close = resolve;
    });
    void vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: 'Marginalia',
        cancellable: true,
      },
      async (progress, token) => {
        token.onCancellationRequested(() => void fineTuning.control({ action: 'cancel' }));
        let percent = 0;
        const report = (state: TrainingStateParams) => {
          const next = Math.round(100 * (state.progress?.share ?? 0));
          const increment = state.phase === 'training' ? Math.max(0, next - percent) : 0;
          percent += increment;
          progress.report({ message: progressText(state, vscode.l10n.t), increment });
        };
        shown = { report, close };
        if (latest) report(latest);
        await closed;
      },
    );
  };
  const onState = (state: TrainingStateParams): void => {
    const before = latest?.phase;
    latest = state;
    const wanted = isRunning(state.phase) && !panel.isVisible;
    if (wanted && !shown) open();
    if (wanted) shown?.report(state);
    if (!wanted && shown) {
      shown.close();
      shown = undefined;
    }
    if (before === undefined || before === state.phase || panel.isVisible) return;
    if (state.phase === 'done' && before !== 'measuringCurve') void offerDecision(fineTuning, panel, state);
    if (state.phase === 'failed') void tellFailure(panel, state);
  };
  return fineTuning.onTrainingState(onState);
}

async function offerDecision(
  fineTuning: FineTuning,
  panel: FineTunePanel,
  state: TrainingStateParams,
): Promise<void> {
  const { t } = vscode.l10n;
  const { model, task, adaptation } = state;
  if (adaptation?.verdict?.isKept === false) return await tellNotKept(panel, adaptation.verdict.reasons);
  const version = (await fineTuning.versions()).versions.find(({ name }) => name === model);
  if (!version || model === undefined) return;
  const text = readyText(state, version, t);
  const show = t('Show');
  const accept = t('Accept');
  const chosen = await vscode.window.showInformationMessage(text, show, accept);
  if (chosen === show) panel.show(task);
  if (chosen !== accept) return;
  const said = await changeModel(fineTuning, { action: 'accept', model });
  if (said !== undefined) void vscode.window.showInformationMessage(said);
}

async function tellNotKept(panel: FineTunePanel, reasons: readonly string[]): Promise<void> {
  const show = vscode.l10n.t('Show');
  const text = vscode.l10n.t('The adapted model was not kept. {0}', reasons.join(' '));
  if ((await vscode.window.showInformationMessage(text, show)) === show) panel.show();
}

async function tellFailure(panel: FineTunePanel, { message, task }: TrainingStateParams): Promise<void> {
  const show = vscode.l10n.t('Show');
  const chosen = await vscode.window.showErrorMessage(message ?? '', show);
  if (chosen === show) panel.show(task);
}
