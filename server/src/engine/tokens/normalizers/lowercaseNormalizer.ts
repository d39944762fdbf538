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
      const lower = lowercaseOf(codePoint);
      for (let part = 0; part < lower.length; part++) text.emit(lower[part]!, part === 0 ? 0 : 1);
    }
    text.endChanges();
  },
};

const known = new Map<number, readonly number[]>();

/** Bounds what texts full of rare characters can make us remember. */
const maxKnown = 20_000;

function lowercaseOf(codePoint: number): readonly number[] {
  let lower = known.get(codePoint);
  if (lower === undefined) {
    lower = Array.from(
      String.fromCodePoint(codePoint).toLowerCase(),
      (character) => character.codePointAt(0)!,
    );
    if (known.size >= maxKnown) known.clear();
    known.set(codePoint, lower);
  }
  return lower;
}
