// The vectors that heads read, of many texts at several depths. In: a model, encoded texts. Out: for each pooling and depth
// one row-major array [n, H].

import type { Cancellation } from '../cancellation.ts';
import { throwIfCancelled } from '../cancellation.ts';
import type { Pooling } from '../model/encoderOutput.ts';
import type { LoadedModel } from '../model/loadModel.ts';
import { runEncoder } from '../model/runEncoder.ts';
import type { EncodedText } from '../tokens/tokenBatch.ts';
import type { PackTexts } from './batchFeeds.ts';
import { splitIntoRuns } from './batchPlan.ts';
import type { ExitDepth } from './trainingGraph.ts';

export interface VectorReading {
  readonly poolings: readonly Pooling[];
  /** Ascending. */
  readonly exits: readonly ExitDepth[];
  readonly texts: readonly EncodedText[];
  readonly maxTokensPerRun: number;
  readonly pack: PackTexts;
  readonly onProgress: (done: number, total: number) => void;
}

export interface VectorsAtDepth {
  /** [n, H] */
  readonly vectors: Float32Array;
  /** That of the exit. */
  readonly weight: number;
}

/** @throws CancelledError between two runs. */
export async function readVectors(
  model: LoadedModel,
  { poolings, exits, texts, maxTokensPerRun, pack, onProgress }: VectorReading,
  cancellation: Cancellation,
): Promise<readonly (readonly VectorsAtDepth[])[]> {
  const { hiddenSize } = model.config;
  const runs = splitIntoRuns(
    texts.map((_, index) => [index]),
    texts.map(({ ids }) => ids.length),
    maxTokensPerRun,
  );
  const depths = poolings.map((): VectorsAtDepth[] => []);
  let done = 0;
  // One depth after the other: each has a session of its own.
  for (const { depth, weight } of exits) {
    const all = poolings.map(() => new Float32Array(texts.length * hiddenSize));
    for (const run of runs) {
      throwIfCancelled(cancellation);
      const outputs = await runEncoder(model, pack(run.map((index) => texts[index]!)), {
        depth,
        outputs: poolings.map((pooling) => ({ kind: 'pooled', pooling })),
      });
      outputs.forEach(({ data }, which) => {
        run.forEach((index, row) => {
          all[which]!.set(data.subarray(row * hiddenSize, (row + 1) * hiddenSize), index * hiddenSize);
        });
      });
      done += run.length;
      onProgress(done, texts.length * exits.length);
    }
    all.forEach((vectors, which) => {
      depths[which]!.push({ vectors, weight });
    });
  }
  return depths;
}

/** Rows of equal length below each other. */
export function joinRows(rows: readonly ArrayLike<number>[], width: number): Float32Array {
  const joined = new Float32Array(rows.length * width);
  rows.forEach((row, index) => {
    joined.set(row, index * width);
  });
  return joined;
}
