// From logits to probabilities, as the labels station computes them. In: row-major [n, C]. Out: the same shape.

export interface LogitScale {
  readonly kind: 'singleLabel' | 'multiLabel';
  readonly labelCount: number;
  /** Logits are divided by it; greater than 1 makes a model less sure. */
  readonly temperature: number;
}

/** Softmax over each row for one label of several, sigmoid of each number where several may hold. */
export function toProbabilities(logits: Float32Array, scale: LogitScale): Float32Array {
  const { kind, labelCount, temperature } = scale;
  if (kind === 'multiLabel') return logits.map((logit) => 1 / (1 + Math.exp(-logit / temperature)));
  const result = new Float32Array(logits.length);
  for (let start = 0; start < logits.length; start += labelCount) {
    let largest = Number.NEGATIVE_INFINITY;
    for (let label = 0; label < labelCount; label++) largest = Math.max(largest, logits[start + label]!);
    let sum = 0;
    for (let label = 0; label < labelCount; label++) {
      sum += result[start + label] = Math.exp((logits[start + label]! - largest) / temperature);
    }
    for (let label = 0; label < labelCount; label++) result[start + label]! /= sum;
  }
  return result;
}
