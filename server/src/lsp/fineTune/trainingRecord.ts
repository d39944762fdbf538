// What a window remembers of its training, so that a window that was reloaded knows what it was doing. Kept as JSON
// beside the run's own folder, which holds the state of the training itself.

import type { CurvePoint, FineTuneOptions } from '../../../../protocol/fineTuneRequests.ts';
import type { AdaptationOptions, TrainingOptions } from '../../engine/trainingRun.ts';

export type TrainingRecord = FineTuneRecord | AdaptationRecord;

interface CommonRecord {
  /** Name of the model that is made. */
  readonly model: string;
  /** Name of the model it starts from. */
  readonly parent: string;
  /** False after a person cancelled: then nothing goes on by itself. */
  readonly isWanted: boolean;
  /** Trained and compared: the model waits for a decision. */
  readonly isDone: boolean;
}

export interface FineTuneRecord extends CommonRecord {
  readonly kind: 'labels';
  readonly task: string;
  readonly several: boolean;
  readonly options: FineTuneOptions;
  readonly run: TrainingOptions;
  readonly trainingRows: number;
  readonly curve: readonly CurvePoint[];
}

export interface AdaptationRecord extends CommonRecord {
  readonly kind: 'passages';
  readonly run: AdaptationOptions;
}

/** Undefined for what another version of the program wrote in another way. */
export function readTrainingRecord(value: unknown): TrainingRecord | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const record = value as Partial<FineTuneRecord> | Partial<AdaptationRecord>;
  if (typeof record.model !== 'string') return undefined;
  const isWhole =
    record.kind === 'labels'
      ? typeof record.task === 'string' &&
        typeof record.run?.trainFile === 'string' &&
        typeof record.options?.epochs === 'number' &&
        Array.isArray(record.curve)
      : record.kind === 'passages' && typeof record.run?.passagesFile === 'string';
  return isWhole ? (record as TrainingRecord) : undefined;
}
