// WordPiece back to text: parts of a word lose their prefix, words get a space, English punctuation is tidied.

import type { Decoder } from './decoder.ts';

export interface WordPieceDecoderOptions {
  readonly prefix: string;
  readonly cleanUp: boolean;
}

export function createWordPieceDecoder(options: WordPieceDecoderOptions): Decoder {
  return {
    decode: (pieces) =>
      pieces.map((piece, index) => {
        let text = piece;
        if (index > 0) {
          text = piece.startsWith(options.prefix) ? piece.slice(options.prefix.length) : ` ${piece}`;
        }
        return options.cleanUp ? tidy(text) : text;
      }),
  };
}

/** Applied in this order, each to the result of the one before. */
const tidyRules: readonly (readonly [string, string])[] = [
  [' .', '.'],
  [' ?', '?'],
  [' !', '!'],
  [' ,', ','],
  [" ' ", "'"],
  [" n't", "n't"],
  [" 'm", "'m"],
  [' do not', " don't"],
  [" 's", "'s"],
  [" 've", "'ve"],
  [" 're", "'re"],
];

function tidy(text: string): string {
  return tidyRules.reduce((current, [from, to]) => current.replaceAll(from, to), text);
}
