// Everything that decides how a training goes on, as plain data: written at a checkpoint and read after a kill, it gives
// the same result as if nothing had happened. Random numbers need no state, they follow from seed, epoch and step.

import { trainingError } from '../trainingMessages.ts';
import type { EpochReport } from './epochReport.ts';
import type { ParameterLayout } from './parameterLayout.ts';
import type { TrainingExample } from './targets.ts';

export interface TrainingState {
  readonly formatVersion: 1;
  /** Of data, settings and layout: a state that belongs to others must not be continued. */
  readonly fingerprint: string;
  /** Steps made. */
  step: number;
  /** Epochs finished. */
  epoch: number;
  /** Batches of the running epoch that are done. */
  batch: number;
  /** Sum of the losses of the running epoch's batches. */
  epochLoss: number;
  readonly weights: Float32Array;
  readonly firstMoment: Float32Array;
  readonly secondMoment: Float32Array;
  /** The weights that a run which ends now would give: the best epoch's, or the last one's where nothing is validated. */
  readonly kept: { readonly weights: Float32Array; epoch: number; score: number };
  readonly history: EpochReport[];
}

export function createState(fingerprint: string, weights: Float32Array): TrainingState {
  return {
    formatVersion: 1,
    fingerprint,
    step: 0,
    epoch: 0,
    batch: 0,
    epochLoss: 0,
    weights: weights.slice(),
    firstMoment: new Float32Array(weights.length),
    secondMoment: new Float32Array(weights.length),
    kept: { weights: weights.slice(), epoch: 0, score: Number.NEGATIVE_INFINITY },
    history: [],
  };
}

/** @throws EngineError `invalidArgument` where the state belongs to other data, settings or another model. */
export function checkState(state: TrainingState, expected: { fingerprint: string; size: number }): void {
  const arrays = [state.weights, state.firstMoment, state.secondMoment, state.kept.weights];
  const fits = arrays.every((array) => array.length === expected.size);
  if (state.formatVersion === 1 && state.fingerprint === expected.fingerprint && fits) return;
  throw trainingError('stateOfOtherRun', {});
}

/** The same for the same settings, parameters, weights and data, and practically never for others. */
export function fingerprintOf(parts: {
  readonly settings: unknown;
  readonly layout: ParameterLayout;
  readonly weights: Float32Array;
  readonly training: readonly TrainingExample[];
  readonly validation: readonly TrainingExample[];
}): string {
  const hash = createHash();
  hash.text(JSON.stringify(parts.settings));
  hash.text(JSON.stringify(parts.layout.parameters));
  hash.numbers(new Int32Array(parts.weights.buffer, parts.weights.byteOffset, parts.weights.length));
  for (const { text, targets, weight } of [...parts.training, ...parts.validation]) {
    hash.numbers(text.ids);
    for (const [name, target] of Object.entries(targets)) {
      hash.text(name);
      hash.floats(target);
    }
    hash.floats([weight]);
  }
  hash.numbers([parts.training.length]);
  return hash.digest();
}

/** Two independent 32-bit sums; meant against mistakes, not against attacks. */
function createHash() {
  let a = 0x811c9dc5;
  let b = 0x1b873593;
  const number = (value: number) => {
    a = Math.imul(a ^ value, 0x01000193);
    b = Math.imul((b << 13) | (b >>> 19), 5) + (value ^ (a >>> 7));
  };
  const bits = new Float32Array(1);
  const bitsAsInteger = new Int32Array(bits.buffer);
  return {
    numbers(values: ArrayLike<number>): void {
      for (let index = 0; index < values.length; index++) number(values[index]! | 0);
      number(values.length);
    },
    floats(values: ArrayLike<number>): void {
      for (let index = 0; index < values.length; index++) {
        bits[0] = values[index]!;
        number(bitsAsInteger[0]!);
      }
      number(values.length);
    },
    text(text: string): void {
      for (let index = 0; index < text.length; index++) number(text.charCodeAt(index));
      number(text.length);
    },
    digest: () => [a, b].map((one) => (one >>> 0).toString(16).padStart(8, '0')).join(''),
  };
}
