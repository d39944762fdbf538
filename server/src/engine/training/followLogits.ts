// A linear head for vectors that have moved: it answers on them what the old head answered before, as nearly as can be
// without leaving the old head. In: vectors, the wanted logits, the old head. Out: weight and bias. It is ridge regression
// around the old head: squares of logits count texts that are sure as much as those that are not, which kept decisions
// on unseen texts better than the loss over probabilities. Legend: n texts, C labels, H hidden size.

import type { FittedHead } from './fitHead.ts';
import { minimize } from './minimize.ts';

export interface LogitsToFollow {
  /** Row-major [n, H] */
  readonly vectors: Float32Array;
  /** Row-major [n, C] */
  readonly logits: Float32Array;
  /** What each text counts, [n]. */
  readonly weights: Float32Array;
  readonly head: FittedHead;
}

/** How strongly a head stays what it was, as a share of the vectors' mean variance. */
const ridge = 0.03;

export function followLogits({ vectors, logits, weights, head }: LogitsToFollow): FittedHead {
  const labelCount = head.bias.length;
  const hiddenSize = head.weight.length / labelCount;
  const total = weights.reduce((sum, one) => sum + one, 0);
  const shares = Float64Array.from(weights, (one) => one / total);
  const means = meanOf(vectors, shares);
  const centred = vectors.map((value, at) => value - means[at % hiddenSize]!);
  const variance = centred.reduce((sum, value) => sum + value ** 2, 0) / vectors.length;
  const answered = answersOf(head, vectors);
  const weight = new Float32Array(head.weight);
  const bias = new Float32Array(labelCount);
  for (let label = 0; label < labelCount; label++) {
    const missing = shares.map((_, text) => {
      const at = text * labelCount + label;
      return logits[at]! - answered[at]!;
    });
    const shift = missing.reduce((sum, value, text) => sum + shares[text]! * value, 0);
    const wanted = missing.map((value) => value - shift);
    const change = regress({ vectors: centred, wanted, shares, strength: ridge * variance });
    for (let axis = 0; axis < hiddenSize; axis++) weight[label * hiddenSize + axis]! += change[axis]!;
    bias[label] = head.bias[label]! + shift - dot(change, means, 0);
  }
  return { weight, bias };
}

/** The logits of a head, row-major [n, C]. */
export function answersOf({ weight, bias }: FittedHead, vectors: Float32Array): Float32Array {
  const hiddenSize = weight.length / bias.length;
  const answers = new Float32Array((vectors.length / hiddenSize) * bias.length);
  const rows = Array.from(bias, (_, label) => weight.subarray(label * hiddenSize, (label + 1) * hiddenSize));
  for (let at = 0; at < answers.length; at++) {
    const label = at % bias.length;
    answers[at] = bias[label]! + dot(rows[label]!, vectors, Math.floor(at / bias.length) * hiddenSize);
  }
  return answers;
}

interface Regression {
  readonly vectors: Float32Array;
  readonly wanted: Float64Array;
  readonly shares: Float64Array;
  readonly strength: number;
}

/** Smallest mean square of `vectors · w − wanted` plus `strength · |w|²`. */
function regress({ vectors, wanted, shares, strength }: Regression): Float64Array {
  const size = vectors.length / wanted.length;
  return minimize(
    (place, gradient) => {
      let loss = 0;
      for (let axis = 0; axis < size; axis++) {
        loss += 0.5 * strength * place[axis]! ** 2;
        gradient[axis] = strength * place[axis]!;
      }
      for (let text = 0; text < wanted.length; text++) {
        const error = dot(place, vectors, text * size) - wanted[text]!;
        const pull = shares[text]! * error;
        loss += 0.5 * pull * error;
        for (let axis = 0; axis < size; axis++) gradient[axis]! += pull * vectors[text * size + axis]!;
      }
      return loss;
    },
    new Float64Array(size),
    { maxSteps: 100, flatness: 1e-5 },
  );
}

function meanOf(vectors: Float32Array, shares: Float64Array): Float64Array {
  const size = vectors.length / shares.length;
  const means = new Float64Array(size);
  vectors.forEach((value, at) => {
    means[at % size]! += shares[Math.floor(at / size)]! * value;
  });
  return means;
}

/** With the row that begins at `start`. */
function dot(weights: ArrayLike<number>, rows: ArrayLike<number>, start: number): number {
  let sum = 0;
  for (let axis = 0; axis < weights.length; axis++) sum += weights[axis]! * rows[start + axis]!;
  return sum;
}
