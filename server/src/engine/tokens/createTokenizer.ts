// Puts the parts of a tokeniser together: added tokens → normaliser → pre-tokeniser → model → special tokens.
// In: a text or a pair of texts. Out: `EncodedText` with places in the original UTF-16 text.

import { EngineError } from '../errors.ts';
import { type AddedToken, createAddedTokenFinder } from './addedTokens.ts';
import { AlignedText } from './alignedText.ts';
import { corrupt } from './configReader.ts';
import type { Decoder } from './decoders/decoder.ts';
import type { TokenModel } from './models/tokenModel.ts';
import type { Normalizer } from './normalizers/normalizer.ts';
import { PieceList } from './pieceList.ts';
import {
  countSpecialTokens,
  type SpecialTokenTemplate,
  type TemplateItem,
} from './postProcessors/specialTokenTemplate.ts';
import type { PreTokenizer } from './preTokenizers/preTokenizer.ts';
import type { EncodedText, Tokenizer } from './tokenBatch.ts';
import { TokenList } from './tokenList.ts';
import { fitPair } from './truncation.ts';

export interface TokenizerParts {
  readonly addedTokens: readonly AddedToken[];
  /** Runs before added tokens are looked for; must keep the length of the text. */
  readonly prepare?: (text: string) => string;
  readonly normalizer: Normalizer;
  readonly preTokenizer: PreTokenizer;
  readonly model: TokenModel;
  readonly template: SpecialTokenTemplate;
  readonly decoder: Decoder;
  readonly special: SpecialTokenIds;
}

/** -1 for a token that the model folder does not have. */
export interface SpecialTokenIds {
  readonly padId: number;
  readonly clsId: number;
  readonly sepId: number;
  readonly maskId: number;
}

export function createTokenizer(parts: TokenizerParts): Tokenizer {
  const reader = new TextReader(parts);
  const first = new TokenList();
  const second = new TokenList();
  const singleSpecialCount = countSpecialTokens(parts.template.single);
  const pairSpecialCount = countSpecialTokens(parts.template.pair);
  const addedById = new Map(parts.addedTokens.map((token) => [token.id, token] as const));
  const pieceOf = (id: number): string | undefined => addedById.get(id)?.content ?? parts.model.pieceOf(id);
  const vocabSize = parts.addedTokens.reduce(
    (size, token) => Math.max(size, token.id + 1),
    parts.model.vocabSize,
  );
  for (const item of [...parts.template.single, ...parts.template.pair]) {
    if (item.kind === 'special' && item.id >= vocabSize)
      throw corrupt(`The special token ${item.id} is not in the vocabulary`);
  }
  return {
    ...parts.special,
    vocabSize,
    unknownId: parts.model.unknownId,
    encode: (text, options) => {
      const room = roomFor(options.maxTokens, singleSpecialCount);
      reader.read(text, room, first);
      return assemble(parts.template.single, [{ tokens: first, count: Math.min(first.length, room) }]);
    },
    encodePair: (firstText, secondText, options) => {
      const room = roomFor(options.maxTokens, pairSpecialCount);
      // Which side is cut depends on which is longer, so both are read to their ends.
      reader.read(firstText, Number.POSITIVE_INFINITY, first);
      reader.read(secondText, Number.POSITIVE_INFINITY, second);
      const [firstCount, secondCount] = fitPair(first.length, second.length, room);
      return assemble(parts.template.pair, [
        { tokens: first, count: firstCount },
        { tokens: second, count: secondCount },
      ]);
    },
    pieceOf: (id) => pieceOf(id) ?? '',
    decode: (ids) => {
      const pieces: string[] = [];
      for (let index = 0; index < ids.length; index++) {
        const id = ids[index]!;
        const added = addedById.get(id);
        if (added?.special) continue;
        // A token that was looked for in the normalised text comes back as it stood there.
        const piece = added?.normalized ? reader.normalizeContent(added.content) : pieceOf(id);
        if (piece !== undefined) pieces.push(piece);
      }
      return parts.decoder.decode(pieces).join('');
    },
  };
}

/** Runs the steps before special tokens; owns the buffers that all texts share. */
class TextReader {
  readonly #parts: TokenizerParts;
  readonly #rawTokens: ReturnType<typeof createAddedTokenFinder>;
  readonly #normalizedTokens: ReturnType<typeof createAddedTokenFinder>;
  readonly #text = new AlignedText();
  readonly #whole = new PieceList();
  readonly #pieces = new PieceList();

  constructor(parts: TokenizerParts) {
    this.#parts = parts;
    this.#rawTokens = createAddedTokenFinder(parts.addedTokens.filter((token) => !token.normalized));
    this.#normalizedTokens = createAddedTokenFinder(
      parts.addedTokens
        .filter((token) => token.normalized)
        .map((token) => ({ ...token, content: this.normalizeContent(token.content) })),
    );
  }

  /** Fills `out` with the tokens of a text; may stop once there are `enough`. */
  read(original: string, enough: number, out: TokenList): void {
    out.clear();
    const text = this.#parts.prepare ? this.#parts.prepare(original) : original;
    this.#rawTokens.split(text, (from, to, id) => {
      if (out.length >= enough) return;
      if (id >= 0) out.push(id, from, to);
      else this.#readSlice(text, { from, to }, enough, out);
    });
  }

  #readSlice(text: string, slice: { from: number; to: number }, enough: number, out: TokenList): void {
    const aligned = this.#text;
    aligned.load(text, slice.from, slice.to);
    this.#parts.normalizer.normalize(aligned);
    this.#whole.clear();
    if (this.#normalizedTokens.isEmpty) {
      this.#whole.push(0, aligned.length);
      this.#readPieces(enough, out);
      return;
    }
    this.#readAroundNormalizedTokens(enough, out);
  }

  #readAroundNormalizedTokens(enough: number, out: TokenList): void {
    const aligned = this.#text;
    const ranges: { from: number; to: number; id: number }[] = [];
    this.#normalizedTokens.split(aligned.slice(0, aligned.length), (from, to, id) =>
      ranges.push({ from, to, id }),
    );
    if (ranges.length === 1 && ranges[0]!.id < 0) {
      this.#whole.push(0, aligned.length);
      this.#readPieces(enough, out);
      return;
    }
    // Pre-tokenisers may rewrite the text, so each range gets a copy of its own.
    const { units, starts, ends } = aligned;
    const copy = {
      units: units.slice(0, aligned.length),
      starts: starts.slice(0, aligned.length),
      ends: ends.slice(0, aligned.length),
    };
    for (const range of ranges) {
      if (out.length >= enough) return;
      if (range.id >= 0) {
        out.push(range.id, copy.starts[range.from]!, copy.ends[range.to - 1]!);
        continue;
      }
      aligned.beginCopy();
      for (let index = range.from; index < range.to; index++) {
        aligned.push(copy.units[index]!, copy.starts[index]!, copy.ends[index]!);
      }
      aligned.endCopy();
      this.#whole.clear();
      this.#whole.push(0, aligned.length);
      this.#readPieces(enough, out);
    }
  }

  #readPieces(enough: number, out: TokenList): void {
    const pieces = this.#pieces;
    pieces.clear();
    this.#parts.preTokenizer.cut(this.#text, this.#whole, pieces);
    for (let piece = 0; piece < pieces.length && out.length < enough; piece++) {
      this.#parts.model.tokenize(this.#text, pieces.starts[piece]!, pieces.ends[piece]!, out);
    }
  }

  normalizeContent(content: string): string {
    const text = new AlignedText();
    text.load(content, 0, content.length);
    this.#parts.normalizer.normalize(text);
    return text.slice(0, text.length);
  }
}

function roomFor(maxTokens: number, specialCount: number): number {
  if (!Number.isInteger(maxTokens) || maxTokens < specialCount) {
    throw new EngineError(
      'invalidArgument',
      `maxTokens must be a whole number of at least ${specialCount}, not ${maxTokens}.`,
    );
  }
  return maxTokens - specialCount;
}

interface CountedTokens {
  readonly tokens: TokenList;
  /** How many of them stay. */
  readonly count: number;
}

function assemble(template: readonly TemplateItem[], texts: readonly CountedTokens[]): EncodedText {
  let length = 0;
  for (const item of template) length += item.kind === 'special' ? 1 : (texts[item.text]?.count ?? 0);
  // One allocation for all four columns: texts are short, and allocating costs more than filling.
  const buffer = new ArrayBuffer(length * 13);
  const encoded = {
    ids: new Int32Array(buffer, 0, length),
    starts: new Int32Array(buffer, length * 4, length),
    ends: new Int32Array(buffer, length * 8, length),
    typeIds: new Uint8Array(buffer, length * 12, length),
  };
  let at = 0;
  for (const item of template) {
    if (item.kind === 'special') {
      encoded.ids[at] = item.id;
      encoded.typeIds[at] = item.typeId;
      encoded.starts[at] = -1;
      encoded.ends[at] = -1;
      at++;
      continue;
    }
    const text = texts[item.text];
    if (!text) continue;
    const { tokens, count } = text;
    for (let token = 0; token < count; token++, at++) {
      encoded.ids[at] = tokens.ids[token]!;
      encoded.starts[at] = tokens.starts[token]!;
      encoded.ends[at] = tokens.ends[token]!;
      encoded.typeIds[at] = item.typeId;
    }
  }
  return encoded;
}
