// The inner loop of vector search as a WebAssembly module with SIMD. In: a memory. Out: a function that multiplies
// rows of 4-bit codes with one query.
//
// `scan(query, rows, count, out)`: addresses in bytes; the length of a row, a multiple of 16, is part of the code.
// For each row: out[row] = Σ codes[row][i] · query[i], exact in 32 bits, with codes of 0 to 15 and an int8 query.
// Sixteen bytes hold 32 codes: their low halves are the first 16, their high halves the others. Each half is multiplied
// and added up by one instruction of relaxed SIMD, whose result is the same on every machine for a second factor below
// 128. Four rows are read at once, because each needs the same part of the query: the scan is bound by instructions,
// not by memory.

import { type Code, createWasmFunction, type WasmMemory, wasm, wasmType } from '../webAssembly.ts';

export type ScanRows = (query: number, rows: number, count: number, out: number) => void;

/** Codes in one register; rows are filled up to a multiple. */
export const rowMultiple = 32;

/** `stride`: bytes of a row. */
export function createScanKernel(memory: WasmMemory, stride: number): ScanRows {
  const { int, vector } = wasmType;
  return createWasmFunction(memory, {
    parameters: [int, int, int, int],
    locals: [
      [2, int],
      [4 + 2 * rowsAtOnce, vector],
    ],
    body: scanBody(stride),
  }) as ScanRows;
}

const rowsAtOnce = 4;

// Numbers of parameters and locals.
const query = 0;
const row = 1;
const count = 2;
const out = 3;
const rowEnd = 4;
const queryAt = 5;
const codes = 6;
const lowHalves = 7;
const evenQuery = 8;
const oddQuery = 9;
/** One for each of the rows read at once. */
const evenSums = 10;
const oddSums = evenSums + rowsAtOnce;

const { get, set, tee, constant, addInt, subtractInt, isBelow, storeInt } = wasm;
const { block, loop, end, branch, branchIf, simd, loadVector } = wasm;
const constantVector = (byte: number): Code => simd(0x0c, ...new Array<number>(16).fill(byte));
const andVectors: Code = simd(0x4e);
const shiftPairsRight: Code = simd(0x8d);
/** sum[i] + Σ of four products of signed bytes with bytes below 128. */
const multiplyAndAdd: Code = simd(0x113);
const addVectors: Code = simd(0xae);
const lane = (index: number): Code => simd(0x1b, index);

/** sum += part of the query · half of the codes */
const accumulate = (sum: number, part: number, half: readonly Code[]): Code[] => [
  ...[get(part), get(codes), ...half, get(lowHalves), andVectors],
  ...[get(sum), multiplyAndAdd, set(sum)],
];

/** Takes `rows` at once as long as there are so many. */
function scanLoop(rows: number, stride: number): Code {
  const each = Array.from({ length: rows }, (_, index) => index);
  return [
    block,
    loop,
    ...[get(count), constant(rows), isBelow, branchIf(1)],
    ...each.flatMap((index) => [
      constantVector(0),
      set(evenSums + index),
      constantVector(0),
      set(oddSums + index),
    ]),
    ...[get(row), constant(stride), addInt, set(rowEnd), get(query), set(queryAt)],
    loop,
    ...[get(queryAt), loadVector(0), set(evenQuery), get(queryAt), loadVector(16), set(oddQuery)],
    ...each.flatMap((index) => [
      ...[get(row), loadVector(index * stride), set(codes)],
      ...accumulate(evenSums + index, evenQuery, []),
      ...accumulate(oddSums + index, oddQuery, [constant(4), shiftPairsRight]),
    ]),
    ...[get(queryAt), constant(32), addInt, set(queryAt)],
    ...[get(row), constant(16), addInt, tee(row), get(rowEnd), isBelow, branchIf(0)],
    end,
    ...each.flatMap((index) => storeSum(evenSums + index, oddSums + index, 4 * index)),
    // The loop above went through the first of the rows.
    ...[get(row), constant((rows - 1) * stride), addInt, set(row)],
    ...[get(out), constant(4 * rows), addInt, set(out)],
    ...[get(count), constant(rows), subtractInt, set(count)],
    branch(0),
    end,
    end,
  ].flat();
}

function storeSum(even: number, odd: number, offset: number): Code[] {
  return [
    ...[get(even), get(odd), addVectors, set(even), get(out)],
    ...[get(even), lane(0), get(even), lane(1), addInt],
    ...[get(even), lane(2), get(even), lane(3), addInt, addInt, storeInt(offset)],
  ];
}

function scanBody(stride: number): Code {
  return [constantVector(0x0f), set(lowHalves), scanLoop(rowsAtOnce, stride), scanLoop(1, stride)].flat();
}
