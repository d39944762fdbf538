// Puts a string before a text that is not empty; it stands for the place of the first character.

import type { Normalizer } from './normalizer.ts';

export function createPrependNormalizer(prefix: string): Normalizer {
  return {
    normalize: (text) => {
      if (text.length === 0 || prefix === '') return;
      text.beginCopy();
      text.pushString(prefix, text.starts[0]!, text.ends[0]!);
      text.copyRange(0, text.length);
      text.endCopy();
    },
  };
}
