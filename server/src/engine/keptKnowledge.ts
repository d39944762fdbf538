// What a model knew before a training and is to know afterwards: its other tasks and its vectors.
// In: the tasks of its folder. Out: which outputs to ask the teacher for, and the objectives that hold on to them.

import { type ClassificationTask, isClassification, type TaskSet } from './labels/task.ts';
import { outputOfTask } from './labels/taskOutput.ts';
import type { Objective } from './training/objective.ts';
import type { RememberedOutput } from './training/teacher.ts';

/** What holding on to the tasks and to the vector counts beside what is learned; 0 lets them go. */
export interface KeepingWeights {
  readonly keepTasks: number;
  readonly keepVectors: number;
}

/** All classification tasks, but the one that is trained if there is one, and the vector. */
export function rememberedOutputs(
  { tasks }: TaskSet,
  weights: KeepingWeights,
  trainedTask?: string,
): RememberedOutput[] {
  return tasks.flatMap((one): RememberedOutput[] => {
    if (one.kind === 'embedding' && weights.keepVectors > 0) {
      return [{ name: one.name, kind: 'embedding', output: outputOfTask(one) }];
    }
    if (isClassification(one) && one.name !== trainedTask && weights.keepTasks > 0) {
      return [{ name: one.name, kind: one.kind, output: outputOfTask(one) }];
    }
    return [];
  });
}

export function keepingObjective(
  one: RememberedOutput,
  { tasks }: TaskSet,
  weights: KeepingWeights,
): Objective {
  const { name } = one;
  const task = tasks.find((each) => each.name === name)!;
  if (one.kind === 'embedding') {
    return {
      kind: 'embedding',
      name,
      pooling: 'pooling' in task ? task.pooling : 'mean',
      weight: weights.keepVectors,
    };
  }
  const { labels, pooling } = task as ClassificationTask;
  return {
    kind: one.kind,
    name,
    labelCount: labels.length,
    pooling,
    weight: weights.keepTasks,
    labelWeights: labels.map(() => 1),
  };
}
