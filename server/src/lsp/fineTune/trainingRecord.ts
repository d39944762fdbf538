// What a window remembers of its training, so that a window that was reloaded knows what it was doing. Kept as JSON
// beside the run's own folder, which holds the state of the training itself.

import type { CurvePoint, FineTuneOptions } from '../../../../protocol/fineTuneRequests.ts';
import type { TrainingOptions } from '../../engine/trainingRun.ts';

export interface TrainingRecord {
  readonly task: string;
  readonly several: boolean;
  readonly options: FineTuneOptions;
  /** Name of the model that is made. */
  readonly model: string;
  /** Name of the model it starts from. */
  readonly parent: string;
  readonly run: TrainingOptions;
  readonly trainingRows: number;
  /** False after a person cancelled: then nothing goes on by itself. */
  readonly isWanted: boolean;
  /** Trained and compared: the model waits for a decision. */
  readonly isDone: boolean;
  readonly curve: readonly CurvePoint[];
}

/** Undefined for what another version of the program wrote in another way. */
export function readTrainingRecord(value: unknown): TrainingRecord | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const record = value as Partial<TrainingRecord>;
  const isWhole =
    typeof record.task === 'string' &&
    typeof record.model === 'string' &&
    typeof record.run?.trainFile === 'string' &&
    typeof record.options?.epochs === 'number' &&
    Array.isArray(record.curve);
  return isWhole ? (record as TrainingRecord) : undefined;
}
