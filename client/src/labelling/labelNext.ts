// "Label Next…": one passage after the other, chosen so that few answers teach much. Each is shown in its code; digits
// choose, Enter confirms, 0 skips, - takes the last answer back, Escape ends. What was answered is kept at once.

import * as vscode from 'vscode';
import {
  type LabelChoicesParams,
  type LabelChoicesResult,
  type LabelQueueParams,
  type LabelQueueResult,
  type LabelTasksResult,
  labelChoicesRequest,
  labelQueueRequest,
  labelTasksRequest,
  type QueuedPassage,
  type TaskChoice,
  type TaskSummary,
} from '../../../protocol/labelRequests.ts';
import { openPassage } from '../search/openPassage.ts';
import type { ServerControl } from '../serverControl.ts';
import { request, setLabels, undoLabels } from './labelCommands.ts';
import { answerRound, type LabelRound, labelledCount, startRound, undoRound } from './labelRound.ts';
import { openFiles, workspaceFiles } from './labelsTree.ts';
import { pickLabels } from './pickLabels.ts';

const roundLength = 20;

export async function labelNext(control: ServerControl): Promise<void> {
  const task = await chooseTask(control);
  if (!task) return;
  const useWorkspace = await chooseScope(vscode.l10n.t('Label Next'));
  if (useWorkspace === undefined) return;
  for (let seed = Date.now() % 1_000_000; ; seed++) {
    const queue = await loadQueue(control, task.task, useWorkspace, seed);
    if (!queue) return;
    if (queue.passages.length === 0) {
      void vscode.window.showInformationMessage(
        queue.message ?? vscode.l10n.t('Everything here has a label for {0}.', task.task),
      );
      return;
    }
    const round = await labelAll(control, task.task, queue);
    const more = vscode.l10n.t('Label More');
    const counts = vscode.l10n.t('{0} passages labelled for {1}.', labelledCount(round), task.task);
    const isOver = round.position >= round.total;
    const chosen = await vscode.window.showInformationMessage(counts, ...(isOver ? [more] : []));
    if (chosen !== more) return;
  }
}

function labelAll(control: ServerControl, task: string, queue: LabelQueueResult): Promise<LabelRound> {
  return runRound(queue.passages.length, {
    ask: (position, round) => askAbout(control, task, queue.passages[position]!, { round, queue }),
    undo: () => undoLabels(control),
  });
}

/** One question after the other, with a way back, until the person stops. */
export async function runRound(
  total: number,
  questions: {
    readonly ask: (position: number, round: LabelRound) => Promise<'labelled' | 'skipped' | 'undo' | 'stop'>;
    readonly undo: () => Promise<unknown>;
  },
): Promise<LabelRound> {
  let round = startRound(total);
  while (round.position < round.total) {
    const answer = await questions.ask(round.position, round);
    if (answer === 'stop') break;
    if (answer === 'undo') {
      const undone = undoRound(round);
      if (undone.wasLabelled) await questions.undo();
      round = undone.round;
    } else {
      round = answerRound(round, answer);
    }
  }
  return round;
}

async function askAbout(
  control: ServerControl,
  task: string,
  passage: QueuedPassage,
  { round, queue }: { readonly round: LabelRound; readonly queue: LabelQueueResult },
): Promise<'labelled' | 'skipped' | 'undo' | 'stop'> {
  const { start, end } = passage.range;
  await openPassage({ uri: passage.uri, line: start.line, endLine: end.line }, 'preview');
  const choices = await request<LabelChoicesParams, LabelChoicesResult>(control, labelChoicesRequest, {
    textDocument: { uri: passage.uri },
    position: start,
  });
  const choice: TaskChoice | undefined = choices?.tasks.find((one) => one.task === task);
  if (!choice) return choices ? 'skipped' : 'stop';
  const labelled = queue.labelled + labelledCount(round);
  const result = await pickLabels(choice, {
    title: vscode.l10n.t(
      '{0}: {1} of {2} · {3} of {4} texts labelled · {5}',
      ...[task, round.position + 1, round.total, labelled, queue.total, passage.reason],
    ),
    placeholder: vscode.l10n.t('1–9 choose, Enter confirms, 0 skips, - takes back, Escape ends'),
    inQueue: true,
  });
  if (result === undefined) return 'stop';
  if (result === 'skip') return 'skipped';
  if (result === 'undo') return 'undo';
  const shown = choice.choices.filter((one) => one.chosen).map((one) => one.name);
  const same = shown.length === result.length && shown.every((name) => result.includes(name));
  const saved = await setLabels(
    control,
    { uri: passage.uri, position: start },
    {
      verdict: same ? 'right' : 'wrong',
      labels: { [task]: result },
      dismissed: [],
    },
  );
  return saved ? 'labelled' : 'stop';
}

async function chooseTask(control: ServerControl): Promise<TaskSummary | undefined> {
  const result = await request<object, LabelTasksResult>(control, labelTasksRequest, {});
  if (!result || result.tasks.length < 2) return result?.tasks[0];
  const items = result.tasks.map((task) => ({
    label: task.task,
    description: vscode.l10n.t('{0} texts labelled', task.labelled),
    detail: task.question,
    task,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Label Next'),
    placeHolder: vscode.l10n.t('Choose what to label'),
  });
  return chosen?.task;
}

/** True: the whole workspace. */
export async function chooseScope(title: string): Promise<boolean | undefined> {
  const open = openFiles().length;
  if (open === 0) return true;
  const items = [
    { label: vscode.l10n.t('Open files'), description: String(open), useWorkspace: false },
    { label: vscode.l10n.t('Whole workspace'), description: '', useWorkspace: true },
  ];
  const chosen = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: vscode.l10n.t('Where to look for passages'),
  });
  return chosen?.useWorkspace;
}

/** Reading a large workspace takes a while; it can be cancelled at any time. */
async function loadQueue(
  control: ServerControl,
  task: string,
  useWorkspace: boolean,
  seed: number,
): Promise<LabelQueueResult | undefined> {
  const progress = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t('Looking for the passages that teach most…'),
    cancellable: true,
  };
  try {
    return await vscode.window.withProgress(progress, async (_progress, token) => {
      const uris = useWorkspace ? await workspaceFiles(control, token) : openFiles();
      const params: LabelQueueParams = { uris, task, count: roundLength, seed };
      return await control.request<LabelQueueParams, LabelQueueResult>(labelQueueRequest, params, token);
    });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (!/cancel/i.test(message)) void vscode.window.showErrorMessage(message);
    return undefined;
  }
}
