// When an answer is sure enough that deeper layers need not be asked: how far the predicted labels are from being others.
// In: calibrated probabilities. Out: a lead of 0 to about 1.

import type { ClassificationTask } from './task.ts';

/**
 * An answer whose lead is at least this stands. Chosen on the shipped model's validation texts, in steps of 0.05: no task
 * may be expected to lose more than 0.3 points of F1 against the full depth, the limit that holds for 8-bit integers too.
 * At 0.3 two tasks lose 0.29, and on another sample of these texts 0.36; at 0.35 it is 0.20 (models/recipe/early_exit.py).
 */
export const sureLead = 0.35;

/**
 * One label: by how much the predicted one is ahead of the next, as `classify` compares them. Several: how far the label
 * nearest to its threshold is from it, as a share of the way to 0 or 1.
 * `leadOf(task of two labels with threshold 0, [0.9, 0.1])` is 0.8.
 */
export function leadOf({ kind, labels }: ClassificationTask, probabilities: ArrayLike<number>): number {
  if (kind === 'multiLabel') {
    return labels.reduce((least, { threshold }, index) => {
      const probability = probabilities[index]!;
      const lead =
        probability >= threshold
          ? (probability - threshold) / Math.max(1 - threshold, smallestWay)
          : (threshold - probability) / threshold;
      return Math.min(least, lead);
    }, 1);
  }
  let best = Number.NEGATIVE_INFINITY;
  let second = Number.NEGATIVE_INFINITY;
  for (const [index, { threshold }] of labels.entries()) {
    const margin = probabilities[index]! - threshold;
    second = Math.max(second, Math.min(best, margin));
    best = Math.max(best, margin);
  }
  // With one label there is nothing else to choose.
  return labels.length === 1 ? 1 : best - second;
}

/** A threshold of 1 leaves no way above it. */
const smallestWay = 1e-6;
