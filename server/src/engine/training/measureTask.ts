// What a trained model is worth on the texts that were held back, and what tasks.json says about its decisions.
// In: the trained weights and validation examples. Out: a temperature for each depth, thresholds, metrics at the last one.

import type { Cancellation } from '../cancellation.ts';
import { ModelSession } from '../model/session.ts';
import { writeOnnxModel } from '../onnx/writeOnnxModel.ts';
import type { PackTexts } from './batchFeeds.ts';
import { chooseTemperature, chooseThresholds } from './calibrate.ts';
import { type ClassificationMetrics, computeMetrics } from './metrics.ts';
import type { LabelObjective } from './objective.ts';
import { toProbabilities } from './probabilities.ts';
import type { TrainingInput, TrainingResult } from './trainer.ts';
import { buildValidationGraph } from './trainingGraph.ts';
import { predict, truthsOf } from './validate.ts';

export interface MeasuredTask {
  /** By depth, and `default` for the last one. */
  readonly temperatures: Readonly<Record<string, number>>;
  /** In the order of the labels. */
  readonly thresholds: readonly number[];
  /** At the last depth; `undefined` where nothing was held back. */
  readonly metrics: ClassificationMetrics | undefined;
  /** Row-major [validation texts, labels]: calibrated probabilities at the last depth. */
  readonly probabilities: Float32Array;
}

export interface MeasureInput {
  readonly input: Omit<TrainingInput, 'resumeFrom'>;
  readonly objective: LabelObjective;
  /** Ascending. */
  readonly depths: readonly number[];
  readonly pack: PackTexts;
}

/** What is said where nothing was held back. */
export function unmeasured({ kind, labelCount }: LabelObjective): MeasuredTask {
  const threshold = kind === 'multiLabel' ? 0.5 : 0;
  return {
    temperatures: { default: 1 },
    thresholds: new Array<number>(labelCount).fill(threshold),
    metrics: undefined,
    probabilities: new Float32Array(0),
  };
}

/** @throws CancelledError between two runs. */
export async function measureTask(
  { input, objective, depths, pack }: MeasureInput,
  { weights, layout }: Pick<TrainingResult, 'weights' | 'layout'>,
  cancellation: Cancellation,
): Promise<MeasuredTask> {
  const { kind, labelCount } = objective;
  const { config, settings, validation: examples } = input;
  if (examples.length === 0) return unmeasured(objective);
  const truths = truthsOf(objective, examples);
  const temperatures: Record<string, number> = {};
  let logits = new Float32Array(0);
  for (const depth of depths) {
    const graph = buildValidationGraph(config, input.weights, {
      ...settings,
      exits: [{ depth, weight: 1 }],
      floatType: 'float32',
    });
    const session = await ModelSession.create(writeOnnxModel(graph.graph), { threads: input.threads });
    try {
      const predicted = await predict(
        {
          session,
          graph: { objectives: graph.objectives, layout },
          weights,
          examples,
          units: examples.map((_, index) => [index]),
          hiddenSize: config.hiddenSize,
          maxTokensPerRun: settings.maxTokensPerRun,
          pack,
        },
        cancellation,
      );
      logits = predicted.logits.get(objective)! as typeof logits;
    } finally {
      await session.dispose();
    }
    temperatures[String(depth)] = chooseTemperature({ kind, labelCount, logits, truths });
  }
  const temperature = temperatures[String(depths.at(-1))]!;
  const thresholds = chooseThresholds({ kind, labelCount, logits, truths }, temperature);
  const probabilities = toProbabilities(logits, { kind, labelCount, temperature });
  return {
    temperatures: { ...temperatures, default: temperature },
    thresholds,
    metrics: computeMetrics({ kind, labelCount, probabilities, truths, thresholds }),
    probabilities,
  };
}
