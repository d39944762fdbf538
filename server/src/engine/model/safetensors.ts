// Reads and writes the safetensors format: 8 bytes of header length, a JSON header, the tensors' bytes.
// In: the bytes of a file from anywhere, so nothing in them is believed before it is checked.
// Out: named tensors that are views into the file; nothing is copied.
// Reference: https://github.com/huggingface/safetensors#format

import { EngineError } from '../errors.ts';
import type { FloatType } from './floatConversion.ts';
import { toFloat16Bits, writeAsFloat32 } from './floatConversion.ts';

/** A tensor as it stands in the file: row-major, little-endian. */
export interface StoredTensor {
  readonly name: string;
  /** The format's name of the element type, `F16`. */
  readonly type: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A tensor of 32-bit floats to be written. */
export interface TensorToStore {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

const bytesPerElement: Readonly<Record<string, number>> = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
  U16: 2,
  I16: 2,
  F16: 2,
  BF16: 2,
  U32: 4,
  I32: 4,
  F32: 4,
  U64: 8,
  I64: 8,
  F64: 8,
};

/** ALBERT has some forty tensors; a header of this size is an attack or another kind of file. */
const maxHeaderBytes = 8 * 1024 * 1024;
const maxDimensions = 8;

/** @throws EngineError `modelCorrupt` naming `fileName` and, where one is at fault, the tensor. */
export function readSafetensors(file: Uint8Array, fileName: string): SafetensorsFile {
  const { header, data } = splitHeader(file, fileName);
  const tensors = new Map<string, StoredTensor>();
  const ranges: { name: string; start: number; end: number }[] = [];
  let metadata: Record<string, string> = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') {
      metadata = readMetadata(entry);
      continue;
    }
    const described = readEntry(name, entry, fileName);
    if (described.end > data.byteLength) {
      throw corrupt(
        fileName,
        `tensor ${name} ends at byte ${described.end} of ${data.byteLength}: the file is cut off`,
      );
    }
    ranges.push({ name, start: described.start, end: described.end });
    const bytes = data.subarray(described.start, described.end);
    tensors.set(name, { name, type: described.type, shape: described.shape, bytes });
  }
  checkRanges(ranges, data.byteLength, fileName);
  return { tensors, metadata };
}

/** Writes all tensors as 32-bit or as 16-bit floats, in the given order. */
export function writeSafetensors(
  tensors: readonly TensorToStore[],
  type: 'F32' | 'F16',
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const size = bytesPerElement[type]!;
  const header = new Map<string, unknown>([['__metadata__', metadata]]);
  let dataLength = 0;
  for (const { name, shape, data } of tensors) {
    const end = dataLength + data.length * size;
    header.set(name, { dtype: type, shape, data_offsets: [dataLength, end] });
    dataLength = end;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  // Spaces at the end of the header keep the tensors aligned to eight bytes.
  const headerLength = Math.ceil(json.byteLength / 8) * 8;
  const file = new Uint8Array(8 + headerLength + dataLength).fill(0x20, 8, 8 + headerLength);
  const view = new DataView(file.buffer);
  view.setBigUint64(0, BigInt(headerLength), true);
  file.set(json, 8);
  let offset = 8 + headerLength;
  for (const { data } of tensors) {
    for (let index = 0; index < data.length; index++, offset += size) {
      if (type === 'F32') view.setFloat32(offset, data[index]!, true);
      else view.setUint16(offset, toFloat16Bits(data[index]!), true);
    }
  }
  return file;
}

/** A copy of a stored tensor as 32-bit floats. */
export function toFloat32Array(tensor: StoredTensor): Float32Array {
  const type = floatTypeOf(tensor);
  const data = new Float32Array(tensor.bytes.byteLength / bytesPerElement[type]!);
  writeAsFloat32(tensor.bytes, type, new Uint8Array(data.buffer));
  return data;
}

/** @throws EngineError `modelUnsupported` where the tensor does not hold floats that can be weights. */
export function floatTypeOf(tensor: StoredTensor): FloatType {
  if (tensor.type === 'F32' || tensor.type === 'F16' || tensor.type === 'BF16') return tensor.type;
  throw new EngineError(
    'modelUnsupported',
    `Tensor ${tensor.name} holds ${tensor.type} numbers. Save the model with F32, F16 or BF16 weights.`,
  );
}

function splitHeader(file: Uint8Array, fileName: string): { header: object; data: Uint8Array } {
  if (file.byteLength < 8) throw corrupt(fileName, `it has only ${file.byteLength} bytes`);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const headerLength = view.getBigUint64(0, true);
  if (headerLength > maxHeaderBytes) throw corrupt(fileName, `its header claims ${headerLength} bytes`);
  const dataStart = 8 + Number(headerLength);
  if (dataStart > file.byteLength) {
    throw corrupt(fileName, `its header claims ${headerLength} bytes, the file has ${file.byteLength}`);
  }
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(file.subarray(8, dataStart)));
  } catch (cause) {
    throw corrupt(fileName, 'its header is not JSON', cause);
  }
  if (!isRecord(header)) throw corrupt(fileName, 'its header is not a JSON object');
  return { header, data: file.subarray(dataStart) };
}

function readEntry(
  name: string,
  entry: unknown,
  fileName: string,
): { type: string; shape: readonly number[]; start: number; end: number } {
  if (!isRecord(entry)) throw corrupt(fileName, `tensor ${name} is not described by an object`);
  const { dtype, shape, data_offsets: offsets } = entry;
  const size = typeof dtype === 'string' && Object.hasOwn(bytesPerElement, dtype) && bytesPerElement[dtype];
  if (typeof dtype !== 'string' || !size) {
    throw corrupt(fileName, `tensor ${name} has the unknown type ${JSON.stringify(dtype)}`);
  }
  if (!isSizeList(shape) || shape.length > maxDimensions) {
    throw corrupt(fileName, `tensor ${name} has no valid shape`);
  }
  if (!isSizeList(offsets) || offsets.length !== 2 || offsets[0]! > offsets[1]!) {
    throw corrupt(fileName, `tensor ${name} has no valid place in the file`);
  }
  const [start, end] = offsets as [number, number];
  const byteLength = shape.reduce((product, dimension) => product * dimension, size);
  if (byteLength !== end - start) {
    throw corrupt(
      fileName,
      `tensor ${name} of shape [${shape.join(', ')}] needs ${byteLength} bytes and has ${end - start}`,
    );
  }
  return { type: dtype, shape, start, end };
}

/** The tensors must fill the file exactly: an overlap, a hole or a tail means that header and data do not belong together. */
function checkRanges(
  ranges: { name: string; start: number; end: number }[],
  dataLength: number,
  fileName: string,
): void {
  ranges.sort((a, b) => a.start - b.start || a.end - b.end);
  let expected = 0;
  for (const { name, start, end } of ranges) {
    if (start < expected) throw corrupt(fileName, `tensor ${name} overlaps the tensor before it`);
    if (start > expected) throw corrupt(fileName, `there is a hole before tensor ${name}`);
    expected = end;
  }
  if (expected !== dataLength) {
    throw corrupt(fileName, `${dataLength - expected} bytes after the last tensor belong to nothing`);
  }
}

function readMetadata(entry: unknown): Record<string, string> {
  if (!isRecord(entry)) return {};
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => typeof value === 'string')) as Record<
    string,
    string
  >;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSizeList(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function corrupt(fileName: string, reason: string, cause?: unknown): EngineError {
  return new EngineError(
    'modelCorrupt',
    `${fileName} is not a sound safetensors file: ${reason}. Download or copy the model again.`,
    { cause },
  );
}
