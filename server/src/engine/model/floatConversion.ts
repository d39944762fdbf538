// Between the 16-bit floats that model files store and the 32-bit floats that the runtime computes with.
// All conversions work on little-endian bytes, because tensors in a file need not be aligned.

/** Element types of stored tensors that can be weights. */
export type FloatType = 'F32' | 'F16' | 'BF16';

/** Converts in pieces of this many elements, so that no whole second copy of a tensor is made. */
const elementsPerPiece = 16_384;

/** Writes `source` as little-endian 32-bit floats into `target`; every 16-bit float has an exact 32-bit one. */
export function writeAsFloat32(source: Uint8Array, type: FloatType, target: Uint8Array): void {
  if (type === 'F32') {
    target.set(source);
    return;
  }
  const elementCount = source.byteLength / 2;
  const piece = new Uint32Array(Math.min(elementsPerPiece, elementCount));
  const pieceBytes = new Uint8Array(piece.buffer);
  for (let start = 0; start < elementCount; start += elementsPerPiece) {
    const count = Math.min(elementsPerPiece, elementCount - start);
    for (let index = 0; index < count; index++) {
      const at = (start + index) * 2;
      const bits = source[at]! | (source[at + 1]! << 8);
      piece[index] = type === 'BF16' ? bits << 16 : float16ToFloat32Bits(bits);
    }
    target.set(pieceBytes.subarray(0, count * 4), start * 4);
  }
}

/** The nearest 16-bit float, ties to even; too large becomes infinity. `toFloat16Bits(1) === 0x3c00`. */
export function toFloat16Bits(value: number): number {
  scratch.setFloat32(0, value);
  const bits = scratch.getUint32(0);
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x47800000) return sign | 0x7c00;
  if (magnitude < 0x38800000) {
    // Below the smallest normal number the result counts units of 2^-24, which doubles hold exactly.
    return sign | roundToEven(Math.abs(Math.fround(value)) * 2 ** 24);
  }
  const rebased = magnitude - 0x38000000;
  return sign | ((rebased + 0xfff + ((rebased >>> 13) & 1)) >>> 13);
}

/** Index of the first element that is NaN or infinite, or -1. */
export function findNonFinite(source: Uint8Array, type: FloatType): number {
  // The exponent stands in the upper two bytes of every format; all its bits set means NaN or infinity.
  const stride = type === 'F32' ? 4 : 2;
  const mask = type === 'F16' ? 0x7c00 : 0x7f80;
  for (let at = stride - 2; at < source.byteLength; at += stride) {
    const upper = source[at]! | (source[at + 1]! << 8);
    if ((upper & mask) === mask) return (at - (stride - 2)) / stride;
  }
  return -1;
}

const scratch = new DataView(new ArrayBuffer(4));

function float16ToFloat32Bits(bits: number): number {
  const sign = (bits & 0x8000) << 16;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return sign | 0x7f800000 | (fraction << 13);
  if (exponent !== 0) return sign | ((exponent + 112) << 23) | (fraction << 13);
  if (fraction === 0) return sign;
  const shift = Math.clz32(fraction) - 21;
  return sign | ((113 - shift) << 23) | (((fraction << shift) & 0x3ff) << 13);
}

function roundToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest < 0.5 || (rest === 0.5 && floor % 2 === 0)) return floor;
  return floor + 1;
}
