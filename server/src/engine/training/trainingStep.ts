// One step: the gradients of a batch, in as many runs as memory asks for, then the optimizer.
// In: texts of the batch, the state. Out: the state one step further, or untouched where the numbers broke down.

import type { Cancellation } from '../cancellation.ts';
import { throwIfCancelled } from '../cancellation.ts';
import type { AlbertConfig } from '../model/albertConfig.ts';
import { createAdamWKernel } from './adamWKernel.ts';
import type { PackTexts } from './batchFeeds.ts';
import { buildDropout, buildFeeds } from './batchFeeds.ts';
import type { Unit } from './batchPlan.ts';
import { splitIntoRuns } from './batchPlan.ts';
import type { GradientSession } from './gradientSession.ts';
import { createNormKernel } from './normKernel.ts';
import type { Objective } from './objective.ts';
import type { OptimizerSettings } from './optimizer.ts';
import { applyAdamW, clippingFactor } from './optimizer.ts';
import type { Schedule } from './schedule.ts';
import { learningRateAt } from './schedule.ts';
import type { TrainingExample } from './targets.ts';
import { countTargets } from './targets.ts';
import type { TrainingGraph } from './trainingGraph.ts';
import type { TrainingState } from './trainingState.ts';

/** Which example stands for the one at `index` in an epoch. */
export type VaryExample = (example: TrainingExample, index: number, epoch: number) => TrainingExample;

export interface StepperOptions {
  readonly input: {
    readonly config: Pick<AlbertConfig, 'hiddenSize'>;
    readonly training: readonly TrainingExample[];
    readonly vary?: VaryExample;
    readonly settings: {
      readonly objectives: readonly Objective[];
      readonly maxTokensPerRun: number;
      readonly seed: number;
      readonly optimizer: OptimizerSettings;
    };
  };
  readonly pack: PackTexts;
  readonly training: TrainingGraph;
  readonly schedule: Schedule;
  /** Tokens of each example. */
  readonly lengths: readonly number[];
}

export interface StepResult {
  /** Steps made, this one included. */
  readonly step: number;
  readonly loss: number;
  readonly learningRate: number;
  readonly gradientNorm: number;
  readonly tokenCount: number;
}

/**
 * Makes one step, or answers `undefined` and changes nothing where loss or gradients are not finite.
 * @throws CancelledError between two runs; the state is then as it was before the step.
 */
export type Stepper = (
  session: GradientSession,
  state: TrainingState,
  batch: readonly Unit[],
  cancellation: Cancellation,
) => Promise<StepResult | undefined>;

export function createStepper({ input, pack, training, schedule, lengths }: StepperOptions): Stepper {
  const { settings, config } = input;
  const { layout } = training;
  const gradients = new Float32Array(layout.size);
  const moveStretch = createAdamWKernel();
  const normOf = createNormKernel();
  let partial: Float32Array | undefined;
  return async (session, state, batch, cancellation) => {
    const runs = splitIntoRuns(batch, lengths, settings.maxTokensPerRun);
    const examples = new Map(
      batch.flat().map((index) => {
        const example = input.training[index]!;
        return [index, input.vary ? input.vary(example, index, state.epoch) : example];
      }),
    );
    const counts = new Map(
      settings.objectives.map((objective) => [objective, countTargets(objective, [...examples.values()])]),
    );
    let loss = 0;
    for (const [index, run] of runs.entries()) {
      throwIfCancelled(cancellation);
      const feeds = buildFeeds(
        run.map((one) => examples.get(one)!),
        { objectives: settings.objectives, counts, hiddenSize: config.hiddenSize, pack },
      );
      const dropout = buildDropout(training.dropoutInputs, feeds.input_ids!.shape, {
        seed: settings.seed,
        purpose: `dropout/${state.step}/${index}`,
      });
      if (index > 0) partial ??= new Float32Array(layout.size);
      const target = index === 0 ? gradients : partial!;
      loss += (await session.computeGradients(state.weights, target, { ...feeds, ...dropout })).total;
      if (index > 0) addTo(gradients, target);
    }
    const norm = normOf(gradients);
    if (!Number.isFinite(loss) || !Number.isFinite(norm)) return undefined;
    const learningRate = learningRateAt(schedule, state.step);
    state.step++;
    applyAdamW(
      layout,
      {
        weights: state.weights,
        gradients,
        moments: { first: state.firstMoment, second: state.secondMoment },
      },
      settings.optimizer,
      {
        step: state.step,
        learningRate,
        gradientFactor: clippingFactor(norm, settings.optimizer.maxGradientNorm),
      },
      moveStretch,
    );
    state.batch++;
    state.epochLoss += loss;
    const tokenCount = batch.flat().reduce((sum, index) => sum + lengths[index]!, 0);
    return { step: state.step, loss, learningRate, gradientNorm: norm, tokenCount };
  };
}

function addTo(sum: Float32Array, part: Float32Array): void {
  for (let index = 0; index < sum.length; index++) sum[index]! += part[index]!;
}
