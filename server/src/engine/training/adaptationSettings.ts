// How a model is adapted to a workspace where the user says nothing.

import { defaultOptimizer, type OptimizerSettings } from './optimizer.ts';
import type { Recompute } from './trainer.ts';
import { type DropoutRates, noDropout } from './trainingGraph.ts';

export interface AdaptationSettings {
  /** Absent: by the number of windows, see `chooseAdaptationEpochs`. */
  readonly epochs: number | undefined;
  readonly batchSize: number;
  readonly learningRate: number;
  /** Share of the steps in which the learning rate rises. */
  readonly warmup: number;
  readonly seed: number;
  /** Share of the tokens that are hidden; ALBERT's. */
  readonly maskShare: number;
  /** Share of the passages that nothing is learned from, so that they can tell what was learned. */
  readonly heldOutShare: number;
  /** Heads that a model came without are fitted first, on an encoder that stays as it is: what then falls is its own. */
  readonly headEpochs: number;
  readonly headLearningRate: number;
  /** What agreeing with the model before counts, for its tasks and for its vectors, beside guessing words. */
  readonly keepTasks: number;
  readonly keepVectors: number;
  /** What finding a comment by the name of what it documents counts; 0 leaves it out. */
  readonly nameWeight: number;
  /** Cosines are divided by it before they compete. */
  readonly nameTemperature: number;
  /** Whole passages on which that is held, for each window with hidden words. */
  readonly keepShare: number;
  /** Texts that came with the model on which it is held too: so many for each window, but at least the minimum. */
  readonly replayShare: number;
  readonly replayMinimum: number;
  /** Weights of those losses at the depths before the last. */
  readonly shallowWeight: number;
  /** Learning rate of the heads beside that of the encoder: they are new, it is not. */
  readonly headRateFactor: number;
  readonly dropout: DropoutRates;
  readonly optimizer: OptimizerSettings;
  readonly maxTokensPerRun: number;
  readonly recompute: Recompute;
}

export const defaultAdaptationSettings: AdaptationSettings = {
  epochs: undefined,
  batchSize: 16,
  learningRate: 3e-4,
  warmup: 0.1,
  seed: 1,
  maskShare: 0.15,
  heldOutShare: 0.1,
  headEpochs: 2,
  headLearningRate: 2e-3,
  keepTasks: 4,
  keepVectors: 4,
  nameWeight: 0.5,
  nameTemperature: 0.05,
  keepShare: 1,
  replayShare: 0.25,
  replayMinimum: 256,
  shallowWeight: 0.25,
  headRateFactor: 4,
  dropout: noDropout,
  optimizer: defaultOptimizer,
  maxTokensPerRun: 1024,
  recompute: 'auto',
};

/** Some minutes on two cores. */
const windowsSeen = 12_000;

/** `chooseAdaptationEpochs(2000)` is 6, `chooseAdaptationEpochs(200)` 12. */
export function chooseAdaptationEpochs(windowCount: number): number {
  return Math.min(12, Math.max(2, Math.round(windowsSeen / Math.max(1, windowCount))));
}
