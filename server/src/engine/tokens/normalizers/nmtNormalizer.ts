// The `Nmt` step: drops some control characters and turns kinds of white space into plain spaces
// (Hugging Face tokenizers, normalizers/unicode.rs).

import { keepCodePoints } from './filterNormalizer.ts';
import type { Normalizer } from './normalizer.ts';

export const nmtNormalizer: Normalizer = {
  normalize: (text) => {
    keepCodePoints(text, (codePoint) => !isDropped(codePoint));
    const { units, length } = text;
    for (let index = 0; index < length; index++) if (becomesSpace(units[index]!)) units[index] = 32;
  },
};

function isDropped(codePoint: number): boolean {
  return (
    (codePoint >= 1 && codePoint <= 8) ||
    codePoint === 11 ||
    (codePoint >= 14 && codePoint <= 31) ||
    codePoint === 0x7f ||
    codePoint === 0x8f ||
    codePoint === 0x9f
  );
}

function becomesSpace(unit: number): boolean {
  if (unit < 0x80) return unit === 9 || unit === 10 || unit === 12 || unit === 13;
  return (
    unit === 0x1680 ||
    (unit >= 0x200b && unit <= 0x200f) ||
    unit === 0x2028 ||
    unit === 0x2029 ||
    unit === 0x2581 ||
    unit === 0xfeff ||
    unit === 0xfffd
  );
}
