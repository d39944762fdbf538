// The tasks that the team's labels are about, over all folders of the window, with their rows. In: the label stores
// and the tasks of the model. Out: what can be trained, and why something cannot.

import type { LabelCount, TrainableTask } from '../../../../protocol/fineTuneRequests.ts';
import {
  chooseEpochs,
  chooseTeamRows,
  createBook,
  defaultFineTuneSettings,
  tasksToLabel,
} from '../../engine/engine.ts';
import type { LabelBook } from '../../engine/labelling/labelBook.ts';
import type { LabelTask } from '../../engine/labelling/labelTasks.ts';
import type { TaskSet } from '../../engine/labels/task.ts';
import type { TeamRows, TeamText } from '../../engine/training/teamRows.ts';
import type { LabelStores } from '../labelStores.ts';
import { localize } from '../texts.ts';
import type { FineTuneTexts } from './fineTuneTexts.ts';

export interface TeamTask {
  readonly task: LabelTask;
  readonly rows: TeamRows;
  readonly isKnown: boolean;
  /** Texts about which people do not agree: left out until somebody decides. */
  readonly conflicts: number;
}

/** Fewer than this and nothing that is measured means anything. */
export const fewestTexts = 8;
/** From here on the numbers of the test texts begin to be worth something. */
export const usefulTexts = 60;

export async function readTeamTasks(
  stores: LabelStores,
  model: TaskSet | undefined,
): Promise<readonly TeamTask[]> {
  const folders: { readonly folderUri: string; readonly book: LabelBook }[] = [];
  const defined: LabelTask[] = [];
  for (const { folderUri, store } of stores.all()) {
    folders.push({ folderUri, book: await store.read() });
    defined.push(...(await store.tasks()).tasks);
  }
  const all = createBook(
    folders.flatMap(({ book }) => [...book.rows.values()]),
    [],
  );
  const conflicts = folders.flatMap(({ book }) => book.conflicts);
  return tasksToLabel(model, defined, all)
    .map((task) => ({
      task,
      rows: chooseTeamRows(
        folders.map(({ folderUri, book }) => ({ folderUri, rows: book.rows.values() })),
        task,
      ),
      isKnown: model?.tasks.some((one) => one.name === task.name) ?? false,
      conflicts: conflicts.filter(({ candidates }) =>
        candidates.some(({ labels }) => labels[task.name] !== undefined),
      ).length,
    }))
    .sort((one, other) => Number(other.isKnown) - Number(one.isKnown) || textCount(other) - textCount(one));
}

export function toTrainableTask(
  { task, rows, isKnown, conflicts }: TeamTask,
  texts: FineTuneTexts,
  locale: string,
): TrainableTask {
  const labels = task.labels.map(
    ({ name, title }): LabelCount => ({
      name,
      title: localize(title, locale),
      training: countOf(rows.training, name),
      test: countOf(rows.test, name),
    }),
  );
  return {
    task: task.name,
    question: localize(task.description, locale),
    several: task.several,
    isKnown,
    trainingRows: rows.training.length,
    testRows: rows.test.length,
    ...adviseOptions(rows.training.length, isKnown),
    labels,
    problems: [
      ...problemsOf(rows, labels, task, texts),
      ...(conflicts > 0 ? [texts.conflictingRows(conflicts)] : []),
    ],
    obstacle: obstacleOf(rows, labels, task, texts),
  };
}

function adviseOptions(count: number, isKnown: boolean): Pick<TrainableTask, 'advised' | 'advisedEpochs'> {
  const advisedEpochs = {
    none: chooseEpochs(count, 'none', isKnown),
    embeddings: chooseEpochs(count, 'embeddings', isKnown),
    encoder: chooseEpochs(count, 'encoder', isKnown),
  };
  const { freeze, learningRate, shallowWeight, optimizer } = defaultFineTuneSettings;
  const { layerDecay } = optimizer;
  const epochs = advisedEpochs[freeze];
  return {
    advised: { epochs, learningRate, freeze, keepTasks: true, shallowWeight, layerDecay },
    advisedEpochs,
  };
}

export function obstacleOf(
  rows: TeamRows,
  labels: readonly LabelCount[],
  { several }: LabelTask,
  texts: FineTuneTexts,
): string | undefined {
  const count = rows.training.length + rows.test.length;
  if (count === 0) return texts.noLabels;
  if (count < fewestTexts) return texts.tooFewLabels(count, fewestTexts);
  const used = labels.filter(({ training }) => training > 0);
  const allAlike = used.length === 1 && used[0]!.training === rows.training.length;
  if (used.length === 0 || allAlike || (used.length === 1 && !several)) return texts.oneLabelOnly;
  return undefined;
}

function problemsOf(
  rows: TeamRows,
  labels: readonly LabelCount[],
  task: LabelTask,
  texts: FineTuneTexts,
): readonly string[] {
  const count = rows.training.length + rows.test.length;
  if (count === 0) return [];
  const problems: string[] = [];
  const rare = labels.filter(({ training, test }) => training + test > 0 && training + test < 5);
  if (count >= fewestTexts && count < usefulTexts) problems.push(texts.fewLabels(count, rows.test.length));
  if (rare.length > 0) problems.push(texts.rareLabels(rare.map(({ title }) => title)));
  if (rows.unlabelled > 0) problems.push(texts.unlabelledRows(rows.unlabelled));
  if (rows.ambiguous > 0) problems.push(texts.ambiguousRows(rows.ambiguous));
  const counts = labels.map(({ training }) => training).filter((one) => one > 0);
  const [most, least] = [Math.max(...counts), Math.min(...counts)];
  if (!task.several && counts.length > 1 && most >= 10 * least) problems.push(texts.unevenLabels);
  return problems;
}

function countOf(texts: readonly TeamText[], label: string): number {
  return texts.filter(({ labels }) => labels.includes(label)).length;
}

function textCount({ rows }: TeamTask): number {
  return rows.training.length + rows.test.length;
}
