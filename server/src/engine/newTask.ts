// The task that a training is about, as the model will describe it. In: the labels, what a person calls them, what the
// model had under this name. Out: the row of tasks.json before temperatures and thresholds are known, and its objective.

import {
  type ClassificationTask,
  isClassification,
  type LocalizedText,
  type TaskLabel,
  type TaskSet,
} from './labels/task.ts';
import type { Pooling } from './model/encoderOutput.ts';
import type { LabelledRow } from './training/labelledRows.ts';
import type { LabelSet } from './training/labelSet.ts';
import type { LabelObjective } from './training/objective.ts';
import { trainingError } from './trainingMessages.ts';

/** What people call a task and its labels; plain data that goes through a run's file. */
export interface TaskWords {
  readonly description?: LocalizedText;
  readonly labels: readonly Pick<TaskLabel, 'name' | 'title' | 'description'>[];
}

export function checkTaskName(task: string, { tasks }: TaskSet): void {
  const other = tasks.find((one) => one.name === task && !isClassification(one));
  if (!other && /^[\p{L}\p{N}_-]{1,60}$/u.test(task)) return;
  throw trainingError(other ? 'taskWithoutLabels' : 'badTaskName', { task });
}

export function describeTask(
  name: string,
  { kind, names, isKnown }: LabelSet,
  tasks: TaskSet,
  words: TaskWords | undefined,
): ClassificationTask {
  const known = findTask(name, tasks);
  if (isKnown && known) return known;
  const description = words?.description ?? known?.description;
  return {
    name,
    kind,
    description: description?.en
      ? description
      : { en: `Labels that this model was fine-tuned for: ${names.join(', ')}.`.slice(0, 500) },
    pooling: poolingOf(name, tasks),
    temperatures: { default: 1 },
    labels: names.map((label) => {
      const said =
        words?.labels.find((one) => one.name === label) ?? known?.labels.find((one) => one.name === label);
      return {
        name: label,
        title: said?.title ?? { en: label },
        description: said?.description.en ? said.description : (said?.title ?? { en: label }),
        threshold: kind === 'multiLabel' ? 0.5 : 0,
      };
    }),
  };
}

/** @param balance how strongly rare labels are lifted: 0 not at all, 1 to the weight of the most frequent one */
export function labelObjective(
  task: string,
  { kind, names }: LabelSet,
  tasks: TaskSet,
  rows: readonly LabelledRow[],
  balance: number,
): LabelObjective {
  const counts = names.map((name) => rows.reduce((sum, { labels }) => sum + (labels.get(name) ?? 0), 0));
  const most = kind === 'singleLabel' ? Math.max(...counts) : rows.length / 2;
  return {
    kind,
    name: task,
    labelCount: names.length,
    pooling: poolingOf(task, tasks),
    weight: 1,
    labelWeights: counts.map((count) => Math.min(10, Math.max(1, most / Math.max(1, count)) ** balance)),
  };
}

export function findTask(name: string, { tasks }: TaskSet): ClassificationTask | undefined {
  return tasks.filter(isClassification).find((task) => task.name === name);
}

/** A new head reads the model where its other heads do: there the model has learned to put what labels are about. */
function poolingOf(task: string, tasks: TaskSet): Pooling {
  const known = findTask(task, tasks);
  if (known) return known.pooling;
  const counts = new Map<Pooling, number>();
  for (const { pooling } of tasks.tasks.filter(isClassification)) {
    counts.set(pooling, (counts.get(pooling) ?? 0) + 1);
  }
  const [most] = [...counts].sort(([, one], [, other]) => other - one);
  return most?.[0] ?? 'mean';
}
