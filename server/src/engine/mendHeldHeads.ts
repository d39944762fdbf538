// The last step of a fine-tuning: the heads that were held are fitted to the encoder as it is in the finished folder.
// In: the folder's files, what was trained and on what. Out: the tensors that change.

import type { Cancellation } from './cancellation.ts';
import { loadModel } from './model/loadModel.ts';
import type { TensorToStore } from './model/safetensors.ts';
import type { PackTexts } from './training/batchFeeds.ts';
import { inMemory } from './training/folderFiles.ts';
import { mendHeads } from './training/mendHeads.ts';
import type { LabelObjective, Objective } from './training/objective.ts';
import type { TrainingInput } from './training/trainer.ts';

/** @throws CancelledError between two runs. */
export async function mendHeldHeads(
  files: ReadonlyMap<string, Uint8Array>,
  { settings, training, threads }: Pick<TrainingInput, 'settings' | 'training' | 'threads'>,
  pack: PackTexts,
  cancellation: Cancellation,
): Promise<readonly TensorToStore[]> {
  const held = new Set(settings.heldHeads);
  const objectives = settings.objectives.filter(isOfLabels).filter(({ name }) => held.has(name));
  if (objectives.length === 0 || settings.trained === 'heads') return [];
  const model = await loadModel(inMemory(files), { threads, maxSessions: 1 });
  try {
    const { exits, maxTokensPerRun } = settings;
    const mend = { objectives, examples: training, exits, maxTokensPerRun, pack };
    return await mendHeads(model, { ...mend, onProgress: () => undefined }, cancellation);
  } finally {
    await model.dispose();
  }
}

function isOfLabels(objective: Objective): objective is LabelObjective {
  return objective.kind === 'singleLabel' || objective.kind === 'multiLabel';
}
