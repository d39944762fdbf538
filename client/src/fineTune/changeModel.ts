// Accept, roll back, export and the like, as the panel and the commands ask for it. In: what to do. Out: done, with one
// sentence about it; before something is lost or written, the person is asked.

import * as vscode from 'vscode';
import type { ChangeModelParams } from '../../../protocol/fineTuneRequests.ts';
import type { FineTuning } from './fineTuneRequests.ts';

/** The sentence to show; undefined where the person went away. */
export async function changeModel(
  fineTuning: FineTuning,
  params: ChangeModelParams,
): Promise<string | undefined> {
  const complete = await completeParams(params);
  if (!complete) return undefined;
  const { message, model } = await fineTuning.change(complete);
  if (message !== undefined) return message;
  const { t } = vscode.l10n;
  switch (complete.action) {
    case 'accept':
    case 'use':
    case 'rollBack':
      return model === undefined
        ? t('This workspace uses the model of the settings now.')
        : t('This workspace uses {0} now.', model);
    case 'reject':
    case 'remove':
      return t('{0} was deleted.', complete.model ?? '');
    case 'describe':
      return t('The note was saved.');
    case 'export':
      return t('{0} was copied to {1}.', complete.model ?? '', complete.folder ?? '');
    case 'import':
      return t('{0} was imported. Use it from the list of models.', model ?? '');
  }
}

async function completeParams(params: ChangeModelParams): Promise<ChangeModelParams | undefined> {
  const { action, model = '' } = params;
  const { t } = vscode.l10n;
  if (action === 'reject' || action === 'remove') {
    const confirm = t('Delete');
    const chosen = await vscode.window.showWarningMessage(
      t('Delete the model {0}?', model),
      { modal: true, detail: t('The labels stay. The model can be trained from them again.') },
      confirm,
    );
    return chosen === confirm ? params : undefined;
  }
  if (action === 'export' && params.folder === undefined) {
    const parent = await askForFolder(t('Export Here'), t('Where should the folder {0} be made?', model));
    return parent && { ...params, folder: vscode.Uri.joinPath(parent, model).fsPath };
  }
  if (action === 'import' && params.folder === undefined) {
    const folder = await askForFolder(t('Import'), t('Choose the folder of a model'));
    return folder && { ...params, folder: folder.fsPath };
  }
  return params;
}

async function askForFolder(openLabel: string, title: string): Promise<vscode.Uri | undefined> {
  const [folder] =
    (await vscode.window.showOpenDialog({
      canSelectFiles: false,
      canSelectFolders: true,
      openLabel,
      title,
    })) ?? [];
  return folder;
}
