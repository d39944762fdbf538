// What the index asks of the model: the plain side of an engine, so that tests can hand in their own.

import type { Cancellation } from '../cancellation.ts';
import type { StoredLabel } from '../storage.ts';
import type { Span } from '../text/span.ts';

export interface IndexedTask {
  readonly name: string;
  /** Names of labels in the order of tasks.json. */
  readonly labels: readonly string[];
  /** What a passage has when there is nothing to say; absent where several labels may hold at once. */
  readonly ordinary: string | undefined;
}

export interface IndexModelInfo {
  readonly fingerprint: string;
  /** Length of the vectors; 0 for a model that makes none. */
  readonly dimensions: number;
  readonly tasks: readonly IndexedTask[];
  readonly canAnswer: boolean;
}

export interface ReadText {
  readonly vector: Float32Array;
  /** Predicted ones. */
  readonly labels: readonly StoredLabel[];
}

export interface FoundAnswer {
  /** Which of the contexts, and where in it. */
  readonly context: number;
  readonly span: Span;
  readonly score: number;
}

export interface IndexModel {
  /** Rejects where there is no model that works. */
  info(): Promise<IndexModelInfo>;
  /** Vectors and labels for texts of the folder; work in the background. */
  read(texts: readonly string[], cancellation: Cancellation): Promise<readonly ReadText[]>;
  /** The vector of what somebody is asking now. */
  encodeQuery(text: string, cancellation: Cancellation): Promise<Float32Array>;
  /** Vectors of sentences, while somebody waits for an answer. */
  encodeSentences(texts: readonly string[], cancellation: Cancellation): Promise<readonly Float32Array[]>;
  /** Only where `canAnswer`: one for each context that says it, in their order. */
  answer(
    question: string,
    contexts: readonly string[],
    cancellation: Cancellation,
  ): Promise<readonly FoundAnswer[]>;
}
