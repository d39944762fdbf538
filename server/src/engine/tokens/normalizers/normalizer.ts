// One step of normalisation: rewrites the text in place and keeps its alignment with the original.

import type { AlignedText } from '../alignedText.ts';

export interface Normalizer {
  normalize(text: AlignedText): void;
}
