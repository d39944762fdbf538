// Training as its watchers see it: what to start, what is reported, what may be asked of a run. Plain data that goes
// through messages and files; host/ carries it out in a process of its own. The command line and the language server
// import this file and nothing else of training.

import type { AdaptationPhase, AdaptationPlan } from './adapt.ts';
import type { AdaptationMeasures, Verdict } from './adaptationMeasure.ts';
import { EngineError, type EngineErrorCode } from './errors.ts';
import type { FineTunePlan } from './fineTune.ts';
import type { TaskWords } from './newTask.ts';
import type { Frozen } from './training/fineTuneSettings.ts';
import type { NamedMetrics } from './training/metricsByLabel.ts';
import type { Recompute } from './training/trainer.ts';
import { TrainingError, type TrainingMessage, tell } from './trainingMessages.ts';

/** What a person chooses. Paths are absolute; what is absent is chosen by the trainer. */
export interface TrainingOptions {
  /** JSON lines {"text", "context"?, "labels"}; lines that name another "task" are passed over. */
  readonly trainFile: string;
  readonly validationFile?: string;
  /** JSON lines {"text"} without labels, on which the model's earlier knowledge is held. */
  readonly replayFile?: string;
  readonly task: string;
  /** What people call the task and its labels; absent: their names. */
  readonly words?: TaskWords;
  /** The model to start from. It is only read. */
  readonly modelFolder: string;
  /** Must not exist; appears complete, at once, when training is done. */
  readonly outputFolder: string;
  readonly kind?: 'singleLabel' | 'multiLabel';
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly learningRate?: number;
  /** Share of the steps in which the learning rate rises. */
  readonly warmup?: number;
  /** How much slower each group of layers learns than the one above it, above 0 and up to 1. */
  readonly layerDecay?: number;
  /** What the losses at the depths before the last count beside it, 0 to 1. */
  readonly shallowWeight?: number;
  readonly seed?: number;
  readonly freeze?: Frozen;
  /** False lets go of what the model knew: quicker, and only the new task is worth anything afterwards. */
  readonly keepTasks?: boolean;
  /** Low-rank adapters of this rank instead of whole matrices; merged into them at the end. */
  readonly adapterRank?: number;
  /** Adapters on the feed-forward matrices too. */
  readonly adaptFeedForward?: boolean;
  readonly recompute?: Recompute;
  readonly maxRows?: number;
  readonly threads?: number;
  /** True yields to everything else on the machine: for training beside an editor. */
  readonly isBackground?: boolean;
}

/** What a person chooses for an adaptation to a workspace's own passages. */
export interface AdaptationOptions {
  /** JSON lines {"text", "file", "symbol"?}; those of a file follow each other. */
  readonly passagesFile: string;
  /** People's labels, to measure by alone: lines {"text", "context"?, "labels"} of the model's tasks. */
  readonly labelsFile?: string;
  readonly modelFolder: string;
  /** Must not exist; appears complete, at once, where the new model is kept. */
  readonly outputFolder: string;
  /** What the passages are of, for the model's card. */
  readonly dataSource: string;
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly learningRate?: number;
  readonly warmup?: number;
  readonly seed?: number;
  readonly maxPassages?: number;
  /** Writes the new model also where it is worse. */
  readonly keepWorse?: boolean;
  readonly recompute?: Recompute;
  readonly threads?: number;
  readonly isBackground?: boolean;
}

export type RunOptions = TrainingOptions | AdaptationOptions;

export function isAdaptation(options: RunOptions): options is AdaptationOptions {
  return 'passagesFile' in options;
}

/** What a run reports, in this order: planned, preparing, started, then steps, epochs and checkpoints, then one of the last three. */
export type TrainingEvent =
  | { readonly kind: 'planned'; readonly plan: FineTunePlan; readonly notes: readonly TrainingMessage[] }
  /** Instead of `planned`, where a model is adapted to passages. */
  | { readonly kind: 'adapting'; readonly plan: AdaptationPlan }
  /** What follows is about this part of an adaptation; each has its own steps and epochs. */
  | { readonly kind: 'phase'; readonly phase: AdaptationPhase }
  | {
      readonly kind: 'measured';
      readonly when: 'before' | 'after';
      readonly measures: AdaptationMeasures;
    }
  /** Asks the model what it says before it is changed. */
  | { readonly kind: 'preparing'; readonly done: number; readonly total: number }
  | {
      readonly kind: 'started';
      readonly totalSteps: number;
      readonly epochs: number;
      readonly tokensPerEpoch: number;
      /** Steps that were made before an interruption. */
      readonly resumedAtStep: number;
      /** Measured on this machine a moment ago, on a batch of this very run. */
      readonly tokensPerSecond: number;
      readonly estimateMs: number;
      /** Layers are computed again on the way back: less memory, more time, the same model. */
      readonly recomputes?: boolean;
    }
  | {
      readonly kind: 'step';
      readonly step: number;
      readonly totalSteps: number;
      readonly epoch: number;
      readonly loss: number;
      readonly learningRate: number;
      readonly tokensPerSecond: number;
      readonly remainingMs: number;
    }
  | {
      readonly kind: 'epoch';
      readonly epoch: number;
      readonly epochs: number;
      readonly step: number;
      readonly trainingLoss: number;
      readonly validation: ValidationSummary | undefined;
      /** Hidden words of held-out passages. */
      readonly words?: { readonly loss: number; readonly accuracy: number };
      readonly tokensPerSecond: number;
      readonly remainingMs: number;
    }
  | { readonly kind: 'checkpoint'; readonly step: number }
  | { readonly kind: 'paused' }
  | { readonly kind: 'resumed' }
  | TrainingEnd;

export interface ValidationSummary {
  readonly loss: number;
  readonly microF1: number;
  readonly macroF1: number;
  readonly accuracy: number;
}

export type TrainingEnd =
  | {
      readonly kind: 'done';
      readonly outcome: 'finished' | 'stoppedEarly' | 'diverged';
      readonly bestEpoch: number;
      readonly metrics: NamedMetrics | undefined;
      readonly folder: string;
      readonly elapsedMs: number;
      /** Where a model was adapted; its folder is there only if `isKept`. */
      readonly adaptation?: AdaptationSummary;
    }
  /** The state is on disk: the run can go on where it stopped. */
  | { readonly kind: 'cancelled' }
  | TrainingFailure;

export interface TrainingFailure {
  readonly kind: 'failed';
  /** In the words of the command line. */
  readonly message: string;
  /** To be worded where it is shown; absent where the reason is not one of training. */
  readonly told?: TrainingMessage;
  /** Absent for what nobody foresaw. */
  readonly code?: EngineErrorCode;
}

/** What nobody foresaw is told with the place where it happened, for a report. */
export function failureOf(error: unknown): TrainingFailure {
  if (error instanceof TrainingError) {
    return { kind: 'failed', message: error.message, told: error.told, code: error.code };
  }
  if (error instanceof EngineError) return { kind: 'failed', message: error.message, code: error.code };
  const reason = error instanceof Error ? error.message : String(error);
  return {
    kind: 'failed',
    message: error instanceof Error ? (error.stack ?? error.message) : reason,
    told: tell('stoppedUnexpectedly', { reason }),
  };
}

export interface AdaptationSummary {
  readonly before: AdaptationMeasures;
  readonly after: AdaptationMeasures;
  readonly verdict: Verdict;
  readonly isKept: boolean;
}

export interface TrainingRun {
  /** Everything about the run on disk: options, events, state. */
  readonly folder: string;
  /** Hears every event from now on; the answer stops it. */
  onEvent(listener: (event: TrainingEvent) => void): () => void;
  /** Stops after the step that is running; memory is kept. */
  pause(): void;
  resume(): void;
  /** Stops within a second and keeps the state. */
  cancel(): void;
  /** Never rejects. */
  readonly ended: Promise<TrainingEnd>;
}

/** A run as its folder tells it. */
export interface StoredRun {
  readonly folder: string;
  readonly options: RunOptions;
  readonly events: readonly TrainingEvent[];
  /** `interrupted`: no process works on it and it can go on. */
  readonly status: 'running' | 'interrupted' | 'done' | 'failed';
}

/** Runs on disk, as the service and the process that trains see them. */
export interface RunStore {
  read(folder: string): Promise<StoredRun | undefined>;
  /** Writes down the options, or finds the same ones there. @throws EngineError where there are others */
  begin(folder: string, options: RunOptions): Promise<void>;
  remove(folder: string): Promise<void>;
}

export interface TrainingService {
  /**
   * Starts, or goes on where the folder holds the state of an interrupted run with the same options.
   * @throws EngineError where another process works in the folder, or the folder holds a run with other options
   */
  start(folder: string, options: RunOptions): Promise<TrainingRun>;
  /** `undefined` where there is none. */
  read(folder: string): Promise<StoredRun | undefined>;
  /** Forgets a run that nobody works on. */
  remove(folder: string): Promise<void>;
}
