// The loop: batch after batch through the training graph and the optimizer, validation after each epoch.
// In: a model, examples, settings, perhaps the state of an interrupted run. Out: trained weights and what happened.
// Everything random follows from the seed: the same input gives the same weights, bit for bit, on the same machine, also
// when the run was cancelled or killed in between and went on from a checkpoint.

import type { Cancellation } from '../cancellation.ts';
import { CancelledError } from '../cancellation.ts';
import { EngineError } from '../errors.ts';
import type { AlbertConfig } from '../model/albertConfig.ts';
import type { AlbertWeights } from '../model/albertWeights.ts';
import { ModelSession } from '../model/session.ts';
import { writeOnnxModel } from '../onnx/writeOnnxModel.ts';
import type { PackTexts } from './batchFeeds.ts';
import type { Unit } from './batchPlan.ts';
import { planEpoch } from './batchPlan.ts';
import { drawFromPool } from './drawFromPool.ts';
import type { EpochReport, StartReport, StepReport } from './epochReport.ts';
import { readParameters } from './flatParameters.ts';
import { GradientSession } from './gradientSession.ts';
import type { Objective } from './objective.ts';
import type { OptimizerSettings } from './optimizer.ts';
import type { ParameterLayout, TrainedParts } from './parameterLayout.ts';
import { createRandom } from './random.ts';
import type { Schedule } from './schedule.ts';
import type { TrainingExample } from './targets.ts';
import type { DropoutRates, ExitDepth, TrainingGraph } from './trainingGraph.ts';
import { buildTrainingGraph, buildValidationGraph } from './trainingGraph.ts';
import type { TrainingState } from './trainingState.ts';
import { checkState, createState, fingerprintOf } from './trainingState.ts';
import { createStepper, type VaryExample } from './trainingStep.ts';
import { validate } from './validate.ts';

/** `auto`: where what a run would keep is more than `memoryBytes` of the input. */
export type Recompute = 'auto' | 'always' | 'never';

export interface TrainingSettings {
  readonly objectives: readonly Objective[];
  readonly trained: TrainedParts;
  /** Names of heads that stay as they are. */
  readonly heldHeads?: readonly string[];
  /** Depths at which the losses read the model, ascending. Validation reads the last one. */
  readonly exits: readonly ExitDepth[];
  readonly dropout: DropoutRates;
  readonly epochs: number;
  /** Texts per step of the optimizer. */
  readonly batchSize: number;
  /** Tokens, padding included, that go through the graph at once; a larger batch takes several runs. Bounds memory. */
  readonly maxTokensPerRun: number;
  readonly seed: number;
  readonly schedule: Pick<Schedule, 'kind' | 'peak'> & {
    /** Share of all steps in which the learning rate rises. */
    readonly warmupShare: number;
  };
  readonly optimizer: OptimizerSettings;
  /** Epochs without a better score after which to stop; `undefined` for never. */
  readonly patience: number | undefined;
  /** The examples behind the first `from` are a pool: each epoch draws so many of them, all before any comes again. */
  readonly pool?: { readonly from: number; readonly perEpoch: number };
  /** Which weights a run gives: those of the epoch with the best score, or the last ones. */
  readonly keep: 'best' | 'last';
  /** Whether layers are computed again on the way back. It changes time and memory and no number. */
  readonly recompute: Recompute;
}

export interface TrainingInput {
  readonly config: AlbertConfig;
  readonly weights: AlbertWeights;
  readonly training: readonly TrainingExample[];
  /**
   * What an example is in an epoch (counted from 0), such as the same text with other words hidden: as long as the
   * example itself and the same for the same numbers, so that an interrupted run goes on alike. Absent: as it stands.
   */
  readonly vary?: VaryExample;
  readonly validation: readonly TrainingExample[];
  readonly settings: TrainingSettings;
  /** Threads of one run. */
  readonly threads: number;
  /** What a run may keep for its way back; absent: no limit is known. */
  readonly memoryBytes?: number | undefined;
  /** Where to go on, with the same input as the run that saved it. It is continued in place. */
  readonly resumeFrom: TrainingState | undefined;
}

/** What the loop needs of its surroundings. */
export interface TrainingHost {
  readonly pack: PackTexts;
  /** Milliseconds; for reports alone. */
  readonly now: () => number;
  /** Called once, before the first step. */
  readonly onStart: (report: StartReport) => void;
  /** Awaited before each step: a host that wants a pause keeps it waiting. */
  readonly beforeStep: () => Promise<void>;
  readonly onStep: (report: StepReport) => void;
  readonly onEpoch: (report: EpochReport) => void;
  /** Keeps a state for later. It goes on changing afterwards, so it has to be written or copied before this resolves. */
  readonly save: (state: TrainingState) => Promise<void>;
  /** Asked after each step; the end of an epoch is always saved. When a state is saved changes no result. */
  readonly isSaveDue: (step: number) => boolean;
}

export interface TrainingResult {
  /** `diverged`: a loss or gradient was no finite number any more; the weights are those of the best epoch before. */
  readonly outcome: 'finished' | 'stoppedEarly' | 'cancelled' | 'diverged';
  readonly layout: ParameterLayout;
  /** Of the best epoch by validation, or of the last one where nothing is validated. */
  readonly weights: Float32Array;
  readonly bestEpoch: number;
  readonly history: readonly EpochReport[];
  readonly state: TrainingState;
}

/** @throws EngineError `invalidArgument` for settings or examples that cannot be trained with. */
export async function train(
  input: TrainingInput,
  host: TrainingHost,
  cancellation: Cancellation,
): Promise<TrainingResult> {
  checkInput(input);
  const training = chooseGraph(input);
  const state = prepareState(input, training);
  const run = createRun(input, host, training, state);
  const session = await GradientSession.create(training, { threads: input.threads });
  let outcome: TrainingResult['outcome'];
  try {
    outcome = await run(session, cancellation);
  } catch (error) {
    if (!(error instanceof CancelledError)) throw error;
    await host.save(state);
    outcome = 'cancelled';
  } finally {
    await session.dispose();
  }
  return {
    outcome,
    layout: training.layout,
    weights: state.kept.weights,
    bestEpoch: state.kept.epoch,
    history: state.history,
    state,
  };
}

function chooseGraph({ config, weights, settings, training, memoryBytes }: TrainingInput): TrainingGraph {
  const build = (recompute: boolean) =>
    buildTrainingGraph(config, weights, { ...settings, recompute, floatType: 'float32' });
  if (settings.recompute === 'always') return build(true);
  const plain = build(false);
  if (settings.recompute === 'never' || memoryBytes === undefined) return plain;
  const longest = training.reduce((most, { text }) => Math.max(most, text.ids.length), 1);
  const texts = Math.max(1, Math.floor(settings.maxTokensPerRun / longest));
  return plain.activations({ texts, tokens: longest }) > memoryBytes ? build(true) : plain;
}

function createRun(input: TrainingInput, host: TrainingHost, training: TrainingGraph, state: TrainingState) {
  const { settings } = input;
  const lengths = input.training.map(({ text }) => text.ids.length);
  const { pool } = settings;
  const units = groupUnits(input.training.slice(0, pool?.from), settings.objectives);
  const drawUnits = (epoch: number): Unit[] => {
    if (!pool) return [];
    const size = input.training.length - pool.from;
    const drawn = drawFromPool(size, { count: pool.perEpoch, seed: settings.seed, epoch });
    return drawn.map((index) => [pool.from + index]);
  };
  const planOf = (epoch: number) =>
    planEpoch([...units, ...drawUnits(epoch)], lengths, {
      batchSize: settings.batchSize,
      random: createRandom(settings.seed, 'order', epoch),
    });
  let totalSteps = 0;
  for (let epoch = 0; epoch < settings.epochs; epoch++) totalSteps += planOf(epoch).length;
  const schedule = {
    ...settings.schedule,
    totalSteps,
    warmupSteps: Math.ceil(settings.schedule.warmupShare * totalSteps),
  };
  const stepper = createStepper({ input, pack: host.pack, training, schedule, lengths });

  return async (session: GradientSession, cancellation: Cancellation) => {
    const tokensPerEpoch = planOf(0)
      .flat(2)
      .reduce((sum, index) => sum + lengths[index]!, 0);
    const { epochs } = settings;
    host.onStart({
      epochs,
      totalSteps,
      tokensPerEpoch,
      parameterCount: training.layout.size,
      recomputes: training.recomputes,
      step: state.step,
    });
    while (state.epoch < settings.epochs) {
      if (isOutOfPatience(state, settings)) return 'stoppedEarly';
      const batches = planOf(state.epoch);
      while (state.batch < batches.length) {
        await host.beforeStep();
        const startMs = host.now();
        const made = await stepper(session, state, batches[state.batch]!, cancellation);
        if (!made) return 'diverged';
        host.onStep({ ...made, totalSteps, epoch: state.epoch + 1, elapsedMs: host.now() - startMs });
        if (host.isSaveDue(state.step)) await host.save(state);
      }
      await finishEpoch(input, host, state, cancellation);
      await host.save(state);
    }
    return 'finished';
  };
}

/** Validates, keeps the weights where they are the best so far, reports, and moves on to the next epoch. */
async function finishEpoch(
  input: TrainingInput,
  host: TrainingHost,
  state: TrainingState,
  cancellation: Cancellation,
): Promise<void> {
  const { settings } = input;
  const validation =
    input.validation.length > 0 ? await validateNow(input, host, state, cancellation) : undefined;
  const epoch = state.epoch + 1;
  if (!validation || settings.keep === 'last' || validation.score > state.kept.score) {
    state.kept.weights.set(state.weights);
    state.kept.epoch = epoch;
    state.kept.score = validation?.score ?? state.kept.score;
  }
  const report = { epoch, step: state.step, trainingLoss: state.epochLoss / state.batch, validation };
  state.history.push(report);
  state.epoch = epoch;
  state.batch = 0;
  state.epochLoss = 0;
  host.onEpoch(report);
}

/** The session lives for this one validation: a second one would keep threads that spin beside those of training. */
async function validateNow(
  input: TrainingInput,
  host: TrainingHost,
  state: TrainingState,
  cancellation: Cancellation,
) {
  const { settings, config } = input;
  const graph = buildValidationGraph(config, input.weights, {
    ...settings,
    exits: [{ depth: settings.exits.at(-1)!.depth, weight: 1 }],
    floatType: 'float32',
  });
  const session = await ModelSession.create(writeOnnxModel(graph.graph), { threads: input.threads });
  try {
    return await validate(
      {
        session,
        graph,
        weights: state.weights,
        examples: input.validation,
        units: groupUnits(input.validation, settings.objectives),
        hiddenSize: config.hiddenSize,
        maxTokensPerRun: settings.maxTokensPerRun,
        pack: host.pack,
      },
      cancellation,
    );
  } finally {
    await session.dispose();
  }
}

function prepareState(input: TrainingInput, { layout }: TrainingGraph): TrainingState {
  const weights = new Float32Array(layout.size);
  const { settings, training, validation } = input;
  readParameters(layout, input.weights, weights, settings.seed);
  const fingerprint = fingerprintOf({ settings, layout, weights, training, validation });
  if (!input.resumeFrom) return createState(fingerprint, weights);
  checkState(input.resumeFrom, { fingerprint, size: layout.size });
  return input.resumeFrom;
}

function isOutOfPatience({ epoch, kept }: TrainingState, { patience }: TrainingSettings): boolean {
  return patience !== undefined && epoch - kept.epoch >= patience && epoch > 0;
}

/** Texts that a contrast compares stay together; all others are on their own. */
function groupUnits(examples: readonly TrainingExample[], objectives: readonly Objective[]): Unit[] {
  const contrasts = objectives.filter(({ kind }) => kind === 'contrast');
  const groups = new Map<string, number[]>();
  const units: number[][] = [];
  examples.forEach(({ targets }, index) => {
    const contrast = contrasts.find(({ name }) => targets[name]);
    const key = contrast && `${contrast.name}/${targets[contrast.name]![0]}`;
    const group = key === undefined ? undefined : groups.get(key);
    if (group) group.push(index);
    else {
      const unit = [index];
      units.push(unit);
      if (key !== undefined) groups.set(key, unit);
    }
  });
  return units;
}

function checkInput({ config, training, validation, settings }: TrainingInput): void {
  if (training.length === 0) throw invalid('there is no example to learn from');
  const names = settings.objectives.map(({ name }) => name);
  if (names.length === 0) throw invalid('there is no objective');
  if (new Set(names).size !== names.length) throw invalid('two objectives have the same name');
  for (const [name, value] of Object.entries({
    epochs: settings.epochs,
    batchSize: settings.batchSize,
    maxTokensPerRun: settings.maxTokensPerRun,
  })) {
    if (!(Number.isInteger(value) && value >= 1))
      throw invalid(`${name} is ${value}, not a whole number from 1`);
  }
  checkExits(settings.exits, config.numHiddenLayers);
  for (const { text, targets } of [...training, ...validation]) {
    const length = text.ids.length;
    if (length < 1 || length > config.maxPositionEmbeddings) {
      throw invalid(`a text has ${length} tokens and the model takes 1 to ${config.maxPositionEmbeddings}`);
    }
    if (text.ids.some((id) => !(id >= 0 && id < config.vocabSize))) {
      throw invalid(`a text has a token that is not below the vocabulary's ${config.vocabSize}`);
    }
    if (!names.some((name) => targets[name])) throw invalid('an example has a target for no objective');
  }
}

function checkExits(exits: readonly ExitDepth[], layerCount: number): void {
  if (exits.length === 0) throw invalid('there is no depth to read the model at');
  for (const [index, { depth, weight }] of exits.entries()) {
    const isAscending = depth > (exits[index - 1]?.depth ?? 0);
    if (!(Number.isInteger(depth) && isAscending && depth <= layerCount && weight > 0)) {
      throw invalid(`depths have to rise from 1 to ${layerCount} and to count more than nothing`);
    }
  }
}

function invalid(reason: string): EngineError {
  return new EngineError('invalidArgument', `The training cannot start: ${reason}.`);
}
