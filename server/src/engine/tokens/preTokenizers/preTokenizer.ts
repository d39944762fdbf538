// One step of cutting: reads the pieces of a text and replaces them by smaller ones. Metaspace rewrites the text too.

import type { AlignedText } from '../alignedText.ts';
import type { PieceList } from '../pieceList.ts';

export interface PreTokenizer {
  /** Reads `pieces`, writes `out` (empty at the call). Empty pieces vanish. */
  cut(text: AlignedText, pieces: PieceList, out: PieceList): void;
}
