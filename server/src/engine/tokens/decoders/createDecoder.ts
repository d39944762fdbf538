// The `decoder` of tokenizer.json → one step that runs all of them (Hugging Face tokenizers, decoders/).

import {
  asCount,
  asObject,
  asString,
  type JsonObject,
  optionalBoolean,
  optionalString,
  readSequence,
  readStep,
  unsupportedStep,
} from '../configReader.ts';
import { readMetaspace } from '../preTokenizers/createPreTokenizer.ts';
import { compileSafePattern } from '../safePattern.ts';
import type { Decoder } from './decoder.ts';
import { createWordPieceDecoder } from './wordPieceDecoder.ts';

export function createDecoder(value: unknown, depth = 0): Decoder {
  if (value === null || value === undefined) return joinWithSpaces;
  const { config, type } = readStep(value, 'decoder');
  switch (type) {
    case 'Sequence': {
      const steps = readSequence(config.decoders, 'decoder', depth, createDecoder);
      return { decode: (pieces) => steps.reduce((current, step) => step.decode(current), pieces) };
    }
    case 'Metaspace': {
      const options = readMetaspace(config);
      return createMetaspaceDecoder(options.replacement, options.prependScheme !== 'never');
    }
    case 'WordPiece':
      return createWordPieceDecoder({
        prefix: optionalString(config.prefix, 'The prefix of the decoder', '##'),
        cleanUp: optionalBoolean(config.cleanup, 'cleanup', true),
      });
    case 'Replace':
      return createReplaceDecoder(config);
    case 'Fuse':
      return { decode: (pieces) => [pieces.join('')] };
    case 'Strip':
      return createStripDecoder({
        content: asString(config.content, 'The content of a Strip decoder'),
        start: asCount(config.start, 'start', 0),
        stop: asCount(config.stop, 'stop', 0),
      });
    case 'ByteFallback':
      return byteFallbackDecoder;
    default:
      throw unsupportedStep('decoder', type);
  }
}

/** What the reference does when a file names no decoder. */
const joinWithSpaces: Decoder = { decode: (pieces) => [pieces.join(' ')] };

export function createMetaspaceDecoder(replacement: string, dropsFirst: boolean): Decoder {
  return {
    decode: (pieces) =>
      pieces.map((piece, index) => piece.replaceAll(replacement, index === 0 && dropsFirst ? '' : ' ')),
  };
}

function createReplaceDecoder(config: JsonObject): Decoder {
  const pattern = asObject(config.pattern, 'The pattern of a Replace decoder');
  const content = asString(config.content, 'The content of a Replace decoder');
  if (pattern.String !== undefined) {
    const literal = asString(pattern.String, 'The pattern of a Replace decoder');
    if (literal === '') return { decode: (pieces) => pieces };
    return { decode: (pieces) => pieces.map((piece) => piece.split(literal).join(content)) };
  }
  const regex = compileSafePattern(
    asString(pattern.Regex, 'The pattern of a Replace decoder'),
    'A Replace decoder',
  );
  return { decode: (pieces) => pieces.map((piece) => piece.replace(regex, () => content)) };
}

function createStripDecoder(options: { content: string; start: number; stop: number }): Decoder {
  const { content, start, stop } = options;
  return {
    decode: (pieces) =>
      pieces.map((piece) => {
        const characters = [...piece];
        let from = 0;
        while (from < start && from < characters.length && characters[from] === content) from++;
        let to = characters.length;
        for (let count = 0; count < stop && to > from && characters[to - 1] === content; count++) to--;
        return characters.slice(from, to).join('');
      }),
  };
}

const byteFallbackDecoder: Decoder = {
  decode: (pieces) => {
    const decoded: string[] = [];
    let bytes: number[] = [];
    const flush = (): void => {
      if (bytes.length === 0) return;
      try {
        decoded.push(
          new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes)),
        );
      } catch {
        for (const _ of bytes) decoded.push('\ufffd');
      }
      bytes = [];
    };
    for (const piece of pieces) {
      const match = /^<0x([0-9A-Fa-f]{2})>$/u.exec(piece);
      if (match) {
        bytes.push(Number.parseInt(match[1]!, 16));
      } else {
        flush();
        decoded.push(piece);
      }
    }
    flush();
    return decoded;
  },
};
