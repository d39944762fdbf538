// "Right", "Wrong: it is…", "Not debt", "Still accurate": what hovers, quick fixes, the tree and the palette run.
// In: a place, or none for the caret of the active editor. Out: a label kept by the server, or why it was not.

import * as vscode from 'vscode';
import {
  type LabelChoicesParams,
  type LabelChoicesResult,
  labelChoicesRequest,
  type SetLabelsParams,
  type SetLabelsResult,
  setLabelsRequest,
  type TaskChoice,
  type UndoLabelsResult,
  undoLabelsRequest,
} from '../../../protocol/labelRequests.ts';
import type { ServerControl } from '../serverControl.ts';
import { type LabelTarget, readLabelTarget } from './labelTarget.ts';
import { pickLabels } from './pickLabels.ts';

/** "Right": what is shown is confirmed. */
export async function confirmLabels(control: ServerControl, argument: unknown): Promise<void> {
  const target = findTarget(argument);
  if (!target) return;
  const task = target.task === undefined ? {} : { task: target.task };
  await setLabels(control, target, { verdict: 'right', labels: {}, dismissed: [], ...task });
}

/** "Wrong: it is…": asks for the task where none is named, then for its labels. */
export async function correctLabels(control: ServerControl, argument: unknown): Promise<void> {
  const target = findTarget(argument);
  if (!target) return;
  await openDocument(target);
  const choices = await request<LabelChoicesParams, LabelChoicesResult>(control, labelChoicesRequest, {
    textDocument: { uri: target.uri },
    position: target.position,
  });
  if (!choices) return;
  if (choices.message) void vscode.window.showWarningMessage(choices.message);
  if (!choices.passage) return;
  const task = await chooseTask(choices.tasks, target.task);
  if (!task) return;
  const names = await pickLabels(task, {
    title: vscode.l10n.t('{0}: what is it?', task.task),
    placeholder: shorten(choices.passage.text),
  });
  if (!names) return;
  const saved = await setLabels(control, target, {
    verdict: sameAsShown(task, names) ? 'right' : 'wrong',
    labels: { [task.task]: names },
    dismissed: [],
  });
  if (saved) {
    const titles = names.map((name) => task.choices.find((one) => one.name === name)?.title ?? name);
    vscode.window.setStatusBarMessage(
      vscode.l10n.t('Labelled: {0}', titles.join(', ') || vscode.l10n.t('none of them')),
      4_000,
    );
  }
}

/** "Not debt": silences the finding for this text. */
export async function dismissFinding(control: ServerControl, argument: unknown): Promise<void> {
  const target = findTarget(argument);
  const code = target?.code ?? (target && codeAt(target));
  if (!target) return;
  if (code === undefined) {
    void vscode.window.showInformationMessage(vscode.l10n.t('Marginalia reports nothing here.'));
    return;
  }
  await setLabels(control, target, { verdict: 'dismissed', labels: {}, dismissed: [code] });
}

/** "Still accurate": nothing is reported about this comment until the code changes that it documents. */
export async function stillAccurate(control: ServerControl, argument: unknown): Promise<void> {
  const target = findTarget(argument);
  if (target) await setLabels(control, target, { verdict: 'accurate', labels: {}, dismissed: [] });
}

export async function undoLabels(control: ServerControl): Promise<UndoLabelsResult | undefined> {
  const result = await request<object, UndoLabelsResult>(control, undoLabelsRequest, {});
  if (result?.message) void vscode.window.showInformationMessage(result.message);
  return result;
}

export async function setLabels(
  control: ServerControl,
  { uri, position }: Pick<LabelTarget, 'uri' | 'position'>,
  said: Omit<SetLabelsParams, 'textDocument' | 'position'>,
): Promise<boolean> {
  await openDocument({ uri });
  const result = await request<SetLabelsParams, SetLabelsResult>(control, setLabelsRequest, {
    textDocument: { uri },
    position,
    ...said,
  });
  if (result?.message) void vscode.window.showErrorMessage(result.message);
  return result?.saved === true;
}

/** A request that fails is told to the person who waits for it. */
export async function request<P, R>(
  control: ServerControl,
  method: string,
  params: P,
): Promise<R | undefined> {
  try {
    return await control.request<P, R>(method, params);
  } catch (error) {
    void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

function findTarget(argument: unknown): LabelTarget | undefined {
  const given = readLabelTarget(argument);
  if (given) return given;
  const editor = vscode.window.activeTextEditor;
  if (!editor) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('Put the cursor on a comment or paragraph to label it.'),
    );
    return undefined;
  }
  const { line, character } = editor.selection.active;
  return {
    uri: editor.document.uri.toString(),
    position: { line, character },
    task: undefined,
    code: undefined,
  };
}

function codeAt({ uri, position }: LabelTarget): string | undefined {
  const place = new vscode.Position(position.line, position.character);
  const ours = vscode.languages
    .getDiagnostics(vscode.Uri.parse(uri))
    .find((one) => one.source === 'marginalia' && one.range.contains(place));
  const code = ours?.code;
  return code === undefined ? undefined : String(typeof code === 'object' ? code.value : code);
}

async function chooseTask(
  tasks: readonly TaskChoice[],
  wanted: string | undefined,
): Promise<TaskChoice | undefined> {
  const named = tasks.find((task) => task.task === wanted);
  if (named || tasks.length === 1) return named ?? tasks[0];
  const items = tasks.map((task) => ({
    label: task.task,
    description: shownTitles(task),
    detail: task.question,
    task,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('What is wrong?'),
    placeHolder: vscode.l10n.t('Choose what you want to correct'),
  });
  return chosen?.task;
}

function shownTitles(task: TaskChoice): string {
  return task.choices
    .filter((choice) => choice.chosen)
    .map((choice) => choice.title)
    .join(', ');
}

function sameAsShown(task: TaskChoice, names: readonly string[]): boolean {
  const shown = task.choices.filter((choice) => choice.chosen).map((choice) => choice.name);
  return shown.length === names.length && shown.every((name) => names.includes(name));
}

/** The server answers about open documents only. */
async function openDocument({ uri }: Pick<LabelTarget, 'uri'>): Promise<void> {
  await vscode.workspace.openTextDocument(vscode.Uri.parse(uri));
}

function shorten(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
