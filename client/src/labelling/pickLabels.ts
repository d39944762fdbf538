// Asks a person for the labels of one task. In: what can be chosen. Out: the chosen names, or undefined when the
// person went away. Digits 1 to 9 choose: at once where one label holds, on and off where several may.

import * as vscode from 'vscode';
import type { TaskChoice } from '../../../protocol/labelRequests.ts';
import { type ChoiceItem, rowOfDigit, toChoiceItems } from './choiceItems.ts';

type Item = vscode.QuickPickItem & ChoiceItem;

export interface PickOptions {
  readonly title: string;
  readonly placeholder: string;
}

export function pickLabels(task: TaskChoice, options: PickOptions): Promise<readonly string[] | undefined> {
  const pick = vscode.window.createQuickPick<Item>();
  pick.title = options.title;
  pick.placeholder = options.placeholder;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.canSelectMany = task.several;
  const items: readonly Item[] = toChoiceItems(task, choiceTexts()).map((item) => ({ ...item }));
  pick.items = items;
  const chosen = items.filter((item) => item.chosen);
  if (task.several) pick.selectedItems = chosen;
  else if (chosen[0]) pick.activeItems = [chosen[0]];

  return new Promise((resolve) => {
    const accept = (names: readonly string[]): void => {
      resolve(names);
      pick.hide();
    };
    pick.onDidChangeValue((typed) => {
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
    chosenBy: (name: string) =>
      name === '' ? vscode.l10n.t('chosen by your team') : vscode.l10n.t('chosen by {0}', name),
  };
}
