// The norm of all gradients as a WebAssembly loop with SIMD: squares and sums in 64 bits, as `gradientNorm` computes them,
// but four sums at a time that do not wait for each other. In: a flat array of 32-bit floats. Out: its norm.

import { type Code, createWasmFunction, wasm, wasmType, webAssembly } from '../webAssembly.ts';

/** Numbers of one block, copied into a memory that stays in the processor's cache. */
const blockSize = 16_384;
const blockBytes = 4 * blockSize;
const pageBytes = 65_536;

/** It has a memory of its own, so each training should make its own. */
export function createNormKernel(): (gradients: Float32Array) => number {
  // One page more, for the sums behind the block.
  const pages = blockBytes / pageBytes + 1;
  const memory = new webAssembly.Memory({ initial: pages, maximum: pages });
  const block = new Float32Array(memory.buffer, 0, blockSize);
  const sums = new Float64Array(memory.buffer, blockBytes, 4);
  const { int, vector } = wasmType;
  const addSquares = createWasmFunction(memory, {
    parameters: [int],
    locals: [
      [1, int],
      [3, vector],
    ],
    body: addSquaresBody(),
  }) as (endBytes: number) => void;
  return (gradients) => {
    sums.fill(0);
    for (let start = 0; start < gradients.length; start += blockSize) {
      const part = gradients.subarray(start, start + blockSize);
      block.set(part);
      // The last register may be filled up.
      block.fill(0, part.length, Math.min(blockSize, part.length + 3));
      addSquares(4 * part.length);
    }
    return Math.sqrt(sums[0]! + sums[1]! + (sums[2]! + sums[3]!));
  };
}

// Numbers of parameters and locals.
const endAt = 0;
const at = 1;
const numbers = 2;
const lowSums = 3;
const highSums = 4;

const { get, set, tee, constant, addInt, isBelow, loop, end, branchIf, simd, loadVector, storeVector } = wasm;
/** Two numbers of 32 bits from memory, as numbers of 64. */
const loadTwo = (offset: number): Code => [...simd(0x5d, 0, offset), ...simd(0x5f)];
const addVectors = simd(0xf0);
const multiply = simd(0xf2);

function addSquaresBody(): Code {
  const addSquare = (sums: number, offset: number) => [
    ...[get(at), loadTwo(offset), set(numbers)],
    ...[get(numbers), get(numbers), multiply, get(sums), addVectors, set(sums)],
  ];
  return [
    ...[constant(0), loadVector(blockBytes), set(lowSums)],
    ...[constant(0), loadVector(blockBytes + 16), set(highSums)],
    loop,
    ...addSquare(lowSums, 0),
    ...addSquare(highSums, 8),
    ...[get(at), constant(16), addInt, tee(at), get(endAt), isBelow, branchIf(0)],
    end,
    ...[constant(0), get(lowSums), storeVector(blockBytes)],
    ...[constant(0), get(highSums), storeVector(blockBytes + 16)],
  ].flat();
}
