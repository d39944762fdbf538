// The training itself, inside its own process: a process gives its memory back when it ends, can be stopped at any
// moment, and can yield to the editor. In: options and a run's folder through ports. Out: events, and the new model.

import { type FineTuneHost, type FineTuneInput, fineTune } from '../engine/fineTune.ts';
import type { ModelFiles } from '../engine/model/modelFolder.ts';
import { defaultFineTuneSettings, type FineTuneSettings } from '../engine/training/fineTuneSettings.ts';
import { readLabelledRows } from '../engine/training/labelledRows.ts';
import { describeMetrics } from '../engine/training/metricsByLabel.ts';
import type { TrainingMessage } from '../engine/trainingMessages.ts';
import {
  failureOf,
  isAdaptation,
  type RunOptions,
  type TrainingEnd,
  type TrainingEvent,
  type TrainingOptions,
} from '../engine/trainingRun.ts';
import { runAdaptation } from './adaptationProcess.ts';
import type { TrainingControl } from './trainingControl.ts';
import { baseName, chosenSettings, createLoopHost, loadState, memoryForRuns } from './trainingLoopHost.ts';

export interface TrainingPorts {
  readonly options: RunOptions;
  readonly modelFiles: ModelFiles;
  readonly defaultThreads: number;
  /** Free for this process now. */
  readonly availableMemoryBytes: number;
  readonly now: () => number;
  readFile(file: string): AsyncIterable<Uint8Array>;
  /** `heads` is the state of an adaptation's first phase, `model` that of everything else. */
  saveState(pieces: readonly Uint8Array[], phase: 'model' | 'heads'): Promise<void>;
  loadState(phase: 'model' | 'heads'): Promise<Uint8Array | undefined>;
  /** Throws where the folder could not be made later anyway. */
  checkOutput(folder: string): Promise<void>;
  writeOutput(folder: string, files: ReadonlyMap<string, Uint8Array>): Promise<void>;
  emit(event: TrainingEvent): void;
  /** What the other side wants; looked at between steps. */
  readonly control: Pick<TrainingControl, 'isCancelled' | 'whenRunning'>;
}

export async function runTraining(ports: TrainingPorts): Promise<TrainingEnd> {
  const { options } = ports;
  try {
    await ports.checkOutput(options.outputFolder);
    return isAdaptation(options) ? await runAdaptation(ports, options) : await runFineTuning(ports, options);
  } catch (error) {
    if (ports.control.isCancelled) return { kind: 'cancelled' };
    return failureOf(error);
  }
}

async function runFineTuning(ports: TrainingPorts, options: TrainingOptions): Promise<TrainingEnd> {
  const startedMs = ports.now();
  const { input, notes } = await readInput(ports, options);
  const result = await fineTune(input, createHost(ports, notes), ports.control);
  if (!result) return { kind: 'cancelled' };
  await ports.writeOutput(options.outputFolder, result.files);
  if (result.outcome === 'cancelled') return { kind: 'cancelled' };
  return {
    kind: 'done',
    outcome: result.outcome,
    bestEpoch: result.bestEpoch,
    metrics: result.measured.metrics && describeMetrics(result.labels, result.measured.metrics),
    folder: options.outputFolder,
    elapsedMs: Math.round(ports.now() - startedMs),
  };
}

async function readInput(
  ports: TrainingPorts,
  options: TrainingOptions,
): Promise<{ input: FineTuneInput; notes: readonly TrainingMessage[] }> {
  const maxRows = options.maxRows ?? defaultMaxRows;
  const read = (file: string) =>
    readLabelledRows(ports.readFile(file), { fileName: baseName(file), task: options.task, maxRows });
  const training = await read(options.trainFile);
  const validation = options.validationFile === undefined ? undefined : await read(options.validationFile);
  const replay =
    options.replayFile === undefined
      ? []
      : await readTexts(ports.readFile(options.replayFile), options, maxRows);
  return {
    notes: [...training.notes, ...(validation?.notes ?? [])],
    input: {
      files: ports.modelFiles,
      task: options.task,
      rows: training.rows,
      validation: validation && { rows: validation.rows, fileName: baseName(options.validationFile!) },
      replay,
      words: options.words,
      kind: options.kind,
      settings: settingsOf(options),
      threads: options.threads ?? ports.defaultThreads,
      memoryBytes: memoryForRuns(ports),
      name: baseName(options.outputFolder),
      dataSource: baseName(options.trainFile),
    },
  };
}

/** Days of training on two cores; a sample of this size teaches nearly the same. */
const defaultMaxRows = 200_000;

async function readTexts(
  chunks: AsyncIterable<Uint8Array>,
  { replayFile, task }: TrainingOptions,
  maxRows: number,
): Promise<readonly string[]> {
  // A text without labels is a labelled text with none.
  const options = { fileName: baseName(replayFile!), task, maxRows, labelsOptional: true };
  return (await readLabelledRows(chunks, options)).rows.map(({ text }) => text);
}

function settingsOf(options: TrainingOptions): FineTuneSettings {
  const defaults = defaultFineTuneSettings;
  return {
    ...chosenSettings(options, defaults),
    freeze: options.freeze ?? defaults.freeze,
    shallowWeight: options.shallowWeight ?? defaults.shallowWeight,
    optimizer: {
      ...defaults.optimizer,
      layerDecay: options.layerDecay ?? defaults.optimizer.layerDecay,
    },
    adapters:
      options.adapterRank === undefined
        ? defaults.adapters
        : { rank: options.adapterRank, feedForward: options.adaptFeedForward === true },
    ...(options.keepTasks === false ? { keepTasks: 0, keepVectors: 0 } : {}),
  };
}

function createHost(ports: TrainingPorts, notes: readonly TrainingMessage[]): FineTuneHost {
  return {
    ...createLoopHost(ports, 'model'),
    onPlan: (plan) => ports.emit({ kind: 'planned', plan, notes }),
    onPrepare: (done, total) => ports.emit({ kind: 'preparing', done, total }),
    load: () => loadState(ports, 'model'),
  };
}
