// Fine-tuning without the panel: start, cancel, decide and go back from the palette.

import * as vscode from 'vscode';
import type { ChangeModelParams, ModelVersion, TrainableTask } from '../../../protocol/fineTuneRequests.ts';
import { changeModel } from './changeModel.ts';
import type { FineTuning } from './fineTuneRequests.ts';

export async function startTraining(fineTuning: FineTuning): Promise<void> {
  const { t } = vscode.l10n;
  const { tasks, problem } = await fineTuning.data();
  if (problem !== undefined) return warn(problem);
  const items = tasks.map((task) => ({ ...toItem(task), task }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: t('Fine-tune which task?'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (!chosen) return;
  const { obstacle, task, advised } = chosen.task;
  if (obstacle !== undefined) return warn(obstacle);
  warn((await fineTuning.control({ action: 'start', task, options: advised })).message);
}

/** Asks first: it takes minutes, and nothing on the screen shows what it is about. */
export async function adaptModel(fineTuning: FineTuning): Promise<void> {
  const { t } = vscode.l10n;
  const adapt = t('Adapt');
  const time = await adaptationTime(fineTuning);
  const chosen = await vscode.window.showInformationMessage(
    t('Adapt the model to this workspace?'),
    {
      modal: true,
      detail: [
        t(
          'It reads on in the comments and docs of this workspace for some minutes, at low priority and without labels. You can go on working, pause and cancel. The new model is kept only if it guesses hidden words better and is no worse at search and labels; it is used when you accept it.',
        ),
        time,
      ]
        .filter((part) => part !== '')
        .join('\n\n'),
    },
    adapt,
  );
  if (chosen === adapt) warn((await fineTuning.control({ action: 'adapt' })).message);
}

/** How long it would take on this machine, as a sentence; measuring takes some seconds and can be skipped. */
async function adaptationTime(fineTuning: FineTuning): Promise<string> {
  const { t } = vscode.l10n;
  const found = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: t('Measuring how long it takes on this machine…'),
      cancellable: true,
    },
    async (_, token) => {
      const skipped = new Promise<undefined>((resolve) => {
        token.onCancellationRequested(() => resolve(undefined));
      });
      // Where nothing can be measured, the adaptation itself says why.
      const measured = fineTuning.estimateAdaptation(token).catch(() => undefined);
      return await Promise.race([measured, skipped]);
    },
  );
  if (!found) return '';
  const minutes = Math.max(1, Math.round(found.seconds / 60));
  return t(
    'About {0} min for {1} comments and paragraphs, measured on this machine.',
    minutes,
    found.passages,
  );
}

/** Pauses what runs; resumes what was paused. */
export async function pauseTraining(fineTuning: FineTuning): Promise<void> {
  const { phase } = await fineTuning.training();
  warn((await fineTuning.control({ action: phase === 'paused' ? 'resume' : 'pause' })).message);
}

/** After a cancellation, or where a training ended with its window. */
export async function continueTraining(fineTuning: FineTuning): Promise<void> {
  warn((await fineTuning.control({ action: 'continue' })).message);
}

export async function cancelTraining(fineTuning: FineTuning): Promise<void> {
  warn((await fineTuning.control({ action: 'cancel' })).message);
}

export async function acceptModel(fineTuning: FineTuning): Promise<void> {
  const { t } = vscode.l10n;
  const { versions } = await fineTuning.versions();
  const waiting = versions.filter(({ status }) => status === 'candidate');
  if (waiting.length === 0) return warn(t('No model waits for a decision. Train one first.'));
  const chosen = await pickVersion(waiting, t('Accept which model?'));
  if (chosen) await change(fineTuning, { action: 'accept', model: chosen.name });
}

export async function rollBackModel(fineTuning: FineTuning): Promise<void> {
  await change(fineTuning, { action: 'rollBack' });
}

export async function showModels(fineTuning: FineTuning): Promise<void> {
  const { t } = vscode.l10n;
  const { versions, active, rollBackTo } = await fineTuning.versions();
  const importItem = { label: `$(add) ${t('Import a Model…')}`, description: '', version: undefined };
  const backItem = {
    label: `$(discard) ${t('Roll back to {0}', rollBackTo ?? '')}`,
    description: '',
    version: null,
  };
  const items = [
    ...versions.map((version) => ({ ...versionItem(version, version.name === active), version })),
    ...(rollBackTo === undefined ? [] : [backItem]),
    importItem,
  ];
  const chosen = await vscode.window.showQuickPick(items, { title: t('Models of this workspace') });
  if (!chosen) return;
  if (chosen.version === undefined) return await change(fineTuning, { action: 'import' });
  if (chosen.version === null) return await change(fineTuning, { action: 'rollBack' });
  await chooseAction(fineTuning, chosen.version, chosen.version.name === active);
}

async function chooseAction(fineTuning: FineTuning, version: ModelVersion, isActive: boolean): Promise<void> {
  const { t } = vscode.l10n;
  const { name, status, notes } = version;
  const isCandidate = status === 'candidate';
  const actions: readonly { readonly label: string; readonly action: ChangeModelParams['action'] }[] = [
    ...(isActive
      ? []
      : [
          isCandidate
            ? ({ label: t('Accept'), action: 'accept' } as const)
            : ({ label: t('Use'), action: 'use' } as const),
        ]),
    { label: t('Write a note…'), action: 'describe' },
    { label: t('Export…'), action: 'export' },
    ...(isActive ? [] : [{ label: t('Delete'), action: 'remove' } as const]),
  ];
  const chosen = await vscode.window.showQuickPick(actions, { title: name });
  if (!chosen) return;
  if (chosen.action !== 'describe') return await change(fineTuning, { action: chosen.action, model: name });
  const note = await vscode.window.showInputBox({
    title: name,
    value: notes,
    prompt: t('A note about this model'),
  });
  if (note !== undefined) await change(fineTuning, { action: 'describe', model: name, notes: note });
}

async function change(fineTuning: FineTuning, params: ChangeModelParams): Promise<void> {
  const said = await changeModel(fineTuning, params);
  if (said !== undefined) void vscode.window.showInformationMessage(said);
}

function toItem({
  task,
  trainingRows,
  testRows,
  question,
  isKnown,
  obstacle,
}: TrainableTask): vscode.QuickPickItem {
  const { t } = vscode.l10n;
  const count = t('{0} labelled texts', trainingRows + testRows);
  return {
    label: task,
    description: isKnown ? count : `${count} · ${t('new for the model')}`,
    detail: obstacle ?? question,
  };
}

function versionItem({ name, status, macroF1, notes, created }: ModelVersion, isActive: boolean) {
  const { t } = vscode.l10n;
  const facts = [
    isActive ? t('in use') : status === 'candidate' ? t('waits for a decision') : '',
    macroF1 === undefined ? '' : t('macro F1 {0}', (100 * macroF1).toFixed(1)),
    new Date(created).toLocaleString(),
  ];
  return {
    label: `${isActive ? '$(check) ' : ''}${name}`,
    description: facts.filter((fact) => fact !== '').join(' · '),
    detail: notes,
  };
}

async function pickVersion(
  versions: readonly ModelVersion[],
  title: string,
): Promise<ModelVersion | undefined> {
  if (versions.length === 1) return versions[0];
  const items = versions.map((version) => ({ ...versionItem(version, false), version }));
  return (await vscode.window.showQuickPick(items, { title }))?.version;
}

function warn(message: string | undefined): void {
  if (message !== undefined) void vscode.window.showWarningMessage(message);
}
