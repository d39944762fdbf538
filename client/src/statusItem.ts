// The item in the status bar: what the server is doing; a click opens the menu of commands.

import * as vscode from 'vscode';
import type { StatusParams } from '../../protocol/requests.ts';
import { toStatusView } from './statusView.ts';

export interface StatusItem extends vscode.Disposable {
  show(status: StatusParams): void;
}

export function createStatusItem(): StatusItem {
  const item = vscode.window.createStatusBarItem('marginalia.status', vscode.StatusBarAlignment.Right, 10);
  item.name = 'Marginalia';
  item.command = 'marginalia.showStatus';
  return {
    show(status) {
      const view = toStatusView(status, vscode.l10n.t);
      item.text = view.text;
      item.accessibilityInformation = { label: view.label, role: 'button' };
      item.tooltip = new vscode.MarkdownString(view.tooltip);
      item.backgroundColor =
        view.severity === 'error' ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
      item.show();
    },
    dispose: () => item.dispose(),
  };
}
