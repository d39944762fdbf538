// Weights that need no file: element i of tensor number t is a hash of (t, i), the same bit for bit as in
// test/oracles/model/makeBaseExpected.py. In: names and shapes. Out: tensors to store.

import type { TensorToStore } from '../../../server/src/engine/model/safetensors.ts';

/** Tensors are numbered in the alphabetic order of their names. */
export function hashedTensors(shapes: Readonly<Record<string, readonly number[]>>): TensorToStore[] {
  return Object.keys(shapes)
    .sort()
    .map((name, number) => {
      const shape = shapes[name]!;
      const { scale, offset } = scaleAndOffset(name, shape);
      const data = hashedNumbers(
        number,
        shape.reduce((product, size) => product * size, 1),
      );
      // Scales are powers of two, so that only the last addition rounds, and storing as 32 bits rounds it.
      for (let index = 0; index < data.length; index++) data[index] = data[index]! * scale + offset;
      return { name, shape, data };
    });
}

/** Multiples of 2^-23 in [-1, 1): a 32-bit mixing function over consecutive counters. */
function hashedNumbers(tensorNumber: number, count: number): Float32Array {
  const start = Math.imul(tensorNumber, 0x9e3779b9);
  return Float32Array.from({ length: count }, (_, index) => {
    let x = (start + index) | 0;
    x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
    x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
    x ^= x >>> 16;
    return (x >>> 8) * 2 ** -23 - 1;
  });
}

function scaleAndOffset(name: string, shape: readonly number[]): { scale: number; offset: number } {
  if (name.toLowerCase().includes('norm')) return { scale: 0.25, offset: name.endsWith('weight') ? 1 : 0 };
  if (name.endsWith('bias')) return { scale: 0.03125, offset: 0 };
  if (name.includes('embeddings')) return { scale: 1, offset: 0 };
  const gain = /query|key/.test(name) ? 4 : /attention\.dense|ffn_output/.test(name) ? 0.25 : 1;
  return { scale: gain * 2 ** -Math.floor(Math.log2(shape.at(-1)!) / 2), offset: 0 };
}
