// 16-bit floats: exact expectations at the edges of the format, and the way there and back for every number it has.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  findNonFinite,
  toFloat16Bits,
  writeAsFloat32,
} from '../../../server/src/engine/model/floatConversion.ts';

describe('16-bit floats', () => {
  it('widen to the numbers of the standard', () => {
    // IEEE 754 binary16: the smallest and largest numbers of each range, infinities, and both zeros.
    const known: readonly [number, number][] = [
      [0x0000, 0],
      [0x8000, -0],
      [0x0001, 2 ** -24],
      [0x03ff, 1023 * 2 ** -24],
      [0x0400, 2 ** -14],
      [0x3555, 0.333251953125],
      [0x3c00, 1],
      [0xc000, -2],
      [0x7bff, 65504],
      [0x7c00, Number.POSITIVE_INFINITY],
      [0xfc00, Number.NEGATIVE_INFINITY],
    ];
    for (const [bits, value] of known) assert.ok(Object.is(widen(bits, 'F16'), value), `${bits} → ${value}`);
    assert.ok(Number.isNaN(widen(0x7e00, 'F16')));
  });

  it('come back as the same bits, all 63,488 that are numbers', () => {
    const target = new Uint8Array(0x10000 * 4);
    writeAsFloat32(bytesOf(Uint16Array.from({ length: 0x10000 }, (_, bits) => bits)), 'F16', target);
    new Float32Array(target.buffer).forEach((value, bits) => {
      if (!Number.isNaN(value)) assert.equal(toFloat16Bits(value), bits);
      else assert.ok((bits & 0x7c00) === 0x7c00 && (bits & 0x3ff) !== 0, `${bits} is a number`);
    });
  });

  it('round to the nearest, ties to even', () => {
    assert.equal(toFloat16Bits(1 + 2 ** -11), 0x3c00);
    assert.equal(toFloat16Bits(1 + 3 * 2 ** -11), 0x3c02);
    assert.equal(toFloat16Bits(1 + 2 ** -11 + 2 ** -20), 0x3c01);
    assert.equal(toFloat16Bits(65519), 0x7bff);
    assert.equal(toFloat16Bits(65520), 0x7c00);
    assert.equal(toFloat16Bits(2 ** -25), 0);
    assert.equal(toFloat16Bits(2 ** -25 * 1.0001), 1);
    assert.equal(toFloat16Bits(-(2 ** -24) * 1023.5), 0x8400);
  });

  it('are never further from the number than half a step', () => {
    fc.assert(
      fc.property(fc.float({ min: -65504, max: 65504, noNaN: true }), (value) => {
        const bits = toFloat16Bits(value);
        const distance = Math.abs(widen(bits, 'F16') - value);
        for (const neighbour of [bits - 1, bits + 1]) {
          if ((neighbour & 0x7fff) >= 0x7c00 || neighbour < 0) continue;
          assert.ok(distance <= Math.abs(widen(neighbour, 'F16') - value));
        }
      }),
    );
  });
});

describe('bfloat16', () => {
  it('widens by appending sixteen zero bits', () => {
    assert.equal(widen(0x3f80, 'BF16'), 1);
    assert.equal(widen(0xc049, 'BF16'), -3.140625);
    assert.equal(widen(0x0001, 'BF16'), 2 ** -133);
  });
});

describe('writeAsFloat32', () => {
  it('converts more elements than fit in one piece', () => {
    const count = 40_001;
    const source = new Uint8Array(count * 2);
    for (let index = 0; index < count; index++)
      new DataView(source.buffer).setUint16(index * 2, toFloat16Bits(index % 2048), true);
    const target = new Uint8Array(count * 4);
    writeAsFloat32(source, 'F16', target);
    const floats = new Float32Array(target.buffer);
    assert.deepEqual([floats[0], floats[16_384], floats[40_000]], [0, 0, 40_000 % 2048]);
  });
});

describe('findNonFinite', () => {
  it('finds the first NaN or infinity in every type', () => {
    assert.equal(findNonFinite(bytesOf(Float32Array.of(1, 3.4e38, Number.NaN)), 'F32'), 2);
    assert.equal(findNonFinite(bytesOf(Float32Array.of(Number.NEGATIVE_INFINITY, 1)), 'F32'), 0);
    assert.equal(findNonFinite(bytesOf(Float32Array.of(1, -2, 1e-45)), 'F32'), -1);
    assert.equal(findNonFinite(bytesOf(Uint16Array.of(0x7bff, 0x3c00, 0x7c01)), 'F16'), 2);
    assert.equal(findNonFinite(bytesOf(Uint16Array.of(0x7bff, 0xfbff)), 'F16'), -1);
    assert.equal(findNonFinite(bytesOf(Uint16Array.of(0x7c00, 0xff80)), 'BF16'), 1);
    assert.equal(findNonFinite(bytesOf(Uint16Array.of(0x7c00, 0x7f7f)), 'BF16'), -1);
  });
});

function widen(bits: number, type: 'F16' | 'BF16'): number {
  const target = new Uint8Array(4);
  writeAsFloat32(Uint8Array.of(bits & 0xff, bits >>> 8), type, target);
  return new DataView(target.buffer).getFloat32(0, true);
}

function bytesOf(numbers: Float32Array | Uint16Array): Uint8Array {
  return new Uint8Array(numbers.buffer);
}
