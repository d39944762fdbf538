// The item in the status bar while the index is being read: n of m. It goes away when there is nothing to tell.

import * as vscode from 'vscode';
import type { IndexStatusParams } from '../../../protocol/searchRequests.ts';
import { toIndexItemView } from './indexItemView.ts';

export interface IndexItem extends vscode.Disposable {
  show(status: IndexStatusParams | undefined): void;
}

export function createIndexItem(): IndexItem {
  const item = vscode.window.createStatusBarItem('marginalia.index', vscode.StatusBarAlignment.Right, 9);
  item.name = vscode.l10n.t('Marginalia: reading for search');
  item.command = 'marginalia.openSearch';
  return {
    show(status) {
      const view = toIndexItemView(status, vscode.l10n.t);
      if (!view) {
        item.hide();
        return;
      }
      item.text = view.text;
      item.tooltip = view.tooltip;
      item.accessibilityInformation = { label: view.tooltip, role: 'button' };
      item.show();
    },
    dispose: () => item.dispose(),
  };
}
