// A training state as the bytes of a file. Magic and version first, then a JSON header, then the four arrays; a sum over
// everything at the end, because a file that was cut off must not be continued. Little-endian, as everything here.

import { createHash } from 'node:crypto';
import { trainingError } from '../trainingMessages.ts';
import type { TrainingState } from './trainingState.ts';

const magic = 'MARGTRN1';
const sumLength = 32;

/** Pieces that belong one after the other: the arrays themselves, not copies of them. */
export function writeState(state: TrainingState): readonly Uint8Array[] {
  const { weights, firstMoment, secondMoment, kept, ...rest } = state;
  const header = new TextEncoder().encode(
    JSON.stringify({
      ...rest,
      kept: { epoch: kept.epoch, score: Number.isFinite(kept.score) ? kept.score : null },
      size: weights.length,
    }),
  );
  const start = new Uint8Array(12);
  start.set(new TextEncoder().encode(magic));
  new DataView(start.buffer).setUint32(8, header.byteLength, true);
  const pieces = [start, header, ...[weights, firstMoment, secondMoment, kept.weights].map(bytesOf)];
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return [...pieces, hash.digest()];
}

/** @throws EngineError `invalidArgument` where the bytes are not a whole state of this version */
export function readState(bytes: Uint8Array): TrainingState {
  const end = bytes.byteLength - sumLength;
  if (end < 12 || new TextDecoder().decode(bytes.subarray(0, 8)) !== magic)
    throw trainingError('stateOfOtherKind', {});
  const sum = createHash('sha256').update(bytes.subarray(0, end)).digest();
  if (!sum.equals(bytes.subarray(end))) throw trainingError('stateDamaged', {});
  const headerLength = new DataView(bytes.buffer, bytes.byteOffset).getUint32(8, true);
  const { size, kept, ...rest } = JSON.parse(new TextDecoder().decode(bytes.subarray(12, 12 + headerLength)));
  const arrayAt = (index: number) => {
    const offset = 12 + headerLength + index * size * 4;
    const values = new Float32Array(size);
    new Uint8Array(values.buffer).set(bytes.subarray(offset, offset + size * 4));
    return values;
  };
  return {
    ...rest,
    weights: arrayAt(0),
    firstMoment: arrayAt(1),
    secondMoment: arrayAt(2),
    kept: { weights: arrayAt(3), epoch: kept.epoch, score: kept.score ?? Number.NEGATIVE_INFINITY },
  };
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
