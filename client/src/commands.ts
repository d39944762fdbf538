// The commands of the extension, by the identifiers that package.json contributes.

import * as vscode from 'vscode';
import { showFileLabels } from './fileLabels.ts';
import { showFileSummary } from './fileSummary.ts';
import {
  acceptModel,
  adaptModel,
  cancelTraining,
  continueTraining,
  pauseTraining,
  rollBackModel,
  showModels,
  startTraining,
} from './fineTune/fineTuneCommands.ts';
import type { FineTunePanel } from './fineTune/fineTunePanel.ts';
import type { FineTuning } from './fineTune/fineTuneRequests.ts';
import {
  confirmLabels,
  correctLabels,
  dismissFinding,
  stillAccurate,
  undoLabels,
} from './labelling/labelCommands.ts';
import { labelNext } from './labelling/labelNext.ts';
import { confirmNode, correctNode, type LabelsTree } from './labelling/labelsTree.ts';
import { checkLabels, resolveConflicts } from './labelling/reviewLabels.ts';
import { reviewSuggestions } from './labelling/reviewSuggestions.ts';
import { copyPassage, findSimilar, findSimilarToPassage, openPassageBeside } from './search/findSimilar.ts';
import type { PassageOpener } from './search/openPassage.ts';
import { showQuickSearch } from './search/quickSearch.ts';
import type { SearchView } from './search/searchView.ts';
import type { SkippedFiles } from './search/skippedFiles.ts';
import type { TeamIndex } from './search/teamIndex.ts';
import type { WorkspaceSearch } from './search/workspaceSearch.ts';
import type { ServerControl } from './serverControl.ts';
import { showStatusMenu } from './statusMenu.ts';

export interface CommandContext {
  readonly control: ServerControl;
  readonly log: vscode.LogOutputChannel;
  readonly search: WorkspaceSearch;
  readonly view: SearchView;
  readonly skipped: SkippedFiles;
  readonly teamIndex: TeamIndex;
  readonly opener: PassageOpener;
  readonly labels: LabelsTree;
  readonly fineTuning: FineTuning;
  readonly fineTunePanel: FineTunePanel;
}

export function registerCommands({
  control,
  log,
  search,
  view,
  skipped,
  teamIndex,
  opener,
  labels,
  fineTuning,
  fineTunePanel,
}: CommandContext): vscode.Disposable[] {
  const commands: Readonly<Record<string, (...given: unknown[]) => unknown>> = {
    'marginalia.restartServer': () => control.restart(),
    'marginalia.showLog': () => log.show(),
    'marginalia.labelFile': () => showFileLabels(control),
    'marginalia.summarizeFile': () => showFileSummary(control),
    'marginalia.confirmLabels': (argument) => confirmLabels(control, argument),
    'marginalia.correctLabels': (argument) => correctLabels(control, argument),
    'marginalia.dismissFinding': (argument) => dismissFinding(control, argument),
    'marginalia.stillAccurate': (argument) => stillAccurate(control, argument),
    'marginalia.undoLabels': () => undoLabels(control),
    'marginalia.labelNext': () => labelNext(control),
    'marginalia.reviewSuggestions': () => reviewSuggestions(control),
    'marginalia.resolveLabelConflicts': () => resolveConflicts(control),
    'marginalia.checkLabels': () => checkLabels(control),
    'marginalia.labelsByLabel': () => labels.setGrouping('label'),
    'marginalia.labelsByFile': () => labels.setGrouping('file'),
    'marginalia.labelsFlat': () => labels.setGrouping('flat'),
    'marginalia.labelsOfOpenFiles': () => labels.setScope('open'),
    'marginalia.labelsOfWorkspace': () => labels.setScope('workspace'),
    'marginalia.labelsFilter': () => labels.askForFilter(),
    'marginalia.labelsRefresh': () => labels.refresh(),
    'marginalia.labelsOpen': (node) => labels.open(node),
    'marginalia.labelsConfirm': (node) => confirmNode(control, node),
    'marginalia.labelsCorrect': (node) => correctNode(control, node),
    'marginalia.labelsCopyAsIssue': (node) => labels.copyAsIssue(node),
    'marginalia.showStatus': () => showStatusMenu(control.status),
    'marginalia.openSearch': () => view.focus(undefined),
    'marginalia.searchComments': () => showQuickSearch(search, view, opener),
    'marginalia.ask': () => view.focus('ask'),
    'marginalia.findSimilar': (uri, position) => findSimilar(view, uri, position),
    'marginalia.findSimilarToPassage': (passage) => findSimilarToPassage(view, passage),
    'marginalia.openPassageBeside': (passage) => openPassageBeside(opener, passage),
    'marginalia.copyPassage': (passage) => copyPassage(passage),
    'marginalia.groupByFile': () => view.setGrouping('file'),
    'marginalia.groupByLabel': () => view.setGrouping('label'),
    'marginalia.collapseResults': () => view.collapseAll(),
    'marginalia.rebuildIndex': () => search.controlIndex({ action: 'rebuild' }),
    'marginalia.pauseIndex': () => search.controlIndex({ action: 'pause' }),
    'marginalia.resumeIndex': () => search.controlIndex({ action: 'resume' }),
    'marginalia.connectTeamIndex': () => teamIndex.connect(control),
    'marginalia.disconnectTeamIndex': () => teamIndex.disconnect(control),
    'marginalia.showSkippedFiles': () => skipped.show(),
    'marginalia.fineTune': () => fineTunePanel.show(),
    'marginalia.startTraining': () => startTraining(fineTuning),
    'marginalia.adaptModel': () => adaptModel(fineTuning),
    'marginalia.pauseTraining': () => pauseTraining(fineTuning),
    'marginalia.continueTraining': () => continueTraining(fineTuning),
    'marginalia.cancelTraining': () => cancelTraining(fineTuning),
    'marginalia.acceptModel': () => acceptModel(fineTuning),
    'marginalia.rollBackModel': () => rollBackModel(fineTuning),
    'marginalia.showModels': () => showModels(fineTuning),
    'marginalia.openSettings': () =>
      vscode.commands.executeCommand('workbench.action.openSettings', '@ext:marginalia.marginalia'),
  };
  return Object.entries(commands).map(([id, run]) => vscode.commands.registerCommand(id, run));
}
