// What a model's losses are on examples that it does not learn from, and how much it guesses right. In: weights, examples
// and objectives. Out: numbers by objective, at one depth. Nothing is trained.

import type { Cancellation } from '../cancellation.ts';
import type { AlbertConfig } from '../model/albertConfig.ts';
import type { AlbertWeights } from '../model/albertWeights.ts';
import { ModelSession } from '../model/session.ts';
import { writeOnnxModel } from '../onnx/writeOnnxModel.ts';
import type { PackTexts } from './batchFeeds.ts';
import type { Guesses } from './epochReport.ts';
import { readParameters } from './flatParameters.ts';
import type { Objective } from './objective.ts';
import type { TrainingExample } from './targets.ts';
import { buildValidationGraph } from './trainingGraph.ts';
import { predict } from './validate.ts';

export interface MeasuredObjectives {
  readonly lossByObjective: Readonly<Record<string, number>>;
  readonly guesses: Readonly<Record<string, Guesses>>;
}

/** @throws CancelledError between two runs. */
export async function measureObjectives(
  model: { readonly config: AlbertConfig; readonly weights: AlbertWeights },
  examples: readonly TrainingExample[],
  options: {
    readonly objectives: readonly Objective[];
    readonly depth: number;
    readonly maxTokensPerRun: number;
    readonly threads: number;
    readonly pack: PackTexts;
  },
  cancellation: Cancellation,
): Promise<MeasuredObjectives> {
  const graph = buildValidationGraph(model.config, model.weights, {
    objectives: options.objectives,
    exits: [{ depth: options.depth, weight: 1 }],
    trained: 'heads',
    floatType: 'float32',
  });
  const weights = new Float32Array(graph.layout.size);
  readParameters(graph.layout, model.weights, weights);
  const session = await ModelSession.create(writeOnnxModel(graph.graph), { threads: options.threads });
  try {
    return await predict(
      {
        session,
        graph,
        weights,
        examples,
        units: examples.map((_, index) => [index]),
        hiddenSize: model.config.hiddenSize,
        maxTokensPerRun: options.maxTokensPerRun,
        pack: options.pack,
      },
      cancellation,
    );
  } finally {
    await session.dispose();
  }
}
