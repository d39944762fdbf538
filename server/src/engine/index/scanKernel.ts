// The inner loop of vector search as a WebAssembly module with SIMD, written here instruction by instruction, so that
// no binary file has to be trusted. In: a memory. Out: a function that multiplies rows of 4-bit codes with one query.
//
// `scan(query, rows, count, stride, out)`: addresses in bytes; `stride` is the length of a row, a multiple of 16.
// For each row: out[row] = Σ codes[row][i] · query[i], exact in 32 bits, with codes of 0 to 15 and an int8 query.
// Sixteen bytes hold 32 codes: their low halves are the first 16, their high halves the others. Each half is multiplied
// and added up by one instruction of relaxed SIMD, whose result is the same on every machine for a second factor below
// 128; two sums do not wait for each other.

import { type WasmMemory, webAssembly } from './webAssembly.ts';

export type ScanRows = (query: number, rows: number, count: number, stride: number, out: number) => void;

/** Codes in one register; rows are filled up to a multiple. */
export const rowMultiple = 32;

/** 4 GB: as far as addresses reach. */
export const maxMemoryPages = 65_536;

export function createScanKernel(memory: WasmMemory): ScanRows {
  const module = new webAssembly.Module(assemble());
  const instance = new webAssembly.Instance(module, { host: { memory } });
  return instance.exports.scan as ScanRows;
}

// Numbers of parameters and locals.
const query = 0;
const row = 1;
const count = 2;
const stride = 3;
const out = 4;
const rowEnd = 5;
const queryAt = 6;
const codes = 7;
const evenSum = 8;
const oddSum = 9;
const lowHalves = 10;

type Code = readonly number[];

const get = (local: number): Code => [0x20, local];
const set = (local: number): Code => [0x21, local];
const tee = (local: number): Code => [0x22, local];
const constant = (value: number): Code => [0x41, ...signedLeb(value)];
const addInt: Code = [0x6a];
const subtractInt: Code = [0x6b];
const isZero: Code = [0x45];
const isBelow: Code = [0x49];
const storeInt: Code = [0x36, 2, 0];
const block: Code = [0x02, 0x40];
const loop: Code = [0x03, 0x40];
const end: Code = [0x0b];
const branch = (depth: number): Code => [0x0c, depth];
const branchIf = (depth: number): Code => [0x0d, depth];
const simd = (operation: number, ...rest: number[]): Code => [0xfd, ...unsignedLeb(operation), ...rest];
/** No alignment is promised; the engine of WebAssembly does not need it. */
const loadVector = (offset: number): Code => simd(0x00, 0, offset);
const constantVector = (byte: number): Code => simd(0x0c, ...new Array<number>(16).fill(byte));
const andVectors: Code = simd(0x4e);
const shiftBytesRight: Code = simd(0x6d);
/** sum[i] + Σ of four products of signed bytes with bytes below 128. */
const multiplyAndAdd: Code = simd(0x113);
const addVectors: Code = simd(0xae);
const lane = (index: number): Code => simd(0x1b, index);

/** sum += query[queryAt + offset …] · half of the codes */
const accumulate = (sum: number, half: readonly Code[], offset: number): Code[] => [
  get(queryAt),
  loadVector(offset),
  get(codes),
  ...half,
  get(sum),
  multiplyAndAdd,
  set(sum),
];

function scanBody(): Code {
  return [
    ...[constantVector(0x0f), set(lowHalves)],
    block,
    loop,
    ...[get(count), isZero, branchIf(1)],
    ...[constantVector(0), set(evenSum), constantVector(0), set(oddSum)],
    ...[get(row), get(stride), addInt, set(rowEnd), get(query), set(queryAt)],
    loop,
    ...[get(row), loadVector(0), set(codes)],
    ...accumulate(evenSum, [get(lowHalves), andVectors], 0),
    ...accumulate(oddSum, [constant(4), shiftBytesRight], 16),
    ...[get(queryAt), constant(32), addInt, set(queryAt)],
    ...[get(row), constant(16), addInt, tee(row), get(rowEnd), isBelow, branchIf(0)],
    end,
    ...[get(evenSum), get(oddSum), addVectors, set(evenSum), get(out)],
    ...[get(evenSum), lane(0), get(evenSum), lane(1), addInt],
    ...[get(evenSum), lane(2), get(evenSum), lane(3), addInt, addInt, storeInt],
    ...[get(out), constant(4), addInt, set(out), get(count), constant(1), subtractInt, set(count)],
    branch(0),
    end,
    end,
    end,
  ].flat();
}

function assemble(): Uint8Array<ArrayBuffer> {
  const int = 0x7f;
  const vector = 0x7b;
  const locals = [2, 2, int, 4, vector];
  const body = [...locals, ...scanBody()];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 5, int, int, int, int, int, 0]),
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

/** For small positive numbers: the sixth bit would be read as a sign. */
function signedLeb(value: number): number[] {
  return value < 64 ? [value] : [(value & 0x7f) | 0x80, value >> 7];
}
