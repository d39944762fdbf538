// What BERT does to a text before WordPiece: cleaning, spaces around Chinese characters, accents, lower case.

import type { AlignedText } from '../alignedText.ts';
import { isChineseCharacter, isNonspacingMark, isOther, isWhiteSpace } from '../unicodeClasses.ts';
import { keepCodePoints } from './filterNormalizer.ts';
import { lowercaseNormalizer } from './lowercaseNormalizer.ts';
import type { Normalizer } from './normalizer.ts';
import { createUnicodeFormNormalizer } from './unicodeFormNormalizer.ts';

export interface BertNormalizerOptions {
  readonly cleanText: boolean;
  readonly handleChineseCharacters: boolean;
  readonly stripAccents: boolean;
  readonly lowercase: boolean;
}

export function createBertNormalizer(options: BertNormalizerOptions): Normalizer {
  const decompose = createUnicodeFormNormalizer('NFD');
  return {
    normalize: (text) => {
      if (options.cleanText) cleanText(text);
      if (options.handleChineseCharacters) spaceChineseCharacters(text);
      if (options.stripAccents) {
        decompose.normalize(text);
        keepCodePoints(text, (codePoint) => !isNonspacingMark(codePoint));
      }
      if (options.lowercase) lowercaseNormalizer.normalize(text);
    },
  };
}

function cleanText(text: AlignedText): void {
  keepCodePoints(text, isClean);
  const { units, length } = text;
  for (let index = 0; index < length; index++) if (isWhiteSpace(units[index]!)) units[index] = 32;
}

function isClean(codePoint: number): boolean {
  if (codePoint >= 32 && codePoint < 127) return true;
  if (codePoint === 9 || codePoint === 10 || codePoint === 13) return true;
  return codePoint !== 0xfffd && !isOther(codePoint);
}

function spaceChineseCharacters(text: AlignedText): void {
  const { units, length } = text;
  let index = 0;
  while (index < length && units[index]! < 0x3400) index++;
  if (index === length) return;
  text.beginCopy();
  text.copyRange(0, index);
  while (index < length) {
    const codePoint = text.codePointAt(index);
    const width = codePoint > 0xffff ? 2 : 1;
    const chinese = isChineseCharacter(codePoint);
    if (chinese) text.push(32, text.starts[index]!, text.ends[index]!);
    text.copyRange(index, index + width);
    if (chinese) text.push(32, text.starts[index]!, text.ends[index]!);
    index += width;
  }
  text.endCopy();
}
