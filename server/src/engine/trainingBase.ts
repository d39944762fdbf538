// The model that a training starts from, opened: weights, tokeniser, tasks, and how its texts become batches.
// In: the files of a model folder. Out: everything that fineTune.ts and adapt.ts need of it.

import { loadTasks } from './labels/loadTasks.ts';
import type { TaskSet } from './labels/task.ts';
import { type LoadedModel, loadModel } from './model/loadModel.ts';
import type { ModelFiles, ModelManifest } from './model/modelFolder.ts';
import { computeFingerprint, loadManifest } from './model/modelManifest.ts';
import { closeOnError } from './openModel.ts';
import { loadTokenizer } from './tokens/loadTokenizer.ts';
import { packBatch } from './tokens/packBatch.ts';
import type { EncodedText, Tokenizer } from './tokens/tokenBatch.ts';
import type { PackTexts } from './training/batchFeeds.ts';

export interface TrainingBase {
  readonly model: LoadedModel;
  readonly tokenizer: Tokenizer;
  readonly tasks: TaskSet;
  readonly manifest: ModelManifest | undefined;
  readonly fingerprint: string;
  readonly pack: PackTexts;
}

/** The caller disposes of the model. */
export async function openTrainingBase(files: ModelFiles, threads: number): Promise<TrainingBase> {
  const model = await loadModel(files, { threads, maxSessions: 1 });
  const open = async (): Promise<TrainingBase> => {
    const tokenizer = await loadTokenizer(files);
    return {
      model,
      tokenizer,
      tasks: await loadTasks(files, model),
      manifest: await loadManifest(files),
      fingerprint: await computeFingerprint(files),
      pack: (texts) => packBatch(texts, { padId: tokenizer.padId, multipleOf: 1 }),
    };
  };
  return await closeOnError(model, open());
}

/** A text as the model will read it, cut at the length that it was trained for. */
export function encodeFor(
  { tokenizer, tasks }: Pick<TrainingBase, 'tokenizer' | 'tasks'>,
  text: string,
  context?: string,
): EncodedText {
  const options = { maxTokens: tasks.maxTokens };
  return context === undefined
    ? tokenizer.encode(text, options)
    : tokenizer.encodePair(text, context, options);
}
