// A vector as two planes of bytes: the coarse one is scanned in memory, both together are read back for the best few.
// In: vectors. Out: `vector[i] ≈ (codes[i] + rests[i] / 256) × scale`, off by at most 1/65,000 of its largest number.

export interface QuantisedVector {
  readonly codes: Int8Array;
  readonly rests: Int8Array;
  readonly scale: number;
}

const codeLimit = 127;

export function quantise(vector: Float32Array): QuantisedVector {
  let largest = 0;
  for (const number of vector) largest = Math.max(largest, Math.abs(number));
  const scale = largest / codeLimit;
  const codes = new Int8Array(vector.length);
  const rests = new Int8Array(vector.length);
  if (!Number.isFinite(scale) || scale === 0) return { codes, rests, scale: 0 };
  for (const [index, number] of vector.entries()) {
    const exact = number / scale;
    const code = Math.round(exact);
    codes[index] = code;
    // Half a step up would need 128.
    rests[index] = Math.min(127, Math.round((exact - code) * 256));
  }
  return { codes, rests, scale: Math.fround(scale) };
}

export function restoreVector({ codes, rests, scale }: QuantisedVector): Float32Array {
  return Float32Array.from(codes, (code, index) => (code + rests[index]! / 256) * scale);
}
