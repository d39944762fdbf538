// The reader of safetensors files: what sound files give, and what every kind of damage is answered with.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { EngineError } from '../../../server/src/engine/errors.ts';
import {
  readSafetensors,
  toFloat32Array,
  writeSafetensors,
} from '../../../server/src/engine/model/safetensors.ts';
import { fixtureModel } from './modelFixtures.ts';

const sound = writeSafetensors(
  [
    { name: 'a', shape: [2, 3], data: Float32Array.of(1, -2, 0.5, 3e-5, 65504, 0) },
    { name: 'b', shape: [], data: Float32Array.of(7) },
    { name: 'c', shape: [0, 4], data: new Float32Array(0) },
  ],
  'F32',
  { format: 'pt' },
);

describe('readSafetensors', () => {
  it('reads names, shapes, numbers and metadata', () => {
    const { tensors, metadata } = readSafetensors(sound, 'f');
    assert.deepEqual(metadata, { format: 'pt' });
    assert.deepEqual([...tensors.keys()], ['a', 'b', 'c']);
    assert.deepEqual(tensors.get('a')!.shape, [2, 3]);
    assert.deepEqual(toFloat32Array(tensors.get('a')!), Float32Array.of(1, -2, 0.5, 3e-5, 65504, 0));
    assert.deepEqual(tensors.get('b')!.shape, []);
    assert.deepEqual(tensors.get('c')!.bytes.byteLength, 0);
  });

  it('reads a file that starts at an odd address', () => {
    const shifted = new Uint8Array(sound.byteLength + 1);
    shifted.set(sound, 1);
    const { tensors } = readSafetensors(shifted.subarray(1), 'f');
    assert.deepEqual([...toFloat32Array(tensors.get('b')!)], [7]);
  });

  it('reads what the reference library wrote, in 32 and in 16 bits', async () => {
    for (const [name, type] of [
      ['model-gelu-new', 'F32'],
      ['model-no-pooler-f16', 'F16'],
      ['model-groups-bf16', 'BF16'],
    ] as const) {
      const bytes = await fixtureModel(`parity/${name}`).read('model.safetensors');
      const { tensors } = readSafetensors(bytes!, name);
      const words = tensors.get('embeddings.word_embeddings.weight')!;
      assert.equal(words.type, type);
      assert.deepEqual(words.shape, [99, 13]);
    }
  });

  it('writes and reads back any tensors', () => {
    const tensor = fc
      .tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 1, max: 5 }))
      .chain(([rows, columns]) =>
        fc.record({
          shape: fc.constant([rows, columns]),
          data: fc.float32Array({ minLength: rows * columns, maxLength: rows * columns, noNaN: true }),
        }),
      );
    const names = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(names, fc.array(tensor, { minLength: 4, maxLength: 4 }), (list, values) => {
        fc.pre(!list.includes('__metadata__'));
        const written = list.map((name, index) => ({ name, ...values[index]! }));
        const { tensors } = readSafetensors(writeSafetensors(written, 'F32', {}), 'f');
        for (const { name, shape, data } of written) {
          assert.deepEqual(tensors.get(name)!.shape, shape);
          assert.deepEqual(toFloat32Array(tensors.get(name)!), data);
        }
      }),
    );
  });

  it('starts every tensor at an address that is a multiple of its element size', () => {
    const headerLength = new DataView(sound.buffer).getBigUint64(0, true);
    assert.equal(headerLength % 8n, 0n);
  });
});

describe('readSafetensors refuses', () => {
  const entry = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };
  const data = new Uint8Array(8);
  const cases: readonly [string, Uint8Array, RegExp][] = [
    ['an empty file', new Uint8Array(0), /only 0 bytes/],
    ['a file shorter than its length field', Uint8Array.of(1, 2, 3), /only 3 bytes/],
    ['a header longer than the file', withLength(1000n, '{}'), /claims 1000 bytes/],
    ['a header of 2^63 bytes', withLength(2n ** 63n, '{}'), /claims 9223372036854775808 bytes/],
    ['a header that is no JSON', file('{"a":'), /not JSON/],
    ['a header that is no UTF-8', Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xfe), /not JSON/],
    ['a header that is a list', file('[]'), /not a JSON object/],
    ['a header nested a hundred thousand times', file('['.repeat(100_000)), /not JSON/],
    ['a tensor that is not described', file({ a: 5 }), /tensor a is not described/],
    ['an unknown element type', file({ a: { ...entry, dtype: 'F13' } }, data), /unknown type "F13"/],
    [
      'an element type that is a property of objects',
      file({ a: { ...entry, dtype: 'constructor' } }, data),
      /unknown type/,
    ],
    ['a negative size', file({ a: { ...entry, shape: [-2] } }, data), /tensor a has no valid shape/],
    [
      'a size that is no whole number',
      file({ a: { ...entry, shape: [2.5] } }, data),
      /tensor a has no valid shape/,
    ],
    [
      'sizes whose product is beyond all numbers',
      file({ a: { ...entry, shape: Array(8).fill(2 ** 50) } }, data),
      /needs .* bytes and has 8/,
    ],
    ['too many dimensions', file({ a: { ...entry, shape: Array(9).fill(1) } }, data), /no valid shape/],
    ['offsets in the wrong order', file({ a: { ...entry, data_offsets: [8, 0] } }, data), /no valid place/],
    ['three offsets', file({ a: { ...entry, data_offsets: [0, 4, 8] } }, data), /no valid place/],
    [
      'a shape that needs other bytes',
      file({ a: { ...entry, shape: [3] } }, data),
      /needs 12 bytes and has 8/,
    ],
    [
      'a truncated file',
      file({ a: entry }, data.subarray(0, 7)),
      /tensor a ends at byte 8 of 7: the file is cut off/,
    ],
    ['bytes after the last tensor', file({ a: entry }, new Uint8Array(9)), /1 bytes after the last tensor/],
    [
      'tensors that overlap',
      file({ a: entry, b: { ...entry, data_offsets: [4, 12] } }, new Uint8Array(12)),
      /tensor b overlaps/,
    ],
    [
      'a hole between tensors',
      file({ a: entry, b: { ...entry, data_offsets: [12, 20] } }, new Uint8Array(20)),
      /hole before tensor b/,
    ],
  ];
  for (const [what, bytes, message] of cases) {
    it(what, () => {
      assert.throws(
        () => readSafetensors(bytes, 'model.safetensors'),
        (error) =>
          error instanceof EngineError &&
          error.code === 'modelCorrupt' &&
          error.message.startsWith('model.safetensors ') &&
          message.test(error.message),
      );
    });
  }

  it('any damaged file with an EngineError and nothing else', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(sound.byteLength - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        fc.nat(sound.byteLength),
        (changes, length) => {
          const damaged = Uint8Array.from(sound);
          for (const [index, byte] of changes) damaged[index] = byte;
          try {
            for (const tensor of readSafetensors(damaged.subarray(0, length), 'f').tensors.values()) {
              if (['F32', 'F16', 'BF16'].includes(tensor.type)) toFloat32Array(tensor);
            }
          } catch (error) {
            if (!(error instanceof EngineError)) throw error;
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

function file(header: unknown, data: Uint8Array = new Uint8Array(0)): Uint8Array {
  const text = typeof header === 'string' ? header : JSON.stringify(header);
  const bytes = withLength(BigInt(text.length), text);
  const whole = new Uint8Array(bytes.byteLength + data.byteLength);
  whole.set(bytes);
  whole.set(data, bytes.byteLength);
  return whole;
}

function withLength(length: bigint, text: string): Uint8Array {
  const bytes = new Uint8Array(8 + text.length);
  new DataView(bytes.buffer).setBigUint64(0, length, true);
  bytes.set(new TextEncoder().encode(text), 8);
  return bytes;
}
