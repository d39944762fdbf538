// The head that a training of new labels starts with, and which vector of a text it reads. In: the model as it is,
// labelled texts. Out: fitted weights.

import type { Cancellation } from '../cancellation.ts';
import { throwIfCancelled } from '../cancellation.ts';
import type { Pooling } from '../model/encoderOutput.ts';
import type { LoadedModel } from '../model/loadModel.ts';
import { runEncoder } from '../model/runEncoder.ts';
import type { EncodedText } from '../tokens/tokenBatch.ts';
import type { PackTexts } from './batchFeeds.ts';
import { splitIntoRuns } from './batchPlan.ts';
import { type FittedHead, fitHead, type HeadFit, lossOfHead } from './fitHead.ts';
import type { LabelObjective } from './objective.ts';
import type { ExitDepth } from './trainingGraph.ts';

export interface HeadStart {
  /** Its pooling is taken unless the mean is clearly better. */
  readonly objective: LabelObjective;
  /** Ascending. */
  readonly exits: readonly ExitDepth[];
  /** In an order that says nothing about their labels: some of them judge the others. */
  readonly texts: readonly EncodedText[];
  /** For each text the probability of each label. */
  readonly targets: readonly ArrayLike<number>[];
  readonly maxTokensPerRun: number;
  readonly pack: PackTexts;
  readonly onProgress: (done: number, total: number) => void;
}

export interface StartedHead extends FittedHead {
  readonly pooling: Pooling;
}

/** @throws CancelledError between two runs. */
export async function startHead(
  model: LoadedModel,
  start: HeadStart,
  cancellation: Cancellation,
): Promise<StartedHead> {
  const { pooling: preferred } = start.objective;
  const poolings: readonly Pooling[] = preferred === 'mean' ? ['mean'] : [preferred, 'mean'];
  const fits = await readVectors(model, start, poolings, cancellation);
  const [first, other] = fits.map((fit) => (poolings.length === 1 ? 0 : lossOnOthers(fit)));
  const chosen = other !== undefined && other < clearlyLess * first! ? 1 : 0;
  return { ...fitHead(fits[chosen]!), pooling: poolings[chosen]! };
}

/** A smaller lead than this is chance on a few texts. */
const clearlyLess = 0.9;

/** Fitted to three quarters of the texts, measured on the rest. */
function lossOnOthers(fit: HeadFit): number {
  const count = fit.targets.length / fit.objective.labelCount;
  const isJudge = (text: number) => text % 4 === 3;
  const part = (keeps: (text: number) => boolean): HeadFit => {
    const rows = Array.from({ length: count }, (_, text) => text).filter(keeps);
    const pick = (values: Float32Array, width: number) => {
      const picked = new Float32Array(rows.length * width);
      rows.forEach((row, index) => {
        picked.set(values.subarray(row * width, (row + 1) * width), index * width);
      });
      return picked;
    };
    const depths = fit.depths.map(({ vectors, weight }) => ({
      vectors: pick(vectors, fit.hiddenSize),
      weight,
    }));
    return { ...fit, depths, targets: pick(fit.targets, fit.objective.labelCount) };
  };
  return lossOfHead(fitHead(part((text) => !isJudge(text))), part(isJudge));
}

/** One fit for each pooling. */
async function readVectors(
  model: LoadedModel,
  start: HeadStart,
  poolings: readonly Pooling[],
  cancellation: Cancellation,
): Promise<readonly HeadFit[]> {
  const { objective, texts, exits } = start;
  const { hiddenSize } = model.config;
  const runs = splitIntoRuns(
    texts.map((_, index) => [index]),
    texts.map(({ ids }) => ids.length),
    start.maxTokensPerRun,
  );
  const depths = poolings.map((): { readonly vectors: Float32Array; readonly weight: number }[] => []);
  let done = 0;
  // One depth after the other: each has a session of its own.
  for (const { depth, weight } of exits) {
    const all = poolings.map(() => new Float32Array(texts.length * hiddenSize));
    for (const run of runs) {
      throwIfCancelled(cancellation);
      const outputs = await runEncoder(model, start.pack(run.map((index) => texts[index]!)), {
        depth,
        outputs: poolings.map((pooling) => ({ kind: 'pooled', pooling })),
      });
      outputs.forEach(({ data }, which) => {
        run.forEach((index, row) => {
          all[which]!.set(data.subarray(row * hiddenSize, (row + 1) * hiddenSize), index * hiddenSize);
        });
      });
      done += run.length;
      start.onProgress(done, texts.length * exits.length);
    }
    all.forEach((vectors, which) => {
      depths[which]!.push({ vectors, weight });
    });
  }
  const targets = new Float32Array(texts.length * objective.labelCount);
  start.targets.forEach((target, index) => {
    targets.set(target, index * objective.labelCount);
  });
  return depths.map((one) => ({ objective, hiddenSize, depths: one, targets }));
}
