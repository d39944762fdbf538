// What transformers does to a text before SentencePiece sees it, for ALBERT folders that hold only spiece.model
// (tokenization_albert.py `preprocess_text`): white space, quotes, accents, lower case.

import type { AlignedText } from '../alignedText.ts';
import { isMark, isWhiteSpace } from '../unicodeClasses.ts';
import { createSequence } from './createNormalizer.ts';
import { keepCodePoints } from './filterNormalizer.ts';
import type { Normalizer } from './normalizer.ts';
import { createLiteralReplaceNormalizer } from './replaceNormalizer.ts';
import { createUnicodeFormNormalizer } from './unicodeFormNormalizer.ts';

export interface AlbertPreprocessingOptions {
  readonly lowercase: boolean;
  readonly keepAccents: boolean;
  readonly removeSpace: boolean;
}

export function createAlbertPreprocessing(options: AlbertPreprocessingOptions): Normalizer {
  const steps: Normalizer[] = [];
  if (options.removeSpace) steps.push({ normalize: joinWords });
  steps.push(createLiteralReplaceNormalizer('``', '"'), createLiteralReplaceNormalizer("''", '"'));
  if (!options.keepAccents) {
    steps.push(createUnicodeFormNormalizer('NFKD'));
    steps.push({ normalize: (text) => keepCodePoints(text, (codePoint) => !hasCombiningClass(codePoint)) });
  }
  if (options.lowercase) steps.push({ normalize: lowercaseInContext });
  return createSequence(steps);
}

/** Python's `str.isspace` counts four separators of ASCII as white space too. */
export function isPythonSpace(codePoint: number): boolean {
  return isWhiteSpace(codePoint) || (codePoint >= 0x1c && codePoint <= 0x1f);
}

/** `' '.join(text.split())` */
function joinWords(text: AlignedText): void {
  const { units, length } = text;
  text.beginCopy();
  let pendingSpace = -1;
  for (let index = 0; index < length; index++) {
    if (isPythonSpace(units[index]!)) {
      if (pendingSpace < 0) pendingSpace = index;
      continue;
    }
    if (pendingSpace >= 0 && text.copiedLength > 0) {
      text.push(32, text.starts[pendingSpace]!, text.ends[pendingSpace]!);
    }
    pendingSpace = -1;
    text.copy(index);
  }
  text.endCopy();
}

/** Lower case of the whole text at once: the Greek sigma at the end of a word has a form of its own. */
function lowercaseInContext(text: AlignedText): void {
  const { units, length } = text;
  let isAscii = true;
  for (let index = 0; index < length; index++) {
    const unit = units[index]!;
    if (unit >= 0x80) isAscii = false;
    else if (unit >= 65 && unit <= 90) units[index] = unit + 32;
  }
  if (isAscii) return;
  const original = text.slice(0, length);
  const lower = original.toLowerCase();
  if (lower === original) return;
  text.beginCopy();
  let from = 0;
  let lowerAt = 0;
  for (const character of original) {
    const width = character.toLowerCase().length;
    text.pushString(lower.slice(lowerAt, lowerAt + width), text.starts[from]!, text.ends[from]!);
    lowerAt += width;
    from += character.length;
  }
  text.endCopy();
}

const combiningClassKnown = new Map<number, boolean>();

/**
 * Whether the canonical combining class is not 0. JavaScript does not tell the class, but canonical ordering does:
 * a mark moves behind one of class 1, or in front of one of class 230, unless its class is 0.
 */
export function hasCombiningClass(codePoint: number): boolean {
  if (codePoint < 0x300 || !isMark(codePoint)) return false;
  let known = combiningClassKnown.get(codePoint);
  if (known === undefined) {
    const character = String.fromCodePoint(codePoint);
    known =
      `${character}\u0334`.normalize('NFD') !== `${character}\u0334` ||
      `\u0301${character}`.normalize('NFD') !== `\u0301${character}` ||
      codePoint === 0x301;
    combiningClassKnown.set(codePoint, known);
  }
  return known;
}
