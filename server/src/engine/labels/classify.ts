// Station 5a: logits become calibrated probabilities and predicted labels.
// In: one row of logits per text. Out: LabelScores per text. Legend: B texts, N labels of the task.

import { type ClassificationTask, type LabelScores, temperatureAt } from './task.ts';

/**
 * @param logits row-major [B, N], N the number of the task's labels
 * @param depth the layers that ran: each depth has its own temperature
 */
export function classify(
  task: ClassificationTask,
  logits: Float32Array,
  depth: number,
): readonly LabelScores[] {
  const labelCount = task.labels.length;
  if (logits.length % labelCount !== 0) {
    throw new RangeError(`${logits.length} logits are no rows of ${labelCount} labels.`);
  }
  const temperature = temperatureAt(task, depth);
  const scores: LabelScores[] = [];
  for (let start = 0; start < logits.length; start += labelCount) {
    const row = logits.subarray(start, start + labelCount);
    const probabilities = task.kind === 'singleLabel' ? softmax(row, temperature) : sigmoid(row, temperature);
    scores.push({ task: task.name, probabilities, predicted: predict(task, probabilities) });
  }
  return scores;
}

function predict(task: ClassificationTask, probabilities: Float32Array): readonly string[] {
  if (task.kind === 'singleLabel') {
    let best = 0;
    const margin = (index: number) => probabilities[index]! - task.labels[index]!.threshold;
    for (let index = 1; index < probabilities.length; index++) if (margin(index) > margin(best)) best = index;
    return [task.labels[best]!.name];
  }
  return task.labels
    .map((label, index) => ({ label, probability: probabilities[index]! }))
    .filter(({ label, probability }) => probability >= label.threshold)
    .sort((a, b) => b.probability - a.probability)
    .map(({ label }) => label.name);
}

/** `softmax([0, 0], 1)` is `[0.5, 0.5]`; the largest logit is taken off first so that nothing overflows. */
function softmax(logits: Float32Array, temperature: number): Float32Array {
  const largest = logits.reduce((max, logit) => Math.max(max, logit), Number.NEGATIVE_INFINITY);
  const powers = Array.from(logits, (logit) => Math.exp((logit - largest) / temperature));
  const sum = powers.reduce((total, power) => total + power, 0);
  return Float32Array.from(powers, (power) => power / sum);
}

function sigmoid(logits: Float32Array, temperature: number): Float32Array {
  return logits.map((logit) => 1 / (1 + Math.exp(-logit / temperature)));
}
