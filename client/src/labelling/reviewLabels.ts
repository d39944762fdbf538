// "Resolve Label Conflicts…" and "Check Labels": what people have to look at again. Conflicts are decided one after the
// other with the keys of the labelling queue; doubtful labels are listed and lead to their row in the file.

import * as vscode from 'vscode';
import {
  type CheckLabelsResult,
  checkLabelsRequest,
  type DecideConflictParams,
  type DoubtfulLabel,
  decideConflictRequest,
  type LabelConflict,
  type LabelConflictsResult,
  labelConflictsRequest,
  type SetLabelsResult,
  type TaskChoice,
} from '../../../protocol/labelRequests.ts';
import type { ServerControl } from '../serverControl.ts';
import { request } from './labelCommands.ts';
import { pickLabels } from './pickLabels.ts';

export async function resolveConflicts(control: ServerControl): Promise<void> {
  const result = await request<object, LabelConflictsResult>(control, labelConflictsRequest, {});
  if (!result) return;
  if (result.conflicts.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('No labels contradict each other.'));
    return;
  }
  for (const [index, conflict] of result.conflicts.entries()) {
    const chosen = await pickLabels(toChoice(conflict), {
      title: vscode.l10n.t('Conflict {0} of {1}: who is right?', index + 1, result.conflicts.length),
      placeholder: conflict.text.slice(0, 100),
    });
    if (!chosen?.[0]) return;
    const { folder, id } = conflict;
    const decided = await request<DecideConflictParams, SetLabelsResult>(control, decideConflictRequest, {
      folder,
      id,
      candidate: Number(chosen[0]),
    });
    if (decided?.message) void vscode.window.showErrorMessage(decided.message);
    if (!decided?.saved) return;
  }
  vscode.window.setStatusBarMessage(vscode.l10n.t('All conflicts are decided.'), 4_000);
}

export async function checkLabels(control: ServerControl): Promise<void> {
  const progress = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t('Checking labels…'),
  };
  const result = await vscode.window.withProgress(progress, () =>
    request<object, CheckLabelsResult>(control, checkLabelsRequest, {}),
  );
  if (!result) return;
  const notes = result.notes.join(' ');
  if (result.problems.length === 0) {
    void vscode.window.showInformationMessage(
      `${vscode.l10n.t('Nothing about the labels is doubtful.')} ${notes}`,
    );
    return;
  }
  const items = result.problems.map((problem) => ({
    label: problem.title,
    detail: problem.lines.map((line) => line.slice(0, 80)).join('  ⁄  '),
    problem,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('{0} labels to look at', result.problems.length),
    placeHolder: notes || vscode.l10n.t('Choose one to go to its row'),
    matchOnDetail: true,
  });
  if (chosen) await openRow(chosen.problem);
}

/** The answers of two people as choices; the index is what the server is told. */
function toChoice(conflict: LabelConflict): TaskChoice {
  return {
    task: '',
    several: false,
    question: '',
    choices: conflict.candidates.map(({ who, when, labels }, index) => ({
      name: String(index),
      title: labels,
      description: [who || vscode.l10n.t('your team'), when?.slice(0, 10)].filter(Boolean).join(' · '),
      probability: undefined,
      suggestedBy: undefined,
      chosen: false,
    })),
  };
}

async function openRow({ labelFile, ids, line }: DoubtfulLabel): Promise<void> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(labelFile));
  const offset = ids[0] === undefined ? -1 : document.getText().indexOf(`"id":"${ids[0]}"`);
  const row = line ?? (offset < 0 ? 0 : document.positionAt(offset).line);
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(row, 0, row, 0) });
}
