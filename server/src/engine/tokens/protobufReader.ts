// The few parts of the protobuf wire format that SentencePiece models need. Every length is checked against the
// bytes that are there, so a broken file ends in one error and never in a large allocation.

import { corrupt } from './configReader.ts';

export interface ProtobufField {
  readonly number: number;
  /** Value of a varint field (the low 53 bits), else 0. */
  readonly varint: number;
  /** Bytes of a length-delimited, fixed32 or fixed64 field, else empty. */
  readonly bytes: Uint8Array;
}

const noBytes = new Uint8Array(0);

/** Calls `onField` for each field of the message, in order. */
export function readProtobuf(
  message: Uint8Array,
  where: string,
  onField: (field: ProtobufField) => void,
): void {
  let at = 0;
  const readVarint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 10; shift++) {
      if (at >= message.length) throw corrupt(`${where} ends in the middle of a number`);
      const byte = message[at++]!;
      if (shift < 7) value += (byte & 0x7f) * 2 ** (7 * shift);
      if (byte < 0x80) return value;
    }
    throw corrupt(`${where} holds a number that is too long`);
  };
  const readBytes = (length: number): Uint8Array => {
    if (length > message.length - at) throw corrupt(`${where} states a length beyond its end`);
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    const tag = readVarint();
    const number = Math.floor(tag / 8);
    if (number === 0) throw corrupt(`${where} is not a protobuf message`);
    switch (tag % 8) {
      case 0:
        onField({ number, varint: readVarint(), bytes: noBytes });
        break;
      case 1:
        onField({ number, varint: 0, bytes: readBytes(8) });
        break;
      case 2:
        onField({ number, varint: 0, bytes: readBytes(readVarint()) });
        break;
      case 5:
        onField({ number, varint: 0, bytes: readBytes(4) });
        break;
      default:
        throw corrupt(`${where} is not a protobuf message`);
    }
  }
}
