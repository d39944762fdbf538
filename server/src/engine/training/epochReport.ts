// What is known after an epoch: losses and metrics. Plain data that crosses to whoever watches.

import type { ClassificationMetrics } from './metrics.ts';

export interface ValidationReport {
  /** Averages over the validation texts: the weighted sum, and by objective. */
  readonly loss: number;
  readonly lossByObjective: Readonly<Record<string, number>>;
  /** By objective over labels. */
  readonly metrics: Readonly<Record<string, ClassificationMetrics>>;
  /** By objective over hidden words or order: how many were guessed right, of how many. */
  readonly guesses: Readonly<Record<string, Guesses>>;
  /** What epochs are compared by: the mean macro F1, or minus the loss where no objective is over labels. */
  readonly score: number;
}

export interface Guesses {
  readonly right: number;
  readonly count: number;
}

export interface EpochReport {
  /** Counted from 1. */
  readonly epoch: number;
  readonly step: number;
  /** The mean over the epoch's batches. */
  readonly trainingLoss: number;
  readonly validation: ValidationReport | undefined;
}

/** Before the first step. */
export interface StartReport {
  readonly epochs: number;
  readonly totalSteps: number;
  /** Without padding. */
  readonly tokensPerEpoch: number;
  /** Trained numbers. */
  readonly parameterCount: number;
  /** Layers are computed again on the way back, because memory is short or somebody wants it. */
  readonly recomputes: boolean;
  /** Steps that an interrupted run has made already. */
  readonly step: number;
}

/** After each step. */
export interface StepReport {
  readonly step: number;
  readonly totalSteps: number;
  /** Counted from 1. */
  readonly epoch: number;
  readonly loss: number;
  readonly learningRate: number;
  /** Before clipping. */
  readonly gradientNorm: number;
  /** Without padding. */
  readonly tokenCount: number;
  readonly elapsedMs: number;
}
