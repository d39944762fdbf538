// Runs the training graph: one batch in, its losses and gradients out, the gradients straight into the flat array.
// Word vectors are added up row by row here, not in the graph: only the rows of the batch change, and additions to a
// repeated row must not be lost.

import type { FloatTensor, SessionTensor } from '../model/session.ts';
import { ModelSession } from '../model/session.ts';
import { writeOnnxModel } from '../onnx/writeOnnxModel.ts';
import type { FlatArray } from './flatParameters.ts';
import { parameterFeeds } from './flatParameters.ts';
import { lossOutput } from './objective.ts';
import type { ParameterInput } from './parameterLayout.ts';
import type { TrainingGraph } from './trainingGraph.ts';

/** Named inputs of one run: tokens, targets, scales, dropout. */
export type BatchFeeds = Readonly<Record<string, SessionTensor>>;

export interface Losses {
  /** The sum over all objectives. */
  readonly total: number;
  /** By the name of the objective. */
  readonly byObjective: Readonly<Record<string, number>>;
}

export class GradientSession {
  readonly #training: TrainingGraph;
  readonly #session: ModelSession;

  private constructor(training: TrainingGraph, session: ModelSession) {
    this.#training = training;
    this.#session = session;
  }

  static async create(
    training: TrainingGraph,
    options: { readonly threads: number },
  ): Promise<GradientSession> {
    return new GradientSession(
      training,
      await ModelSession.create(writeOnnxModel(training.graph), { threads: options.threads }),
    );
  }

  /**
   * Overwrites `gradients` with the gradients of this batch.
   * Invariant: `gradients` and `weights` are different arrays; see `ModelSession.runInto`.
   */
  async computeGradients(weights: FlatArray, gradients: FlatArray, feeds: BatchFeeds): Promise<Losses> {
    const { layout, denseGradients, rowGradients, objectives } = this.#training;
    const places: Record<string, FloatTensor | undefined> = { loss: undefined };
    for (const objective of objectives) places[lossOutput(objective)] = undefined;
    for (const { output, parameter } of denseGradients) {
      places[output] = { data: viewOf(gradients, parameter), shape: parameter.shape };
    }
    for (const { output } of rowGradients) places[output] = undefined;
    const results = await this.#session.runInto({ ...feeds, ...parameterFeeds(layout, weights) }, places);

    const written = new Set(denseGradients.map(({ parameter }) => parameter));
    for (const parameter of layout.inputs) {
      if (!written.has(parameter)) viewOf(gradients, parameter).fill(0);
    }
    for (const { output, parameter, indices } of rowGradients) {
      addRows(viewOf(gradients, parameter), feeds[indices]!.data as BigInt64Array, results[output]!.data);
    }
    return {
      total: results.loss!.data[0]!,
      byObjective: Object.fromEntries(
        objectives.map((objective) => [objective.name, results[lossOutput(objective)]!.data[0]!]),
      ),
    };
  }

  async dispose(): Promise<void> {
    await this.#session.dispose();
  }
}

function viewOf(flat: FlatArray, { offset, size }: ParameterInput): FlatArray {
  return flat.subarray(offset, offset + size);
}

/** Row `indices[i]` of the table gets row i added. */
function addRows(table: FlatArray, indices: BigInt64Array, rows: FlatArray): void {
  const width = rows.length / indices.length;
  for (let index = 0; index < indices.length; index++) {
    const start = Number(indices[index]) * width;
    const from = index * width;
    for (let column = 0; column < width; column++) table[start + column]! += rows[from + column]!;
  }
}
