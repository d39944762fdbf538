// What crosses the border between the engine's worker and everybody else: plain data, numbers packed in one array
// per answer and moved instead of copied.

import { CancelledError } from '../engine/cancellation.ts';
import type { TextReading } from '../engine/engine.ts';
import type { EngineErrorCode } from '../engine/errors.ts';
import { EngineError } from '../engine/errors.ts';
import type { LabelScores } from '../engine/labels/task.ts';
import type { LogLevel } from '../engine/log.ts';

export interface WorkerSettings {
  readonly displayName: string;
  readonly device: string;
  readonly threads: number | undefined;
  /** The process that tries the native runtime; absent: it is trusted. */
  readonly probeUrl: string | undefined;
}

export interface CallMessage {
  readonly kind: 'call';
  readonly id: number;
  readonly method:
    | 'extract'
    | 'labelTexts'
    | 'classify'
    | 'embed'
    | 'readTexts'
    | 'answer'
    | 'coherence'
    | 'fillMasks'
    | 'summarize'
    | 'modelInfo'
    | 'checkDevices'
    | 'checkPrecision'
    | 'dispose';
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

/** Scores of many texts; `values` holds the probabilities of those that there are, one after the other. */
export interface PackedScores {
  /** Every task that any of the texts has, in their common order. */
  readonly tasks: readonly { readonly name: string; readonly labelCount: number }[];
  readonly values: Float32Array<ArrayBuffer>;
  /** [texts][tasks]; absent where the task was not asked about this text. */
  readonly predicted: readonly (readonly (readonly string[] | undefined)[])[];
}

export function packScores(scores: readonly (readonly LabelScores[])[]): PackedScores {
  // Texts may be asked fewer tasks than others, but those in the same order: the longest list has them all.
  const fullest = scores.reduce((longest, one) => (one.length > longest.length ? one : longest), []);
  const tasks = fullest.map((one) => ({ name: one.task, labelCount: one.probabilities.length }));
  const all = scores.flat();
  const values = new Float32Array(all.reduce((sum, one) => sum + one.probabilities.length, 0));
  let offset = 0;
  for (const one of all) {
    values.set(one.probabilities, offset);
    offset += one.probabilities.length;
  }
  return {
    tasks,
    values,
    predicted: scores.map((text) =>
      tasks.map(({ name }) => text.find((one) => one.task === name)?.predicted),
    ),
  };
}

export function unpackScores({
  tasks,
  values,
  predicted,
}: PackedScores): readonly (readonly LabelScores[])[] {
  let offset = 0;
  return predicted.map((text) =>
    text.flatMap((labels, index): LabelScores[] => {
      if (labels === undefined) return [];
      const { name, labelCount } = tasks[index]!;
      const start = offset;
      offset += labelCount;
      return [{ task: name, probabilities: values.slice(start, offset), predicted: labels }];
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

/** Labels and vectors of the same texts. */
export interface PackedReadings {
  readonly scores: PackedScores;
  readonly vectors: PackedVectors;
}

export function packReadings(readings: readonly TextReading[]): PackedReadings {
  return {
    scores: packScores(readings.map(({ scores }) => scores)),
    vectors: packVectors(readings.map(({ vector }) => vector)),
  };
}

/** The vectors are views of one array, which goes on to the index as one and goes away as one. */
export function unpackReadings({ scores, vectors }: PackedReadings): readonly TextReading[] {
  const { count, values } = vectors;
  const length = count === 0 ? 0 : values.length / count;
  return unpackScores(scores).map((one, index) => ({
    scores: one,
    vector: values.subarray(index * length, (index + 1) * length),
  }));
}
