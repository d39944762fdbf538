// Asks a person for the labels of one task. In: what can be chosen. Out: the chosen names, or undefined when the
// person went away. Digits 1 to 9 choose: at once where one label holds, on and off where several may. In a queue, 0
// skips and - goes back.

import * as vscode from 'vscode';
import type { TaskChoice } from '../../../protocol/labelRequests.ts';
import { type ChoiceItem, rowOfDigit, toChoiceItems } from './choiceItems.ts';

type Item = vscode.QuickPickItem & ChoiceItem;

export interface PickOptions {
  readonly title: string;
  readonly placeholder: string;
  /** One of many passages: it can be skipped, and the one before taken back. */
  readonly inQueue?: boolean;
}

export type PickResult = readonly string[] | 'skip' | 'undo' | undefined;

export function pickLabels(
  task: TaskChoice,
  options: PickOptions & { readonly inQueue: true },
): Promise<PickResult>;
export function pickLabels(task: TaskChoice, options: PickOptions): Promise<readonly string[] | undefined>;
export function pickLabels(task: TaskChoice, options: PickOptions): Promise<PickResult> {
  const pick = vscode.window.createQuickPick<Item>();
  pick.title = options.title;
  pick.placeholder = options.placeholder;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.canSelectMany = task.several;
  // Looking at the code is part of the work and must not end it.
  pick.ignoreFocusOut = options.inQueue === true;
  const skip = { iconPath: new vscode.ThemeIcon('debug-step-over'), tooltip: vscode.l10n.t('Skip (0)') };
  const undo = { iconPath: new vscode.ThemeIcon('discard'), tooltip: vscode.l10n.t('Take back (-)') };
  if (options.inQueue) pick.buttons = [undo, skip];
  const items: readonly Item[] = toChoiceItems(task, choiceTexts()).map((item) => ({ ...item }));
  pick.items = items;
  const chosen = items.filter((item) => item.chosen);
  if (task.several) pick.selectedItems = chosen;
  else if (chosen[0]) pick.activeItems = [chosen[0]];

  return new Promise((resolve) => {
    const accept = (result: PickResult): void => {
      resolve(result);
      pick.hide();
    };
    pick.onDidTriggerButton((button) => accept(button === skip ? 'skip' : 'undo'));
    pick.onDidChangeValue((typed) => {
      if (options.inQueue && typed === '0') return accept('skip');
      if (options.inQueue && typed === '-') return accept('undo');
      const row = rowOfDigit(typed, items.length);
      if (row === undefined) return;
      const item = items[row]!;
      if (!task.several) return accept([item.name]);
      pick.value = '';
      const selected = pick.selectedItems;
      pick.selectedItems = selected.includes(item)
        ? selected.filter((one) => one !== item)
        : [...selected, item];
    });
    pick.onDidAccept(() => {
      const names = (task.several ? pick.selectedItems : pick.activeItems).map((item) => item.name);
      if (task.several || names.length > 0) accept(names);
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}

export function choiceTexts() {
  return {
    model: (percent: string) => vscode.l10n.t('the model: {0}', percent),
    suggestedBy: (word: string) => vscode.l10n.t('suggested by “{0}”', word),
    chosenBy: (name: string) =>
      name === '' ? vscode.l10n.t('chosen by your team') : vscode.l10n.t('chosen by {0}', name),
  };
}
