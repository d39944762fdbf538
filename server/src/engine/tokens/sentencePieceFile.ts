// spiece.model (SentencePiece's `ModelProto`) → pieces, scores, types and the normaliser's settings, as plain data.
// Field numbers are those of sentencepiece_model.proto.

import { EngineError } from '../errors.ts';
import { corrupt } from './configReader.ts';
import { maxVocabSize } from './models/createTokenModel.ts';
import { type ProtobufField, readProtobuf } from './protobufReader.ts';

export const pieceTypes = { normal: 1, unknown: 2, control: 3, userDefined: 4, unused: 5, byte: 6 } as const;

export interface SentencePieceFile {
  readonly pieces: readonly string[];
  /** float32 values. */
  readonly scores: Float64Array;
  /** One of `pieceTypes` by id. */
  readonly types: Uint8Array;
  readonly unknownId: number;
  readonly byteFallback: boolean;
  /** Empty when the model normalises nothing. */
  readonly charsMap: Uint8Array;
  readonly addDummyPrefix: boolean;
  readonly removeExtraWhitespaces: boolean;
}

export function readSentencePieceFile(bytes: Uint8Array): SentencePieceFile {
  const builder: Builder = {
    pieces: [],
    scores: [],
    types: [],
    byteFallback: false,
    charsMap: new Uint8Array(0),
    addDummyPrefix: true,
    removeExtraWhitespaces: true,
  };
  readProtobuf(bytes, 'spiece.model', (field) => {
    if (field.number === 1) readPiece(field, builder);
    else if (field.number === 2) readTrainerSpec(field, builder);
    else if (field.number === 3) readNormalizerSpec(field, builder);
  });
  const { pieces, scores, types, ...rest } = builder;
  if (pieces.length === 0) throw corrupt('spiece.model holds no pieces');
  const unknownId = types.indexOf(pieceTypes.unknown);
  if (unknownId < 0) throw corrupt('spiece.model has no token for unknown characters');
  return { ...rest, pieces, scores: Float64Array.from(scores), types: Uint8Array.from(types), unknownId };
}

interface Builder {
  pieces: string[];
  scores: number[];
  types: number[];
  byteFallback: boolean;
  charsMap: Uint8Array;
  addDummyPrefix: boolean;
  removeExtraWhitespaces: boolean;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function readText(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw corrupt('spiece.model holds a piece that is not valid UTF-8');
  }
}

function readPiece(field: ProtobufField, builder: Builder): void {
  if (builder.pieces.length >= maxVocabSize) throw corrupt('spiece.model holds too many pieces');
  let piece = '';
  let score = 0;
  let type: number = pieceTypes.normal;
  readProtobuf(field.bytes, 'A piece of spiece.model', (part) => {
    if (part.number === 1) piece = readText(part.bytes);
    else if (part.number === 2) score = readFloat(part.bytes);
    else if (part.number === 3) type = part.varint;
  });
  if (piece === '') throw corrupt('spiece.model holds an empty piece');
  if (!Number.isFinite(score)) throw corrupt(`spiece.model holds a score of ${score}`);
  if (type < pieceTypes.normal || type > pieceTypes.byte)
    throw corrupt(`spiece.model holds a piece of the type ${type}`);
  builder.pieces.push(piece);
  builder.scores.push(score);
  builder.types.push(type);
}

function readFloat(bytes: Uint8Array): number {
  if (bytes.length !== 4) throw corrupt('spiece.model holds a score of the wrong size');
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getFloat32(0, true);
}

const unigramModelType = 1;

function readTrainerSpec(field: ProtobufField, builder: Builder): void {
  readProtobuf(field.bytes, 'The trainer settings of spiece.model', (part) => {
    if (part.number === 3 && part.varint !== unigramModelType) {
      throw new EngineError(
        'modelUnsupported',
        `spiece.model is of the model type ${part.varint}; only unigram (1) is supported. Use another model.`,
      );
    }
    if (part.number === 24 && part.varint !== 0) {
      throw new EngineError(
        'modelUnsupported',
        'spiece.model puts white space at the end of its pieces, which is not supported. Use another model.',
      );
    }
    if (part.number === 35) builder.byteFallback = part.varint !== 0;
  });
}

function readNormalizerSpec(field: ProtobufField, builder: Builder): void {
  readProtobuf(field.bytes, 'The normalizer of spiece.model', (part) => {
    if (part.number === 2) builder.charsMap = part.bytes;
    else if (part.number === 3) builder.addDummyPrefix = part.varint !== 0;
    else if (part.number === 4) builder.removeExtraWhitespaces = part.varint !== 0;
  });
}
