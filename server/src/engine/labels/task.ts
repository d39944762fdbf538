// tasks.json of a model folder: which questions the model answers about a passage, and with which labels.
// Labels are data: no code branches on a label's name, users train their own sets.

import type { Pooling } from '../model/encoderOutput.ts';

export type { Pooling } from '../model/encoderOutput.ts';

/** Display text by VS Code locale; `en` is always there. */
export interface LocalizedText {
  readonly en: string;
  readonly [locale: string]: string;
}

/** By run-time depth; `default`, for every other depth, is always there. */
export type Temperatures = Readonly<Record<string, number>>;

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
  /** `pair`: the question is about a text and its context together, and is not asked without one. Absent: `text`. */
  readonly input?: 'text' | 'pair';
  readonly pooling: Pooling;
  /** Logits are divided by this before softmax (or sigmoid). */
  readonly temperatures: Temperatures;
  readonly labels: readonly TaskLabel[];
}

export interface EmbeddingTask {
  readonly name: 'embedding';
  readonly kind: 'embedding';
  readonly pooling: Pooling;
  /** Matryoshka lengths, longest first; a prefix of the vector, normalised again, is a vector too. */
  readonly dimensions: readonly number[];
}

/** Where in a context a question is answered, if anywhere: the weights `qa_outputs.{weight [2, H], bias}` per token. */
export interface SpanTask {
  readonly name: 'answer';
  readonly kind: 'span';
  readonly description: LocalizedText;
  /** The lead of the best span over "no answer" is divided by this before the sigmoid. */
  readonly temperatures: Temperatures;
  /** There is no answer where the score is below this. */
  readonly threshold: number;
}

/** Whether two texts stand in the right order: `sop_classifier.classifier.{weight [2, H], bias}` over the pooler. */
export interface OrderTask {
  readonly name: 'coherence';
  readonly kind: 'order';
  readonly description: LocalizedText;
  readonly temperatures: Temperatures;
}

export type Task = ClassificationTask | EmbeddingTask | SpanTask | OrderTask;

export function isClassification(task: Task): task is ClassificationTask {
  return task.kind === 'singleLabel' || task.kind === 'multiLabel';
}

/** What logits of a run at this depth are divided by. */
export function temperatureAt(
  { temperatures }: { readonly temperatures: Temperatures },
  depth: number,
): number {
  return temperatures[String(depth)] ?? temperatures.default!;
}

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
