// AdamW over the flat arrays, and clipping by the norm of all gradients together.
// In: weights, gradients, both moments. Out: weights and moments moved by one step.
// Reference: Loshchilov and Hutter, Decoupled Weight Decay Regularization; the numbers are those of torch.optim.AdamW.

import type { FlatArray } from './flatParameters.ts';
import { layerRateFactors } from './layerRates.ts';
import type { ModelPart, ParameterLayout } from './parameterLayout.ts';

export interface OptimizerSettings {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  /** Gradients whose norm is greater are scaled down to it; Infinity leaves them as they are. */
  readonly maxGradientNorm: number;
  /** What the learning rate is multiplied by in each part of the model. */
  readonly rateFactors: Readonly<Record<ModelPart, number>>;
  /** How much slower each group of layers learns than the one above it; 1 for all alike. See `layerRateFactors`. */
  readonly layerDecay: number;
}

export const defaultOptimizer: OptimizerSettings = {
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0.01,
  maxGradientNorm: 1,
  rateFactors: { embeddings: 1, encoder: 1, pooler: 1, heads: 1 },
  layerDecay: 1,
};

/** What the optimizer remembers of earlier steps: running means of the gradients and of their squares. */
export interface Moments {
  readonly first: FlatArray;
  readonly second: FlatArray;
}

/** The square root of the sum of all squares; not finite where any gradient is not. */
export function gradientNorm(gradients: FlatArray): number {
  let squares = 0;
  for (let index = 0; index < gradients.length; index++) squares += gradients[index]! * gradients[index]!;
  return Math.sqrt(squares);
}

/** What to multiply gradients of this norm with. */
export function clippingFactor(norm: number, maxNorm: number): number {
  return Number.isFinite(maxNorm) ? Math.min(1, maxNorm / (norm + 1e-6)) : 1;
}

export interface OptimizerArrays {
  readonly weights: FlatArray;
  readonly gradients: FlatArray;
  readonly moments: Moments;
}

/** What is the same for all numbers of a stretch. */
export interface StretchStep {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly gradientFactor: number;
  /** What decay leaves of a weight. */
  readonly keep: number;
  readonly step: number;
  readonly rootFactor: number;
}

/** Moves the weights and moments from `from` to before `to` by one step. */
export type MoveStretch = (arrays: OptimizerArrays, from: number, to: number, by: StretchStep) => void;

/**
 * @param now `step`: how many steps this one makes; the first is 1
 * @param moveStretch `createAdamWKernel` has one for 32-bit arrays that is several times as fast
 */
export function applyAdamW(
  layout: ParameterLayout,
  arrays: OptimizerArrays,
  settings: OptimizerSettings,
  now: { readonly step: number; readonly learningRate: number; readonly gradientFactor: number },
  moveStretch: MoveStretch = moveOneByOne,
): void {
  const bias1 = 1 - settings.beta1 ** now.step;
  const bias2 = 1 - settings.beta2 ** now.step;
  const byLayer = layerRateFactors(layout.parameters, settings.layerDecay);
  for (const [index, { offset, size, part, decays }] of layout.parameters.entries()) {
    const rate = now.learningRate * settings.rateFactors[part] * byLayer[index]!;
    moveStretch(arrays, offset, offset + size, {
      beta1: settings.beta1,
      beta2: settings.beta2,
      epsilon: settings.epsilon,
      gradientFactor: now.gradientFactor,
      keep: decays ? 1 - rate * settings.weightDecay : 1,
      step: rate / bias1,
      // The second moment is corrected under the root, so its correction becomes a factor of the root.
      rootFactor: 1 / Math.sqrt(bias2),
    });
  }
}

const moveOneByOne: MoveStretch = ({ weights, gradients, moments }, from, to, by) => {
  const { first, second } = moments;
  const { beta1, beta2, epsilon, gradientFactor, keep, step, rootFactor } = by;
  for (let index = from; index < to; index++) {
    const gradient = gradients[index]! * gradientFactor;
    const mean = beta1 * first[index]! + (1 - beta1) * gradient;
    const square = beta2 * second[index]! + (1 - beta2) * gradient * gradient;
    first[index] = mean;
    second[index] = square;
    weights[index] = weights[index]! * keep - (step * mean) / (Math.sqrt(square) * rootFactor + epsilon);
  }
};
