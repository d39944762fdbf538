// The wire format of protocol buffers against bytes worked out by hand from its specification.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ProtobufWriter } from '../../../server/src/engine/onnx/protobufWriter.ts';

describe('ProtobufWriter', () => {
  it('writes the examples of the specification', () => {
    // https://protobuf.dev/programming-guides/encoding/: field 1 = 150, field 2 = "testing", field 3 = a message.
    assert.equal(
      hex((writer) => writer.integer(1, 150)),
      '089601',
    );
    assert.equal(
      hex((writer) => writer.string(2, 'testing')),
      '120774657374696e67',
    );
    assert.equal(
      hex((writer) => {
        const inner = new ProtobufWriter();
        inner.integer(1, 150);
        writer.message(3, inner);
      }),
      '1a03089601',
    );
    assert.equal(
      hex((writer) => writer.packedIntegers(6, [3, 270, 86942])),
      '3206038e029ea705',
    );
  });

  it('writes the edges of integers', () => {
    assert.equal(
      hex((writer) => writer.integer(1, 0)),
      '0800',
    );
    assert.equal(
      hex((writer) => writer.integer(1, 127)),
      '087f',
    );
    assert.equal(
      hex((writer) => writer.integer(1, 128)),
      '088001',
    );
    assert.equal(
      hex((writer) => writer.integer(1, -1)),
      '08ffffffffffffffffff01',
    );
    assert.equal(
      hex((writer) => writer.integer(1, 2 ** 32)),
      '088080808010',
    );
    assert.equal(
      hex((writer) => writer.integer(1, Number.MAX_SAFE_INTEGER)),
      '08ffffffffffffff0f',
    );
    assert.equal(
      hex((writer) => writer.integer(20, 1)),
      'a00101',
    );
    assert.throws(() => new ProtobufWriter().integer(1, 1.5), RangeError);
  });

  it('writes floats and text beyond ASCII', () => {
    assert.equal(
      hex((writer) => writer.float(2, 1.5)),
      '150000c03f',
    );
    assert.equal(
      hex((writer) => writer.string(1, 'é€😀')),
      '0a09c3a9e282acf09f9880',
    );
  });

  it('lays deferred contents out in their place, also inside messages', () => {
    const inner = new ProtobufWriter();
    inner.integer(1, 1);
    inner.deferredBytes(9, { byteLength: 3, writeTo: (target) => target.set([7, 8, 9]) });
    inner.integer(2, 2);
    assert.equal(
      hex((writer) => {
        writer.integer(1, 5);
        writer.message(7, inner);
        writer.integer(3, 6);
      }),
      '08053a090801' + '4a03070809' + '1002' + '1806',
    );
  });

  it('refuses a message that no protobuf library could read, before it allocates', () => {
    const writer = new ProtobufWriter();
    const never = () => assert.fail('nothing may be written');
    writer.deferredBytes(9, { byteLength: 2 ** 31, writeTo: never });
    assert.throws(() => writer.toBytes(), /limit of 2 GiB/);
  });
});

function hex(write: (writer: ProtobufWriter) => void): string {
  const writer = new ProtobufWriter();
  write(writer);
  const bytes = writer.toBytes();
  assert.equal(bytes.byteLength, writer.byteLength);
  return Buffer.from(bytes).toString('hex');
}
