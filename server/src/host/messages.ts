// What crosses the border between the engine's worker and everybody else: plain data, numbers packed in one array
// per answer and moved instead of copied.

import { CancelledError } from '../engine/cancellation.ts';
import type { EngineErrorCode } from '../engine/errors.ts';
import { EngineError } from '../engine/errors.ts';
import type { LabelScores } from '../engine/labels/task.ts';
import type { LogLevel } from '../engine/log.ts';

export interface WorkerSettings {
  readonly displayName: string;
  readonly device: string;
  readonly threads: number | undefined;
}

export interface CallMessage {
  readonly kind: 'call';
  readonly id: number;
  readonly method: 'extract' | 'labelTexts' | 'classify' | 'embed' | 'modelInfo' | 'dispose';
  readonly values: readonly unknown[];
  /** Absent: the call is never cancelled. */
  readonly cancelFlag: SharedArrayBuffer | undefined;
}

export interface ModelFileMessage {
  readonly kind: 'modelFile';
  readonly id: number;
  readonly bytes: Uint8Array | undefined;
  readonly error: WireError | undefined;
}

export type ToWorker = CallMessage | ModelFileMessage;

export type FromWorker =
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failure'; readonly id: number; readonly error: WireError }
  | { readonly kind: 'readModelFile'; readonly id: number; readonly fileName: string }
  | {
      readonly kind: 'log';
      readonly level: LogLevel;
      readonly message: string;
      readonly data: Readonly<Record<string, unknown>> | undefined;
    };

/** Classes do not survive a message; codes do. */
export interface WireError {
  readonly type: 'engine' | 'cancelled' | 'other';
  readonly code: EngineErrorCode | undefined;
  readonly message: string;
  readonly stack: string | undefined;
}

export function toWireError(error: unknown): WireError {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  if (error instanceof EngineError) return { type: 'engine', code: error.code, message, stack };
  if (error instanceof CancelledError) return { type: 'cancelled', code: undefined, message, stack };
  return { type: 'other', code: undefined, message, stack };
}

export function fromWireError(wire: WireError): Error {
  const error = createError(wire);
  // Where it really happened; the place of this function says nothing.
  if (wire.stack !== undefined) error.stack = wire.stack;
  return error;
}

function createError(wire: WireError): Error {
  if (wire.type === 'cancelled') return new CancelledError();
  return wire.code === undefined ? new Error(wire.message) : new EngineError(wire.code, wire.message);
}

/** Scores of many texts: `tasks` and `labelCounts` are the same for each, `values` is [texts, sum of labelCounts]. */
export interface PackedScores {
  readonly tasks: readonly string[];
  readonly labelCounts: readonly number[];
  readonly values: Float32Array<ArrayBuffer>;
  /** [texts][tasks]. */
  readonly predicted: readonly (readonly (readonly string[])[])[];
}

export function packScores(scores: readonly (readonly LabelScores[])[]): PackedScores {
  const first = scores[0] ?? [];
  const labelCounts = first.map((one) => one.probabilities.length);
  const width = labelCounts.reduce((sum, count) => sum + count, 0);
  const values = new Float32Array(scores.length * width);
  let offset = 0;
  for (const one of scores.flat()) {
    values.set(one.probabilities, offset);
    offset += one.probabilities.length;
  }
  return {
    tasks: first.map((one) => one.task),
    labelCounts,
    values,
    predicted: scores.map((text) => text.map((one) => one.predicted)),
  };
}

export function unpackScores(packed: PackedScores): readonly (readonly LabelScores[])[] {
  let offset = 0;
  return packed.predicted.map((text) =>
    text.map((predicted, index): LabelScores => {
      const start = offset;
      offset += packed.labelCounts[index]!;
      return { task: packed.tasks[index]!, probabilities: packed.values.slice(start, offset), predicted };
    }),
  );
}

/** Vectors of equal length, one after the other. */
export interface PackedVectors {
  readonly count: number;
  readonly values: Float32Array<ArrayBuffer>;
}

export function packVectors(vectors: readonly Float32Array[]): PackedVectors {
  const length = vectors[0]?.length ?? 0;
  const values = new Float32Array(vectors.length * length);
  for (const [index, vector] of vectors.entries()) values.set(vector, index * length);
  return { count: vectors.length, values };
}

export function unpackVectors({ count, values }: PackedVectors): readonly Float32Array[] {
  const length = count === 0 ? 0 : values.length / count;
  return Array.from({ length: count }, (_, index) => values.slice(index * length, (index + 1) * length));
}
