// The head that a training of new labels starts with, and which vector of a text it reads. In: the model as it is,
// labelled texts. Out: fitted weights.

import type { Cancellation } from '../cancellation.ts';
import type { Pooling } from '../model/encoderOutput.ts';
import type { LoadedModel } from '../model/loadModel.ts';
import type { EncodedText } from '../tokens/tokenBatch.ts';
import { type FittedHead, fitHead, type HeadFit, lossOfHead } from './fitHead.ts';
import type { LabelObjective } from './objective.ts';
import { joinRows, readVectors, type VectorReading } from './readVectors.ts';

export interface HeadStart extends Omit<VectorReading, 'poolings'> {
  /** Its pooling is taken unless the mean is clearly better. */
  readonly objective: LabelObjective;
  /** In an order that says nothing about their labels: some of them judge the others. */
  readonly texts: readonly EncodedText[];
  /** For each text the probability of each label. */
  readonly targets: readonly ArrayLike<number>[];
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
  const fits = await readFits(model, start, poolings, cancellation);
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
async function readFits(
  model: LoadedModel,
  start: HeadStart,
  poolings: readonly Pooling[],
  cancellation: Cancellation,
): Promise<readonly HeadFit[]> {
  const { objective } = start;
  const { hiddenSize } = model.config;
  const read = await readVectors(model, { ...start, poolings }, cancellation);
  const targets = joinRows(start.targets, objective.labelCount);
  return read.map((depths) => ({ objective, hiddenSize, depths, targets }));
}
