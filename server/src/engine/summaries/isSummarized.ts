// Which passages say what a file is for. In: the labels that the model gave one. Out: whether a summary may use it.

import type { LabelScores } from '../labels/task.ts';

/**
 * Labels by task whose passages say nothing about the file: data, so that no code asks for a label's name.
 * A model without these tasks or labels leaves nothing out.
 */
const unsummarizedLabels: Readonly<Record<string, readonly string[]>> = {
  form: ['code', 'directive', 'license', 'separator', 'generated'],
};

/** @param scores empty where nobody asked the model */
export function isSummarized(scores: readonly LabelScores[]): boolean {
  return !scores.some(({ task, predicted }) =>
    predicted.some((label) => unsummarizedLabels[task]?.includes(label)),
  );
}
