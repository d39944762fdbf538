// The whole journey on one screen: text → passages → tokens → encoder → labels → findings.
// The only file of the engine that calls more than one station, and the only one its hosts import.

import type { Cancellation } from './cancellation.ts';
import type { LabelScores, TaskSet } from './labels/task.ts';
import type { ModelManifest } from './model/modelFolder.ts';
import type { Extraction, Passage } from './passages/passage.ts';
import type { SourceFile } from './text/sourceFile.ts';

/** Work the user is looking at goes before work in the background. */
export type Priority = 'interactive' | 'background';

export interface WorkOptions {
  readonly priority: Priority;
  /** Layers to run; absent: the model's default. */
  readonly depth?: number;
}

export interface TextInput {
  readonly text: string;
  /** Second segment: the symbol or code the text belongs to. */
  readonly context?: string;
}

export interface LabelledPassage {
  readonly passage: Passage;
  /** One entry per classification task of the model, in the order of tasks.json. */
  readonly scores: readonly LabelScores[];
}

export interface ModelInfo {
  readonly name: string;
  readonly version: string;
  readonly fingerprint: string;
  readonly tasks: TaskSet;
  readonly manifest: ModelManifest | undefined;
  /** Number of parameters by part: embeddings, encoder, pooler, heads. */
  readonly parameters: Readonly<Record<string, number>>;
  readonly sizeBytes: number;
  /** What runs it: `cpu` and why. */
  readonly device: { readonly name: string; readonly reason: string };
  readonly threads: number;
}

/** The same interface inside the worker and outside it (host/engineClient.ts). */
export interface Engine {
  extract(file: SourceFile): Promise<Extraction>;
  labelPassages(passages: readonly Passage[], options: WorkOptions, cancellation: Cancellation): Promise<readonly LabelledPassage[]>;
  classify(task: string, inputs: readonly TextInput[], options: WorkOptions, cancellation: Cancellation): Promise<readonly LabelScores[]>;
  /** Unit vectors, one per text. */
  embed(texts: readonly string[], options: WorkOptions & { readonly dimensions?: number }, cancellation: Cancellation): Promise<readonly Float32Array[]>;
  modelInfo(): Promise<ModelInfo>;
  dispose(): Promise<void>;
}
