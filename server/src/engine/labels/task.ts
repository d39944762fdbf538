// tasks.json of a model folder: which questions the model answers about a passage, and with which labels.
// Labels are data: no code branches on a label's name, users train their own sets.

import type { Pooling } from '../model/encoderOutput.ts';

export type { Pooling } from '../model/encoderOutput.ts';

/** Display text by VS Code locale; `en` is always there. */
export interface LocalizedText {
  readonly en: string;
  readonly [locale: string]: string;
}

export interface TaskLabel {
  readonly name: string;
  readonly title: LocalizedText;
  readonly description: LocalizedText;
  /**
   * `multiLabel`: the label is predicted when its probability is at least this.
   * `singleLabel`: the predicted label is the one with the greatest `probability - threshold`.
   */
  readonly threshold: number;
}

/**
 * Weights of a head: `heads.<name>.classifier.{weight [labels, H], bias}` and, where present,
 * `heads.<name>.dense.{weight [H, H], bias}` with tanh before it.
 */
export interface ClassificationTask {
  readonly name: string;
  readonly kind: 'singleLabel' | 'multiLabel';
  readonly description: LocalizedText;
  readonly pooling: Pooling;
  /** Logits are divided by this before softmax (or sigmoid), per run-time depth; `default` is always there. */
  readonly temperatures: Readonly<Record<string, number>>;
  readonly labels: readonly TaskLabel[];
}

export interface EmbeddingTask {
  readonly name: 'embedding';
  readonly kind: 'embedding';
  readonly pooling: Pooling;
  /** Matryoshka lengths, longest first; a prefix of the vector, normalised again, is a vector too. */
  readonly dimensions: readonly number[];
}

export type Task = ClassificationTask | EmbeddingTask;

export interface TaskSet {
  readonly formatVersion: 1;
  /** Depths the model was trained to be read at, ascending; the last is the full one. */
  readonly depths: readonly number[];
  readonly defaultDepth: number;
  readonly maxTokens: number;
  readonly tasks: readonly Task[];
}

/** Calibrated probabilities of one task for one text. */
export interface LabelScores {
  readonly task: string;
  /** In the order of the task's labels. */
  readonly probabilities: Float32Array;
  /** Names of predicted labels, most probable first; exactly one for `singleLabel`. */
  readonly predicted: readonly string[];
}
