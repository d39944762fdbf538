// A vector as two planes of bytes: the coarse one is scanned in memory, the fine one is read for the best few.
// In: vectors. Out: `vector[i] ≈ (codes[i] + rests[i] / 256) × scale`, off by at most 1/65,000 of its largest number.

export interface QuantisedVector {
  readonly codes: Int8Array;
  readonly rests: Int8Array;
  readonly scale: number;
}

/** Steps of the fine plane in one of the coarse plane. */
export const restsPerCode = 256;

const codeLimit = 127;

export function quantise(vector: Float32Array): QuantisedVector {
  let largest = 0;
  for (let index = 0; index < vector.length; index++) largest = Math.max(largest, Math.abs(vector[index]!));
  const scale = largest / codeLimit;
  const codes = new Int8Array(vector.length);
  const rests = new Int8Array(vector.length);
  if (!Number.isFinite(scale) || scale === 0) return { codes, rests, scale: 0 };
  for (let index = 0; index < vector.length; index++) {
    const exact = vector[index]! / scale;
    const code = Math.round(exact);
    codes[index] = code;
    // Half a step up would need 128.
    rests[index] = Math.min(127, Math.round((exact - code) * restsPerCode));
  }
  return { codes, rests, scale: Math.fround(scale) };
}

export function restoreVector({ codes, rests, scale }: QuantisedVector): Float32Array {
  const vector = new Float32Array(codes.length);
  for (let index = 0; index < codes.length; index++)
    vector[index] = (codes[index]! + rests[index]! / restsPerCode) * scale;
  return vector;
}
