// Writes the wire format of protocol buffers: varints, fixed 32-bit floats and length-delimited fields.
// In: fields in any order. Out: one array of bytes, allocated once; large contents are written straight into it.
// Reference: https://protobuf.dev/programming-guides/encoding/

/** Bytes that will be laid out later, when their place in the result is known. */
interface DeferredBytes {
  readonly byteLength: number;
  writeTo(target: Uint8Array): void;
}

const lengthDelimited = 2;
const fixed32 = 5;
/** Messages of this length and above cannot be parsed by any protobuf library. */
const maxMessageBytes = 2 ** 31 - 1;
const textEncoder = new TextEncoder();

export class ProtobufWriter {
  readonly #chunks: (Uint8Array | DeferredBytes)[] = [];
  #pending: number[] = [];
  #byteLength = 0;

  get byteLength(): number {
    return this.#byteLength;
  }

  integer(field: number, value: number): void {
    this.#varint(field * 8);
    this.#varint(value);
  }

  float(field: number, value: number): void {
    this.#varint(field * 8 + fixed32);
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    this.#append(bytes);
  }

  string(field: number, value: string): void {
    const bytes = textEncoder.encode(value);
    this.#varint(field * 8 + lengthDelimited);
    this.#varint(bytes.byteLength);
    this.#append(bytes);
  }

  /** Integers of a repeated field, packed into one length-delimited field. */
  packedIntegers(field: number, values: readonly number[]): void {
    const packed = new ProtobufWriter();
    for (const value of values) packed.#varint(value);
    this.message(field, packed);
  }

  deferredBytes(field: number, content: DeferredBytes): void {
    this.#varint(field * 8 + lengthDelimited);
    this.#varint(content.byteLength);
    this.#append(content);
  }

  message(field: number, message: ProtobufWriter): void {
    this.#varint(field * 8 + lengthDelimited);
    this.#varint(message.byteLength);
    message.#flush();
    for (const chunk of message.#chunks) this.#append(chunk);
  }

  /** Lays everything out in one array; the only moment at which large contents are copied. */
  toBytes(): Uint8Array {
    if (this.#byteLength > maxMessageBytes) {
      throw new RangeError(`A protobuf message of ${this.#byteLength} bytes is over the limit of 2 GiB.`);
    }
    this.#flush();
    const bytes = new Uint8Array(this.#byteLength);
    let offset = 0;
    for (const chunk of this.#chunks) {
      if (chunk instanceof Uint8Array) bytes.set(chunk, offset);
      else chunk.writeTo(bytes.subarray(offset, offset + chunk.byteLength));
      offset += chunk.byteLength;
    }
    return bytes;
  }

  /** Negative numbers take ten bytes: they are written as 64-bit two's complement. */
  #varint(value: number): void {
    if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is not an integer.`);
    const before = this.#pending.length;
    if (value < 0) {
      let rest = BigInt.asUintN(64, BigInt(value));
      for (; rest > 127n; rest >>= 7n) this.#pending.push(Number(rest & 127n) | 128);
      this.#pending.push(Number(rest));
    } else {
      let rest = value;
      for (; rest > 127; rest = Math.floor(rest / 128)) this.#pending.push((rest % 128) | 128);
      this.#pending.push(rest);
    }
    this.#byteLength += this.#pending.length - before;
  }

  #append(chunk: Uint8Array | DeferredBytes): void {
    this.#flush();
    this.#chunks.push(chunk);
    this.#byteLength += chunk.byteLength;
  }

  #flush(): void {
    if (this.#pending.length === 0) return;
    this.#chunks.push(Uint8Array.from(this.#pending));
    this.#pending = [];
  }
}
