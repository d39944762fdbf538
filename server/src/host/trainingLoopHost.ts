// What the loop of a training needs, made of a run's ports: events, pauses, and a state that is saved now and then.

import { readState, writeState } from '../engine/training/stateFile.ts';
import type { TrainingHost } from '../engine/training/trainer.ts';
import type { TrainingState } from '../engine/training/trainingState.ts';
import type { RunOptions } from '../engine/trainingRun.ts';
import type { TrainingPorts } from './trainingProcess.ts';
import { createTrainingReporter } from './trainingReporter.ts';

/** Milliseconds of work that a kill may cost. */
const saveEveryMs = 15_000;

export function createLoopHost(ports: TrainingPorts, phase: 'model' | 'heads'): Omit<TrainingHost, 'pack'> {
  const reporter = createTrainingReporter({ now: ports.now, emit: ports.emit });
  let savedMs = ports.now();
  return {
    now: ports.now,
    onStart: reporter.start,
    beforeStep: () => ports.control.whenRunning(),
    onStep: reporter.step,
    onEpoch: reporter.epoch,
    async save(state) {
      await ports.saveState(writeState(state), phase);
      savedMs = ports.now();
      ports.emit({ kind: 'checkpoint', step: state.step });
    },
    isSaveDue: () => ports.now() - savedMs >= saveEveryMs,
  };
}

export async function loadState(
  ports: TrainingPorts,
  phase: 'model' | 'heads',
): Promise<TrainingState | undefined> {
  const bytes = await ports.loadState(phase);
  return bytes && readState(bytes);
}

/** Weights, moments and everybody else want the other half. */
export function memoryForRuns({ availableMemoryBytes }: TrainingPorts): number {
  return availableMemoryBytes / 2;
}

export function baseName(file: string): string {
  return file.replace(/[/\\]+$/, '').replace(/^.*[/\\]/, '');
}

type ChosenKey = 'batchSize' | 'learningRate' | 'warmup' | 'seed' | 'recompute';

/** The defaults of a training with what was chosen for any of them. */
export function chosenSettings<S extends Pick<Required<RunOptions>, ChosenKey>>(
  { epochs, ...options }: RunOptions,
  defaults: S,
): S & { readonly epochs: number | undefined } {
  return {
    ...defaults,
    epochs,
    batchSize: options.batchSize ?? defaults.batchSize,
    learningRate: options.learningRate ?? defaults.learningRate,
    warmup: options.warmup ?? defaults.warmup,
    seed: options.seed ?? defaults.seed,
    recompute: options.recompute ?? defaults.recompute,
  };
}
