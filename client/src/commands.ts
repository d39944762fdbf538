// The commands of the extension, by the identifiers that package.json contributes.

import * as vscode from 'vscode';
import { showFileLabels } from './fileLabels.ts';
import {
  confirmLabels,
  correctLabels,
  dismissFinding,
  stillAccurate,
  undoLabels,
} from './labelling/labelCommands.ts';
import type { ServerControl } from './serverControl.ts';
import { showStatusMenu } from './statusMenu.ts';

export interface CommandContext {
  readonly control: ServerControl;
  readonly log: vscode.LogOutputChannel;
}

export function registerCommands({ control, log }: CommandContext): vscode.Disposable[] {
  const commands: Readonly<Record<string, (argument?: unknown) => unknown>> = {
    'marginalia.restartServer': () => control.restart(),
    'marginalia.showLog': () => log.show(),
    'marginalia.labelFile': () => showFileLabels(control),
    'marginalia.confirmLabels': (argument) => confirmLabels(control, argument),
    'marginalia.correctLabels': (argument) => correctLabels(control, argument),
    'marginalia.dismissFinding': (argument) => dismissFinding(control, argument),
    'marginalia.stillAccurate': (argument) => stillAccurate(control, argument),
    'marginalia.undoLabels': () => undoLabels(control),
    'marginalia.showStatus': () => showStatusMenu(control.status),
    'marginalia.openSettings': () =>
      vscode.commands.executeCommand('workbench.action.openSettings', '@ext:marginalia.marginalia'),
  };
  return Object.entries(commands).map(([id, run]) => vscode.commands.registerCommand(id, run));
}
