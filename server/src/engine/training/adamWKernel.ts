// AdamW's inner loop as a WebAssembly module with SIMD: four numbers at a time in 32 bits, as PyTorch computes them.
// In: stretches of the flat arrays, copied block by block into a small memory that stays in the processor's cache.
// Out: weights and moments of the stretch, moved by one step.

import { type Code, createWasmFunction, wasm, wasmType, webAssembly } from '../webAssembly.ts';
import type { MoveStretch, StretchStep } from './optimizer.ts';

/** Numbers of one block: four blocks are a quarter of a megabyte. */
const blockSize = 16_384;
const blockBytes = 4 * blockSize;
const pageBytes = 65_536;
/** Order of the blocks in memory. */
const blocks = ['weights', 'gradients', 'first', 'second'] as const;
/** Order of the function's parameters after the end in bytes. */
const factors = [
  'beta1',
  'rest1',
  'beta2',
  'rest2',
  'gradientFactor',
  'keep',
  'step',
  'rootFactor',
  'epsilon',
] as const;

type Run = (end: number, ...factors: readonly number[]) => void;

/** For 32-bit arrays; it has a memory of its own, so each training should make its own. */
export function createAdamWKernel(): MoveStretch {
  const pages = (blocks.length * blockBytes) / pageBytes;
  const memory = new webAssembly.Memory({ initial: pages, maximum: pages });
  const { int, float, vector } = wasmType;
  const run = createWasmFunction(memory, {
    parameters: [int, ...factors.map(() => float)],
    locals: [
      [1, int],
      [factors.length + 3, vector],
    ],
    body: moveBody(),
  }) as Run;
  const inside = blocks.map((_, index) => new Float32Array(memory.buffer, index * blockBytes, blockSize));
  return ({ weights, gradients, moments }, from, to, by) => {
    const outside = [weights, gradients, moments.first, moments.second];
    const values = factorsOf(by);
    for (let start = from; start < to; start += blockSize) {
      const end = Math.min(to, start + blockSize);
      for (const [index, array] of outside.entries()) inside[index]!.set(array.subarray(start, end));
      run(4 * (end - start), ...values);
      for (const [index, array] of outside.entries()) {
        if (blocks[index] !== 'gradients') array.set(inside[index]!.subarray(0, end - start), start);
      }
    }
  };
}

function factorsOf(by: StretchStep): readonly number[] {
  const all: Readonly<Record<(typeof factors)[number], number>> = {
    ...by,
    rest1: 1 - by.beta1,
    rest2: 1 - by.beta2,
  };
  return factors.map((name) => all[name]);
}

// Numbers of parameters and locals.
const endAt = 0;
const at = 1 + factors.length;
const factorAt = (name: (typeof factors)[number]) => at + 1 + factors.indexOf(name);
const gradient = at + 1 + factors.length;
const mean = gradient + 1;
const square = gradient + 2;

const { get, set, tee, constant, addInt, isBelow, loop, end, branchIf, simd, loadVector, storeVector } = wasm;
const splat = simd(0x13);
const root = simd(0xe3);
const add = simd(0xe4);
const subtract = simd(0xe5);
const multiply = simd(0xe6);
const divide = simd(0xe7);

function moveBody(): Code {
  const by = (name: (typeof factors)[number]) => get(factorAt(name));
  const load = (name: (typeof blocks)[number]) => [
    ...get(at),
    ...loadVector(blocks.indexOf(name) * blockBytes),
  ];
  const store = (name: (typeof blocks)[number]) => storeVector(blocks.indexOf(name) * blockBytes);
  return [
    ...factors.map((name, index) => [...get(1 + index), ...splat, ...set(factorAt(name))]),
    loop,
    ...[load('gradients'), by('gradientFactor'), multiply, set(gradient)],
    ...[load('first'), by('beta1'), multiply, get(gradient), by('rest1'), multiply, add, set(mean)],
    ...[load('second'), by('beta2'), multiply],
    ...[get(gradient), by('rest2'), multiply, get(gradient), multiply, add, set(square)],
    ...[get(at), get(mean), store('first'), get(at), get(square), store('second')],
    ...[get(at), load('weights'), by('keep'), multiply, get(mean), by('step'), multiply],
    ...[get(square), root, by('rootFactor'), multiply, by('epsilon'), add, divide, subtract],
    store('weights'),
    ...[get(at), constant(16), addInt, tee(at), get(endAt), isBelow, branchIf(0)],
    end,
  ].flat();
}
