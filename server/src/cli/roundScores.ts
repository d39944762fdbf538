// Probabilities as they are printed: four decimals are more than a model knows.

import type { ClassificationTask, LabelScores } from '../engine/labels/task.ts';

export function roundScore(probability: number): number {
  return Math.round(probability * 10_000) / 10_000;
}

/** `{summary: 0.91, usage: 0.02, …}` in the order of the task's labels. */
export function labelObject(task: ClassificationTask, scores: LabelScores): Record<string, number> {
  return Object.fromEntries(
    task.labels.map((label, index) => [label.name, roundScore(scores.probabilities[index] ?? 0)]),
  );
}
