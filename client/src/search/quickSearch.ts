// "Search Comments and Docs" as a quick pick: results while typing, a preview of the chosen one, Enter opens it,
// the button takes the query over into the view. Closing goes back to where the user was.

import * as vscode from 'vscode';
import type { PassageOpener } from './openPassage.ts';
import { type QuickSearchItem, toQuickSearchItems } from './quickSearchItems.ts';
import type { SearchView } from './searchView.ts';
import type { WorkspaceSearch } from './workspaceSearch.ts';

const debounceMs = 120;
const quickCount = 50;

export function showQuickSearch(search: WorkspaceSearch, view: SearchView, opener: PassageOpener): void {
  const pick = vscode.window.createQuickPick<QuickSearchItem & vscode.QuickPickItem>();
  const inView: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon('list-tree'),
    tooltip: vscode.l10n.t('Show in the Search view'),
  };
  pick.title = vscode.l10n.t('Search comments and docs');
  pick.placeholder = vscode.l10n.t('Words, or what you mean; filters such as label:rationale or lang:go');
  pick.buttons = [inView];
  let question = new vscode.CancellationTokenSource();
  let timer: NodeJS.Timeout | undefined;

  const fill = async (query: string): Promise<void> => {
    question.cancel();
    question = new vscode.CancellationTokenSource();
    const { token } = question;
    if (query.trim() === '') {
      pick.items = [];
      pick.busy = false;
      return;
    }
    pick.busy = true;
    try {
      const { hits, problems } = await search.search({ query, count: quickCount }, token);
      if (token.isCancellationRequested) return;
      pick.items = toQuickSearchItems(hits).map((item) => ({ ...item }));
      pick.title = problems[0] ?? vscode.l10n.t('Search comments and docs');
    } catch (error) {
      if (token.isCancellationRequested) return;
      pick.items = [];
      pick.title = error instanceof Error ? error.message : String(error);
    }
    pick.busy = false;
  };

  pick.onDidChangeValue((value) => {
    clearTimeout(timer);
    timer = setTimeout(() => void fill(value), debounceMs);
  });
  pick.onDidAccept(() => {
    const [item] = pick.activeItems;
    pick.hide();
    if (item) void opener.open(item.passage, 'open');
  });
  pick.onDidTriggerButton(() => {
    const { value } = pick;
    pick.hide();
    void view.focus('search', value);
  });
  pick.onDidHide(() => {
    clearTimeout(timer);
    question.cancel();
    pick.dispose();
  });
  pick.show();
}
