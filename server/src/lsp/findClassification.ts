// Looks up the task that scores belong to: its labels carry the titles and meanings that people read.

import type { ClassificationTask, TaskSet } from '../engine/labels/task.ts';

/** Undefined for a name the model does not have, and for its embedding, which has no labels. */
export function findClassification(tasks: TaskSet, name: string): ClassificationTask | undefined {
  for (const task of tasks.tasks) if ('labels' in task && task.name === name) return task;
  return undefined;
}
