// What a training run minimises: a weighted sum of objectives over one shared encoder. Objectives are data; losses.ts
// makes them nodes of a graph, targets.ts the numbers that go in. Legend: B texts, C labels, H hidden size, V vocabulary.

import type { Pooling } from '../model/encoderOutput.ts';

export type Objective =
  | LabelObjective
  | EmbeddingObjective
  | ContrastObjective
  | WordsObjective
  | OrderObjective;

/** Cross-entropy over the labels of one task: one of them is right, or each is right or wrong on its own. */
export interface LabelObjective {
  readonly kind: 'singleLabel' | 'multiLabel';
  /** Name of the task and of its head's weights. */
  readonly name: string;
  readonly labelCount: number;
  readonly pooling: Pooling;
  /** How much this loss counts beside the others. */
  readonly weight: number;
  /**
   * One per label. `singleLabel`: what an example of this label counts. `multiLabel`: what the presence of the label
   * counts against its absence.
   */
  readonly labelWeights: readonly number[];
  /** What its loss counts at the depths before the last; absent: what every loss counts there. */
  readonly shallowWeight?: number;
}

/** 1 - cosine to a given vector for each text, such as the vector of a better model. */
export interface EmbeddingObjective {
  readonly kind: 'embedding';
  readonly name: string;
  readonly pooling: Pooling;
  readonly weight: number;
}

/** Each text has to find its partner among all texts of the batch: cross-entropy over cosines divided by `temperature`. */
export interface ContrastObjective {
  readonly kind: 'contrast';
  readonly name: string;
  readonly pooling: Pooling;
  readonly weight: number;
  readonly temperature: number;
}

/**
 * Cross-entropy over the vocabulary at the tokens that were hidden (masked language modelling). The weights are the
 * model's `mlm`; the loss reads the deepest exit alone, because it is there to teach the encoder, not to be asked later.
 */
export interface WordsObjective {
  readonly kind: 'words';
  readonly name: string;
  readonly weight: number;
  readonly vocabSize: number;
}

/** Cross-entropy over the order of a pair's two segments: 0 as they stood, 1 swapped. Weights `sop`, deepest exit. */
export interface OrderObjective {
  readonly kind: 'order';
  readonly name: string;
  readonly weight: number;
}

/** Names of the graph inputs that hold what an objective compares with. */
export function targetInput(objective: Objective): string {
  return `target.${objective.name}`;
}

/** One factor for the whole batch: the objective's weight over what is counted. */
export function scaleInput(objective: Objective): string {
  return `scale.${objective.name}`;
}

/** `contrast` alone: 0 where a text may be chosen, a large negative number where not, such as for the text itself. */
export function exclusionInput(objective: Objective): string {
  return `exclusion.${objective.name}`;
}

export function lossOutput(objective: Objective): string {
  return `loss.${objective.name}`;
}

export function logitsOutput(objective: Objective): string {
  return `logits.${objective.name}`;
}
