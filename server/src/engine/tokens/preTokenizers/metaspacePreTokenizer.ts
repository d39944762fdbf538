// Metaspace: spaces become "▁", a "▁" is put before a piece, and pieces are cut before each "▁"
// (Hugging Face tokenizers, pre_tokenizers/metaspace.rs).

import type { AlignedText } from '../alignedText.ts';
import type { PieceList } from '../pieceList.ts';
import type { PreTokenizer } from './preTokenizer.ts';

export interface MetaspaceOptions {
  /** One UTF-16 unit. */
  readonly replacement: string;
  readonly prependScheme: 'always' | 'first' | 'never';
  readonly split: boolean;
}

export function createMetaspacePreTokenizer(options: MetaspaceOptions): PreTokenizer {
  const mark = options.replacement.charCodeAt(0);
  return {
    cut: (text, pieces, out) => {
      text.beginCopy();
      for (let piece = 0; piece < pieces.length; piece++) {
        copyPiece(text, { from: pieces.starts[piece]!, to: pieces.ends[piece]!, mark }, options, out);
      }
      text.endCopy();
    },
  };
}

interface Piece {
  readonly from: number;
  readonly to: number;
  readonly mark: number;
}

function copyPiece(text: AlignedText, piece: Piece, options: MetaspaceOptions, out: PieceList): void {
  const { units, starts, ends } = text;
  const { from, to, mark } = piece;
  let pieceStart = text.copiedLength;
  const first = units[from]!;
  const wantsPrefix =
    options.prependScheme === 'always' || (options.prependScheme === 'first' && starts[from] === 0);
  const prefixed = wantsPrefix && first !== 32 && first !== mark;
  if (prefixed) text.push(mark, starts[from]!, ends[from]!);
  for (let index = from; index < to; index++) {
    const unit = units[index]!;
    const isMark = unit === 32 || unit === mark;
    if (isMark && options.split && (index > from || prefixed)) {
      out.push(pieceStart, text.copiedLength);
      pieceStart = text.copiedLength;
    }
    text.push(isMark ? mark : unit, starts[index]!, ends[index]!);
  }
  out.push(pieceStart, text.copiedLength);
}
