// What every vocabulary model can do: turn one piece of a prepared text into tokens.

import type { AlignedText } from '../alignedText.ts';
import type { TokenList } from '../tokenList.ts';

export interface TokenModel {
  readonly vocabSize: number;
  readonly unknownId: number;
  /** Appends the tokens of `text.units[from, to)` to `out`, with their ranges in the original text. */
  tokenize(text: AlignedText, from: number, to: number, out: TokenList): void;
  pieceOf(id: number): string | undefined;
  idOf(piece: string): number | undefined;
}
