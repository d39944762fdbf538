// The `model` of tokenizer.json → Unigram or WordPiece.

import { EngineError } from '../../errors.ts';
import {
  asArray,
  asCount,
  asFiniteNumber,
  asObject,
  asString,
  corrupt,
  type JsonObject,
  optionalBoolean,
  optionalString,
} from '../configReader.ts';
import type { TokenModel } from './tokenModel.ts';
import { createUnigramModel } from './unigramModel.ts';
import { createWordPieceModel } from './wordPieceModel.ts';

/** More entries than any published vocabulary. */
export const maxVocabSize = 2_000_000;

/** What a character without a piece costs beyond the worst piece. */
export const unknownPenalty = 10;

export function createTokenModel(value: unknown): TokenModel {
  const config = asObject(value, 'The model of tokenizer.json');
  const type = typeof config.type === 'string' ? config.type : guessType(config);
  switch (type) {
    case 'Unigram':
      return createUnigramFromJson(config);
    case 'WordPiece':
      return createWordPieceFromJson(config);
    default:
      throw new EngineError(
        'modelUnsupported',
        `The tokenizer is of the type ${JSON.stringify(type)}; only Unigram and WordPiece are supported. Use another model.`,
      );
  }
}

/** Old files leave the type out; the shape of the vocabulary tells. */
function guessType(config: JsonObject): string {
  if (Array.isArray(config.vocab)) return 'Unigram';
  return config.continuing_subword_prefix === undefined ? 'unknown' : 'WordPiece';
}

function createUnigramFromJson(config: JsonObject): TokenModel {
  const vocab = asArray(config.vocab, 'The vocabulary of tokenizer.json');
  if (vocab.length === 0 || vocab.length > maxVocabSize)
    throw corrupt('The vocabulary of tokenizer.json has no usable size');
  const pieces: string[] = [];
  const scores = new Float64Array(vocab.length);
  let lowestScore = Number.POSITIVE_INFINITY;
  vocab.forEach((entry, id) => {
    const pair = asArray(entry, `Entry ${id} of the vocabulary`);
    pieces.push(asString(pair[0], `Entry ${id} of the vocabulary`));
    scores[id] = asFiniteNumber(pair[1], `The score of entry ${id} of the vocabulary`);
    lowestScore = Math.min(lowestScore, scores[id]!);
  });
  if (config.unk_id === undefined || config.unk_id === null) throw corrupt('tokenizer.json has no unk_id');
  const unknownId = asCount(config.unk_id, 'unk_id', 0);
  if (unknownId >= pieces.length) throw corrupt('The unk_id of tokenizer.json is not in its vocabulary');
  return createUnigramModel({
    pieces,
    scores,
    unknownId,
    unknownScore: lowestScore - unknownPenalty,
    byteFallback: optionalBoolean(config.byte_fallback, 'byte_fallback', false),
  });
}

function createWordPieceFromJson(config: JsonObject): TokenModel {
  const vocab = Object.entries(asObject(config.vocab, 'The vocabulary of tokenizer.json'));
  if (vocab.length === 0 || vocab.length > maxVocabSize)
    throw corrupt('The vocabulary of tokenizer.json has no usable size');
  const pieces: (string | undefined)[] = new Array(vocab.length).fill(undefined);
  for (const [piece, value] of vocab) {
    const id = asCount(value, `The id of ${JSON.stringify(piece.slice(0, 40))}`, 0);
    if (id >= maxVocabSize) throw corrupt(`The id of ${JSON.stringify(piece.slice(0, 40))} is too large`);
    while (pieces.length <= id) pieces.push(undefined);
    pieces[id] = piece;
  }
  const unknownPiece = optionalString(config.unk_token, 'unk_token', '[UNK]');
  const unknownId = pieces.indexOf(unknownPiece);
  if (unknownId < 0)
    throw corrupt(`The unknown token ${JSON.stringify(unknownPiece.slice(0, 40))} is not in the vocabulary`);
  return createWordPieceModel({
    pieces,
    unknownId,
    continuingPrefix: optionalString(config.continuing_subword_prefix, 'continuing_subword_prefix', '##'),
    maxCharactersPerWord: asCount(config.max_input_chars_per_word ?? 100, 'max_input_chars_per_word', 1),
  });
}
