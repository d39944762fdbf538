// The search view in the side bar: serves its page. In: messages of the page, status of the index. Out: answers of
// the server, opened files, run commands. One question at a time: a newer one cancels the older.

import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { IndexStatusParams, SimilarParams } from '../../../protocol/searchRequests.ts';
import type {
  FromSearchView,
  Grouping,
  SearchMode,
  SearchViewAction,
  ToSearchView,
} from '../../../protocol/searchViewMessages.ts';
import { webviewHtml } from '../webviewHtml.ts';
import type { PassageOpener } from './openPassage.ts';
import { searchViewTexts } from './searchViewTexts.ts';
import { resultCount, type WorkspaceSearch } from './workspaceSearch.ts';

export const searchViewId = 'marginalia.search';

export interface SearchView extends vscode.Disposable {
  showStatus(status: IndexStatusParams | undefined): void;
  /** Opens the view and lets the user type. */
  focus(mode: SearchMode | undefined, query?: string): Promise<void>;
  showSimilar(params: Omit<SimilarParams, 'count'>): Promise<void>;
  setGrouping(grouping: Grouping): void;
  collapseAll(): void;
}

export interface SearchViewOptions {
  readonly extensionUri: vscode.Uri;
  /** Where the grouping is remembered. */
  readonly state: vscode.Memento;
  readonly search: WorkspaceSearch;
  readonly opener: PassageOpener;
}

const groupingKey = 'searchGrouping';

/** The commands behind the buttons of the page. */
const actions: Readonly<Record<SearchViewAction, readonly [command: string, ...values: string[]]>> = {
  openFolder: ['vscode.openFolder'],
  openSettings: ['workbench.action.openSettings', 'marginalia.search'],
  rebuildIndex: ['marginalia.rebuildIndex'],
  pauseIndex: ['marginalia.pauseIndex'],
  resumeIndex: ['marginalia.resumeIndex'],
  showSkippedFiles: ['marginalia.showSkippedFiles'],
  showLog: ['marginalia.showLog'],
};

export function createSearchView({ extensionUri, state, search, opener }: SearchViewOptions): SearchView {
  const folder = vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
  let view: vscode.WebviewView | undefined;
  let isReady = false;
  let status: IndexStatusParams | undefined;
  let grouping: Grouping = state.get<Grouping>(groupingKey) === 'label' ? 'label' : 'file';
  let question = new vscode.CancellationTokenSource();
  /** Said before there was a page to hear it. */
  let waiting: ToSearchView[] = [];

  const post = (message: ToSearchView): void => {
    if (view && isReady) void view.webview.postMessage(message);
    else waiting.push(message);
  };
  const setGrouping = (next: Grouping): void => {
    grouping = next;
    void state.update(groupingKey, next);
    void vscode.commands.executeCommand('setContext', 'marginalia.searchGrouping', next);
    if (isReady) post({ kind: 'grouping', grouping });
  };
  const answer = async (
    id: number,
    ask: (token: vscode.CancellationToken) => Promise<ToSearchView>,
  ): Promise<void> => {
    question.cancel();
    question = new vscode.CancellationTokenSource();
    const { token } = question;
    try {
      const message = await ask(token);
      if (!token.isCancellationRequested) post(message);
    } catch (error) {
      if (token.isCancellationRequested) return;
      post({ kind: 'failed', id, message: error instanceof Error ? error.message : String(error) });
    }
  };
  const receive = (message: FromSearchView): unknown => {
    switch (message.kind) {
      case 'ready': {
        isReady = true;
        post({ kind: 'texts', texts: searchViewTexts(vscode.l10n.t) });
        post({ kind: 'grouping', grouping });
        post({ kind: 'status', status });
        const late = waiting;
        waiting = [];
        return late.forEach(post);
      }
      case 'search':
        return answer(message.id, async (token) => ({
          kind: 'found',
          id: message.id,
          response: await search.search({ query: message.query, count: resultCount }, token),
        }));
      case 'ask':
        return answer(message.id, async (token) => ({
          kind: 'answered',
          id: message.id,
          response: await search.ask({ question: message.question }, token),
        }));
      case 'similar':
        return answer(message.id, async (token) => ({
          kind: 'found',
          id: message.id,
          response: await search.similar({ passage: message.passage, count: resultCount }, token),
        }));
      case 'cancel':
        return question.cancel();
      case 'open':
        return opener.open({ ...message.passage, range: message.range }, message.how);
      case 'run':
        return vscode.commands.executeCommand(...actions[message.action]);
    }
  };
  const focus = async (mode: SearchMode | undefined, query?: string): Promise<void> => {
    await vscode.commands.executeCommand(`${searchViewId}.focus`);
    post({ kind: 'focus', mode, query });
  };

  setGrouping(grouping);
  const registration = vscode.window.registerWebviewViewProvider(searchViewId, {
    resolveWebviewView(resolved) {
      view = resolved;
      isReady = false;
      const { webview } = resolved;
      webview.options = { enableScripts: true, localResourceRoots: [folder] };
      webview.onDidReceiveMessage(receive);
      resolved.onDidDispose(() => {
        question.cancel();
        view = undefined;
        isReady = false;
      });
      // A page that is hidden forgets everything but what it kept, and says `ready` again.
      resolved.onDidChangeVisibility(() => {
        if (!resolved.visible) isReady = false;
      });
      webview.html = webviewHtml(
        webview,
        {
          script: vscode.Uri.joinPath(folder, 'search.js'),
          style: vscode.Uri.joinPath(folder, 'search.css'),
        },
        randomBytes(16).toString('base64url'),
      );
    },
  });

  return {
    showStatus(next) {
      status = next;
      if (isReady) post({ kind: 'status', status });
    },
    focus,
    async showSimilar(params) {
      await vscode.commands.executeCommand(`${searchViewId}.focus`);
      await answer(-1, async (token) => ({
        kind: 'similar',
        response: await search.similar({ ...params, count: resultCount }, token),
      }));
    },
    setGrouping,
    collapseAll: () => post({ kind: 'collapseAll' }),
    dispose() {
      question.cancel();
      registration.dispose();
    },
  };
}
