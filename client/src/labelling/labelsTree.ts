// The view "Labels": passages of open files or of the whole workspace, by label, by file or flat. Files are asked for
// a few at a time while the view is visible, so that it fills as it goes and can be stopped.

import * as vscode from 'vscode';
import {
  type LabelledFileSummary,
  type LabelledFilesParams,
  type LabelledFilesResult,
  labelledFilesRequest,
  type WorkspaceFilesResult,
  workspaceFilesRequest,
} from '../../../protocol/labelRequests.ts';
import { documentSchemes, languageIds } from '../../../protocol/languages.ts';
import { openPassage } from '../search/openPassage.ts';
import type { ServerControl } from '../serverControl.ts';
import { toIssueText } from './issueText.ts';
import { confirmLabels, correctLabels } from './labelCommands.ts';
import {
  type LabelGrouping,
  type LabelNode,
  type LabelTree,
  type PassageNode,
  toLabelTree,
} from './labelTreeModel.ts';

export type LabelScope = 'open' | 'workspace';

export interface LabelsTree extends vscode.Disposable {
  setGrouping(grouping: LabelGrouping): void;
  setScope(scope: LabelScope): void;
  /** Asks for words; empty shows everything again. */
  askForFilter(): Promise<void>;
  refresh(): void;
  open(node: unknown): Promise<void>;
  copyAsIssue(node: unknown): Promise<void>;
  readonly scope: LabelScope;
}

const viewId = 'marginalia.labels';
const filesAtATime = 8;
const redrawEveryMs = 400;

export function createLabelsTree(control: ServerControl, state: vscode.Memento): LabelsTree {
  let grouping = state.get<LabelGrouping>('labels.grouping') ?? 'label';
  let scope = state.get<LabelScope>('labels.scope') ?? 'open';
  let filter = '';
  let files: readonly LabelledFileSummary[] = [];
  let tree: LabelTree = { nodes: [], passageCount: 0, labelledCount: 0 };
  let loading: vscode.CancellationTokenSource | undefined;
  let reload: NodeJS.Timeout | undefined;
  const changed = new vscode.EventEmitter<undefined>();

  const view = vscode.window.createTreeView<LabelNode>(viewId, {
    showCollapseAll: true,
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getTreeItem: toTreeItem,
      getChildren: (node) => [
        ...(node === undefined ? tree.nodes : node.kind === 'group' ? node.children : []),
      ],
    },
  });

  const draw = (): void => {
    tree = toLabelTree(
      files,
      { grouping, filter },
      {
        file: (uri) => vscode.workspace.asRelativePath(vscode.Uri.parse(uri)),
        noLabels: vscode.l10n.t('no labels'),
      },
    );
    const counts = vscode.l10n.t(
      '{0} passages, {1} labelled by people',
      tree.passageCount,
      tree.labelledCount,
    );
    const where = scope === 'open' ? vscode.l10n.t('open files') : vscode.l10n.t('workspace');
    view.description = filter === '' ? `${where} · ${counts}` : `${where} · “${filter}” · ${counts}`;
    view.message = tree.nodes.length > 0 || loading ? '' : emptyMessage(scope, filter);
    changed.fire(undefined);
  };

  const load = async (): Promise<void> => {
    loading?.cancel();
    if (!view.visible) return;
    const source = new vscode.CancellationTokenSource();
    loading = source;
    try {
      await vscode.window.withProgress({ location: { viewId } }, () => fill(source.token));
    } catch (error) {
      if (!source.token.isCancellationRequested) {
        view.message = error instanceof Error ? error.message : String(error);
      }
    } finally {
      if (loading === source) {
        loading = undefined;
        draw();
      }
      source.dispose();
    }
  };

  const fill = async (token: vscode.CancellationToken): Promise<void> => {
    const uris = scope === 'open' ? openFiles() : await workspaceFiles(control, token);
    const read: LabelledFileSummary[] = [];
    let drawnMs = 0;
    for (let start = 0; start < uris.length && !token.isCancellationRequested; start += filesAtATime) {
      const params = { uris: uris.slice(start, start + filesAtATime) };
      const result = await control.request<LabelledFilesParams, LabelledFilesResult>(
        labelledFilesRequest,
        params,
        token,
      );
      read.push(...result.files.filter((file) => file.passages.length > 0));
      // What was shown before stays until the new list is longer: a refresh must not empty the tree.
      if (read.length >= files.length && Date.now() - drawnMs >= redrawEveryMs) {
        files = [...read];
        drawnMs = Date.now();
        draw();
      }
    }
    if (!token.isCancellationRequested) files = read;
  };

  const reloadSoon = (): void => {
    clearTimeout(reload);
    reload = setTimeout(() => void load(), redrawEveryMs);
  };
  const setContext = (): void => {
    void vscode.commands.executeCommand('setContext', 'marginalia.labelsGrouping', grouping);
    void vscode.commands.executeCommand('setContext', 'marginalia.labelsScope', scope);
  };
  const subscriptions = [
    view,
    changed,
    view.onDidChangeVisibility(({ visible }) => {
      if (visible) reloadSoon();
    }),
    control.onLabelsChanged(reloadSoon),
    vscode.workspace.onDidSaveTextDocument(reloadSoon),
    vscode.window.tabGroups.onDidChangeTabs(() => {
      if (scope === 'open') reloadSoon();
    }),
  ];
  setContext();

  return {
    get scope() {
      return scope;
    },
    setGrouping(next) {
      grouping = next;
      void state.update('labels.grouping', next);
      setContext();
      draw();
    },
    setScope(next) {
      scope = next;
      files = [];
      void state.update('labels.scope', next);
      setContext();
      draw();
      void load();
    },
    async askForFilter() {
      const typed = await vscode.window.showInputBox({
        title: vscode.l10n.t('Filter labels'),
        prompt: vscode.l10n.t(
          'Words of the text, a label, a symbol, a person or a path; empty shows everything',
        ),
        value: filter,
      });
      if (typed === undefined) return;
      filter = typed.trim();
      draw();
    },
    refresh: () => void load(),
    async open(node) {
      const passage = asPassage(node);
      if (passage) await openPassage(toPlace(passage), 'open');
    },
    async copyAsIssue(node) {
      const passage = asPassage(node);
      if (!passage) return;
      const file = vscode.workspace.asRelativePath(vscode.Uri.parse(passage.uri));
      await vscode.env.clipboard.writeText(toIssueText(passage.passage, file));
      vscode.window.setStatusBarMessage(vscode.l10n.t('Copied as an issue'), 4_000);
    },
    dispose() {
      clearTimeout(reload);
      loading?.cancel();
      for (const one of subscriptions) one.dispose();
    },
  };
}

export async function correctNode(control: ServerControl, node: unknown): Promise<void> {
  const target = targetOf(node);
  if (target) await correctLabels(control, target);
}

/** "Right", about what the row shows. */
export async function confirmNode(control: ServerControl, node: unknown): Promise<void> {
  const target = targetOf(node);
  if (target) await confirmLabels(control, target);
}

/** As links of a hover have it. */
function targetOf(node: unknown) {
  const passage = asPassage(node);
  if (!passage) return undefined;
  const { uri, task } = passage;
  return { uri, position: passage.passage.range.start, ...(task !== undefined && { task }) };
}

/** The argument of a command that a row of the tree was given; the palette gives none. */
export function asPassage(node: unknown): PassageNode | undefined {
  const known = node as Partial<PassageNode> | undefined;
  return known?.kind === 'passage' && known.passage ? (known as PassageNode) : undefined;
}

/** Documents in tabs that the server reads, each once. */
export function openFiles(): string[] {
  const schemes: readonly string[] = documentSchemes;
  const languages: readonly string[] = languageIds;
  const shown = vscode.workspace.textDocuments.filter(
    ({ isClosed, uri, languageId }) =>
      !isClosed && schemes.includes(uri.scheme) && languages.includes(languageId),
  );
  const tabs = new Set(
    vscode.window.tabGroups.all.flatMap((group) =>
      group.tabs.flatMap(({ input }) => (input instanceof vscode.TabInputText ? [input.uri.toString()] : [])),
    ),
  );
  return shown.map((document) => document.uri.toString()).filter((uri) => tabs.has(uri));
}

export async function workspaceFiles(
  control: ServerControl,
  token: vscode.CancellationToken,
): Promise<readonly string[]> {
  return (await control.request<object, WorkspaceFilesResult>(workspaceFilesRequest, {}, token)).uris;
}

function toTreeItem(node: LabelNode): vscode.TreeItem {
  const isGroup = node.kind === 'group';
  const item = new vscode.TreeItem(
    node.label,
    isGroup ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None,
  );
  item.id = node.id;
  item.description = node.description;
  if (isGroup) {
    item.iconPath = new vscode.ThemeIcon(node.uri === undefined ? 'tag' : 'file');
    if (node.uri !== undefined) item.resourceUri = vscode.Uri.parse(node.uri);
    return item;
  }
  const people = node.passage.labels.filter((label) => label.labelledBy !== undefined);
  item.iconPath = new vscode.ThemeIcon(people.length > 0 ? 'verified' : 'comment');
  item.contextValue = 'passage';
  item.tooltip = tooltipOf(node);
  item.command = { command: 'marginalia.labelsOpen', title: vscode.l10n.t('Open'), arguments: [node] };
  return item;
}

function tooltipOf({ passage }: PassageNode): string {
  const labels = passage.labels.map(({ task, title, labelledBy, probability }) => {
    const by = labelledBy === undefined ? `${Math.round(probability * 100)} %` : labelledBy;
    return `${task}: ${title} (${by})`;
  });
  return [passage.text, '', ...labels].join('\n');
}

function toPlace({ uri, passage }: PassageNode) {
  return { uri, line: passage.range.start.line, endLine: passage.range.end.line };
}

function emptyMessage(scope: LabelScope, filter: string): string {
  if (filter !== '') return vscode.l10n.t('No passage matches the filter.');
  return scope === 'open'
    ? vscode.l10n.t('Open a file to see the labels of its comments here.')
    : vscode.l10n.t('There are no comments or paragraphs in this workspace.');
}
