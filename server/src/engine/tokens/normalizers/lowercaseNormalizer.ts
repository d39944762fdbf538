// Lower case, character by character: no final-sigma rule, because the reference has none.

import type { Normalizer } from './normalizer.ts';

export const lowercaseNormalizer: Normalizer = {
  normalize: (text) => {
    const { units, length } = text;
    let index = 0;
    for (; index < length; index++) {
      const unit = units[index]!;
      if (unit >= 0x80) break;
      if (unit >= 65 && unit <= 90) units[index] = unit + 32;
    }
    if (index === length) return;
    text.beginChanges();
    for (let at = 0; at < length; ) {
      const codePoint = text.codePointAt(at);
      at += codePoint > 0xffff ? 2 : 1;
      if (codePoint < 0x80) {
        text.emit(codePoint >= 65 && codePoint <= 90 ? codePoint + 32 : codePoint, 0);
        continue;
      }
      const lower = String.fromCodePoint(codePoint).toLowerCase();
      let change = 0;
      for (const character of lower) {
        text.emit(character.codePointAt(0)!, change);
        change = 1;
      }
    }
    text.endChanges();
  },
};
