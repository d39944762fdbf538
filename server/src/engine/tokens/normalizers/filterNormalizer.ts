// Steps that drop characters: StripAccents, Strip and the cleaning of BERT.

import type { AlignedText } from '../alignedText.ts';
import { isReferenceMark, isWhiteSpace } from '../unicodeClasses.ts';
import type { Normalizer } from './normalizer.ts';

/** Drops every combining mark (category M); decomposed letters lose their accents. */
export const stripAccentsNormalizer: Normalizer = {
  normalize: (text) => {
    const { units, length } = text;
    let index = 0;
    while (index < length && units[index]! < 0x300) index++;
    if (index < length) keepCodePoints(text, (codePoint) => !isReferenceMark(codePoint));
  },
};

/** Drops white space at the ends. */
export function createStripNormalizer(sides: {
  readonly left: boolean;
  readonly right: boolean;
}): Normalizer {
  return {
    normalize: (text) => {
      let from = 0;
      let to = text.length;
      if (sides.left) while (from < to && isWhiteSpace(text.units[from]!)) from++;
      if (sides.right) while (to > from && isWhiteSpace(text.units[to - 1]!)) to--;
      if (from === 0 && to === text.length) return;
      text.beginCopy();
      text.copyRange(from, to);
      text.endCopy();
    },
  };
}

/** Keeps the code points for which `keep` answers true. ASCII is asked about too. */
export function keepCodePoints(text: AlignedText, keep: (codePoint: number) => boolean): void {
  let index = firstDropped(text, keep);
  if (index === text.length) return;
  text.beginCopy();
  text.copyRange(0, index);
  while (index < text.length) {
    const codePoint = text.codePointAt(index);
    const width = codePoint > 0xffff ? 2 : 1;
    if (keep(codePoint)) text.copyRange(index, index + width);
    index += width;
  }
  text.endCopy();
}

function firstDropped(text: AlignedText, keep: (codePoint: number) => boolean): number {
  let index = 0;
  while (index < text.length) {
    const codePoint = text.codePointAt(index);
    if (!keep(codePoint)) return index;
    index += codePoint > 0xffff ? 2 : 1;
  }
  return index;
}
