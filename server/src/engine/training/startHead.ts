// The head that a training of new labels starts with. In: the model as it is, labelled texts. Out: fitted weights.

import type { Cancellation } from '../cancellation.ts';
import { throwIfCancelled } from '../cancellation.ts';
import type { LoadedModel } from '../model/loadModel.ts';
import { runEncoder } from '../model/runEncoder.ts';
import type { EncodedText } from '../tokens/tokenBatch.ts';
import type { PackTexts } from './batchFeeds.ts';
import { splitIntoRuns } from './batchPlan.ts';
import { type FittedHead, fitHead } from './fitHead.ts';
import type { LabelObjective } from './objective.ts';
import type { ExitDepth } from './trainingGraph.ts';

export interface HeadStart {
  readonly objective: LabelObjective;
  /** Ascending. */
  readonly exits: readonly ExitDepth[];
  readonly texts: readonly EncodedText[];
  /** For each text the probability of each label. */
  readonly targets: readonly ArrayLike<number>[];
  readonly maxTokensPerRun: number;
  readonly pack: PackTexts;
  readonly onProgress: (done: number, total: number) => void;
}

/** @throws CancelledError between two runs. */
export async function startHead(
  model: LoadedModel,
  start: HeadStart,
  cancellation: Cancellation,
): Promise<FittedHead> {
  const { objective, texts, exits } = start;
  const { hiddenSize } = model.config;
  const runs = splitIntoRuns(
    texts.map((_, index) => [index]),
    texts.map(({ ids }) => ids.length),
    start.maxTokensPerRun,
  );
  const depths: { readonly vectors: Float32Array; readonly weight: number }[] = [];
  let done = 0;
  // One depth after the other: each has a session of its own.
  for (const { depth, weight } of exits) {
    const vectors = new Float32Array(texts.length * hiddenSize);
    for (const run of runs) {
      throwIfCancelled(cancellation);
      const [pooled] = await runEncoder(model, start.pack(run.map((index) => texts[index]!)), {
        depth,
        outputs: [{ kind: 'pooled', pooling: objective.pooling }],
      });
      run.forEach((index, row) => {
        vectors.set(pooled!.data.subarray(row * hiddenSize, (row + 1) * hiddenSize), index * hiddenSize);
      });
      done += run.length;
      start.onProgress(done, texts.length * exits.length);
    }
    depths.push({ vectors, weight });
  }
  const targets = new Float32Array(texts.length * objective.labelCount);
  start.targets.forEach((target, index) => {
    targets.set(target, index * objective.labelCount);
  });
  return fitHead({ objective, hiddenSize, depths, targets });
}
