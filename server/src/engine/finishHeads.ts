// The last step of a fine-tuning: heads are fitted to the encoder as it has become. Those of other tasks were held and
// follow it; a new one that learned at full depth alone has to serve at the others too. In: the model as it was trained, and on
// what. Out: the tensors of held heads that change, and the new head.

import type { Cancellation } from './cancellation.ts';
import { loadModel } from './model/loadModel.ts';
import type { TensorToStore } from './model/safetensors.ts';
import type { PackTexts } from './training/batchFeeds.ts';
import { type FittedHead, fitHead } from './training/fitHead.ts';
import { inMemory } from './training/folderFiles.ts';
import { mendHeads } from './training/mendHeads.ts';
import type { LabelObjective, Objective } from './training/objective.ts';
import { joinRows, readVectors } from './training/readVectors.ts';
import type { TrainingExample } from './training/targets.ts';
import type { TrainingInput } from './training/trainer.ts';
import type { ExitDepth } from './training/trainingGraph.ts';

export interface HeadsToFinish {
  /** The folder of the trained model, by file name. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly input: Pick<TrainingInput, 'settings' | 'training' | 'threads'>;
  /** A new head that did not learn at all depths. */
  readonly made:
    | { readonly objective: LabelObjective; readonly examples: readonly TrainingExample[] }
    | undefined;
  /** The depths that the model offers, and what each counts. */
  readonly exits: readonly ExitDepth[];
  readonly pack: PackTexts;
}

export interface FinishedHeads {
  readonly mended: readonly TensorToStore[];
  readonly made: FittedHead | undefined;
}

/** @throws CancelledError between two runs. */
export async function finishHeads(
  { files, input, made, exits, pack }: HeadsToFinish,
  cancellation: Cancellation,
): Promise<FinishedHeads> {
  const { settings, training, threads } = input;
  const held = new Set(settings.heldHeads);
  const objectives = settings.objectives.filter(isOfLabels).filter(({ name }) => held.has(name));
  const mends = objectives.length > 0 && settings.trained !== 'heads';
  if (!mends && !made) return { mended: [], made: undefined };
  const model = await loadModel(inMemory(files), { threads, maxSessions: 1 });
  const reading = { exits, maxTokensPerRun: settings.maxTokensPerRun, pack, onProgress: () => undefined };
  try {
    return {
      mended: mends
        ? await mendHeads(model, { ...reading, objectives, examples: training }, cancellation)
        : [],
      made: made && (await fitAgain(model, made, reading, cancellation)),
    };
  } finally {
    await model.dispose();
  }
}

async function fitAgain(
  model: Awaited<ReturnType<typeof loadModel>>,
  { objective, examples }: NonNullable<HeadsToFinish['made']>,
  reading: Omit<Parameters<typeof readVectors>[1], 'poolings' | 'texts'>,
  cancellation: Cancellation,
): Promise<FittedHead> {
  const texts = examples.map(({ text }) => text);
  const [depths] = await readVectors(
    model,
    { ...reading, poolings: [objective.pooling], texts },
    cancellation,
  );
  const targets = joinRows(
    examples.map((example) => example.targets[objective.name]!),
    objective.labelCount,
  );
  return fitHead({ objective, hiddenSize: model.config.hiddenSize, depths: depths!, targets });
}

function isOfLabels(objective: Objective): objective is LabelObjective {
  return objective.kind === 'singleLabel' || objective.kind === 'multiLabel';
}
