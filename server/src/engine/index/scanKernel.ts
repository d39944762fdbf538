// The inner loop of vector search as a WebAssembly module with SIMD, written here instruction by instruction, so that
// no binary file has to be trusted. In: a memory. Out: a function that multiplies rows of 4-bit codes with one query.
//
// `scan(query, rows, count, out)`: addresses in bytes; the length of a row, a multiple of 16, is part of the code.
// For each row: out[row] = Σ codes[row][i] · query[i], exact in 32 bits, with codes of 0 to 15 and an int8 query.
// Sixteen bytes hold 32 codes: their low halves are the first 16, their high halves the others. Each half is multiplied
// and added up by one instruction of relaxed SIMD, whose result is the same on every machine for a second factor below
// 128. Four rows are read at once, because each needs the same part of the query: the scan is bound by instructions,
// not by memory.

import { type WasmMemory, webAssembly } from './webAssembly.ts';

export type ScanRows = (query: number, rows: number, count: number, out: number) => void;

/** Codes in one register; rows are filled up to a multiple. */
export const rowMultiple = 32;

/** 4 GB: as far as addresses reach. */
export const maxMemoryPages = 65_536;

/** `stride`: bytes of a row. */
export function createScanKernel(memory: WasmMemory, stride: number): ScanRows {
  const module = new webAssembly.Module(assemble(stride));
  const instance = new webAssembly.Instance(module, { host: { memory } });
  return instance.exports.scan as ScanRows;
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

type Code = readonly number[];

const get = (local: number): Code => [0x20, local];
const set = (local: number): Code => [0x21, local];
const tee = (local: number): Code => [0x22, local];
const constant = (value: number): Code => [0x41, ...signedLeb(value)];
const addInt: Code = [0x6a];
const subtractInt: Code = [0x6b];
const isBelow: Code = [0x49];
const storeInt = (offset: number): Code => [0x36, 2, ...unsignedLeb(offset)];
const block: Code = [0x02, 0x40];
const loop: Code = [0x03, 0x40];
const end: Code = [0x0b];
const branch = (depth: number): Code => [0x0c, depth];
const branchIf = (depth: number): Code => [0x0d, depth];
const simd = (operation: number, ...rest: number[]): Code => [0xfd, ...unsignedLeb(operation), ...rest];
/** No alignment is promised; the engine of WebAssembly does not need it. */
const loadVector = (offset: number): Code => simd(0x00, 0, ...unsignedLeb(offset));
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
  return [
    constantVector(0x0f),
    set(lowHalves),
    scanLoop(rowsAtOnce, stride),
    scanLoop(1, stride),
    end,
  ].flat();
}

function assemble(stride: number): Uint8Array<ArrayBuffer> {
  const int = 0x7f;
  const vector = 0x7b;
  const locals = [2, 2, int, 4 + 2 * rowsAtOnce, vector];
  const body = [...locals, ...scanBody(stride)];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 4, int, int, int, int, 0]),
    ...section(2, [1, ...name('host'), ...name('memory'), 2, 1, 1, ...unsignedLeb(maxMemoryPages)]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...name('scan'), 0, 0]),
    ...section(10, [1, ...unsignedLeb(body.length), ...body]),
  ]);
}

function section(id: number, content: Code): Code {
  return [id, ...unsignedLeb(content.length), ...content];
}

function name(text: string): Code {
  return [text.length, ...[...text].map((letter) => letter.charCodeAt(0))];
}

function unsignedLeb(value: number): number[] {
  const rest = value >>> 7;
  return rest === 0 ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...unsignedLeb(rest)];
}

/** Of numbers that are not negative: a last byte whose sixth bit is set would be read as a sign. */
function signedLeb(value: number): number[] {
  return value < 64 ? [value] : [(value & 0x7f) | 0x80, ...signedLeb(value >>> 7)];
}
