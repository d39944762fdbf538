// The menu behind the status item: the state in words, and what can be done about it.

import * as vscode from 'vscode';
import type { StatusParams } from '../../protocol/requests.ts';

interface MenuItem extends vscode.QuickPickItem {
  readonly command: string;
}

export async function showStatusMenu(status: StatusParams | undefined): Promise<void> {
  const items: MenuItem[] = [
    { label: `$(tag) ${vscode.l10n.t('Show the labels of this file')}`, command: 'marginalia.labelFile' },
    {
      label: `$(list-selection) ${vscode.l10n.t('Summarize this file')}`,
      command: 'marginalia.summarizeFile',
    },
    { label: `$(search) ${vscode.l10n.t('Search comments and docs')}`, command: 'marginalia.openSearch' },
    { label: `$(output) ${vscode.l10n.t('Show log')}`, command: 'marginalia.showLog' },
    { label: `$(settings-gear) ${vscode.l10n.t('Open settings')}`, command: 'marginalia.openSettings' },
    { label: `$(debug-restart) ${vscode.l10n.t('Restart server')}`, command: 'marginalia.restartServer' },
  ];
  const chosen = await vscode.window.showQuickPick(items, {
    title: 'Marginalia',
    placeHolder: describe(status),
  });
  if (chosen) await vscode.commands.executeCommand(chosen.command);
}

function describe(status: StatusParams | undefined): string {
  if (status?.message) return status.message;
  if (!status?.model || !status.device) return vscode.l10n.t('The model is not loaded.');
  return `${status.model.name} ${status.model.version} · ${status.device.name}`;
}
