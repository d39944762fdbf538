// Questions about single characters that several steps ask, with an answer for ASCII that needs no regular
// expression. The classes are those that the Rust tokenizers use, as old as their tables are.

import {
  isNewerMark,
  isNewerNonspacingMark,
  isNewerOther,
  isNewerPunctuation,
  isNewerWordCharacter,
} from './newerUnicode.ts';

/** Remembers the answers for the basic plane, so that each regular expression runs once per character. */
function remember(ask: (codePoint: number) => boolean): (codePoint: number) => boolean {
  const answers = new Uint8Array(0x10000);
  return (codePoint) => {
    if (codePoint > 0xffff) return ask(codePoint);
    const known = answers[codePoint]!;
    if (known !== 0) return known === 2;
    const answer = ask(codePoint);
    answers[codePoint] = answer ? 2 : 1;
    return answer;
  };
}

const numberPattern = /^\p{N}$/u;
const punctuationPattern = /^\p{P}$/u;
const markPattern = /^\p{M}$/u;
const nonspacingMarkPattern = /^\p{Mn}$/u;
const otherPattern = /^[\p{Cc}\p{Cf}\p{Co}\p{Cs}]$/u;
const wordPattern = /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]$/u;

/** The Unicode property White_Space. */
export function isWhiteSpace(codePoint: number): boolean {
  if (codePoint <= 0x20) return codePoint === 0x20 || (codePoint >= 9 && codePoint <= 13);
  if (codePoint < 0x85) return false;
  return (
    codePoint === 0x85 ||
    codePoint === 0xa0 ||
    codePoint === 0x1680 ||
    (codePoint >= 0x2000 && codePoint <= 0x200a) ||
    codePoint === 0x2028 ||
    codePoint === 0x2029 ||
    codePoint === 0x202f ||
    codePoint === 0x205f ||
    codePoint === 0x3000
  );
}

/** BERT's punctuation: every ASCII symbol that is no letter, digit or space, and Unicode category P. */
export const isBertPunctuation = remember((codePoint) => {
  if (codePoint < 0x80) {
    return (
      (codePoint >= 33 && codePoint <= 47) ||
      (codePoint >= 58 && codePoint <= 64) ||
      (codePoint >= 91 && codePoint <= 96) ||
      (codePoint >= 123 && codePoint <= 126)
    );
  }
  // Two characters were punctuation when the reference's table was made.
  if (codePoint === 0x166d || codePoint === 0x111c9) return true;
  return punctuationPattern.test(String.fromCodePoint(codePoint)) && !isNewerPunctuation(codePoint);
});

/** Unicode category N. */
export const isNumeric = remember((codePoint) => {
  if (codePoint < 0x80) return codePoint >= 48 && codePoint <= 57;
  return numberPattern.test(String.fromCodePoint(codePoint));
});

/** Unicode category M as the engine that runs us knows it. */
export const isMark = remember((codePoint) => {
  return codePoint >= 0x300 && markPattern.test(String.fromCodePoint(codePoint));
});

/** Unicode category M as the reference knows it. */
export const isReferenceMark = remember((codePoint) => {
  if (codePoint < 0x300) return false;
  if (codePoint === 0x1cf2 || codePoint === 0x1cf3) return true;
  return isMark(codePoint) && !isNewerMark(codePoint);
});

/** Unicode category Mn. */
export const isNonspacingMark = remember((codePoint) => {
  if (codePoint < 0x300) return false;
  if (codePoint === 0x1734 || codePoint === 0x1171e) return true;
  return nonspacingMarkPattern.test(String.fromCodePoint(codePoint)) && !isNewerNonspacingMark(codePoint);
});

/** Unicode category C without unassigned code points: control, format, private use. */
export const isOther = remember((codePoint) => {
  if (codePoint < 0x80) return codePoint < 0x20 || codePoint === 0x7f;
  return otherPattern.test(String.fromCodePoint(codePoint)) && !isNewerOther(codePoint);
});

/** What `\w` means in Unicode regular expressions. */
export const isWordCharacter = remember((codePoint) => {
  if (codePoint < 0x80) {
    return (
      (codePoint >= 48 && codePoint <= 57) ||
      (codePoint >= 65 && codePoint <= 90) ||
      codePoint === 95 ||
      (codePoint >= 97 && codePoint <= 122)
    );
  }
  return wordPattern.test(String.fromCodePoint(codePoint)) && !isNewerWordCharacter(codePoint);
});

/** The blocks of Chinese characters that BERT splits; Japanese kana and Korean are not among them. */
export function isChineseCharacter(codePoint: number): boolean {
  if (codePoint < 0x3400) return false;
  return (
    (codePoint >= 0x4e00 && codePoint <= 0x9fff) ||
    (codePoint >= 0x3400 && codePoint <= 0x4dbf) ||
    (codePoint >= 0x20000 && codePoint <= 0x2a6df) ||
    (codePoint >= 0x2a700 && codePoint <= 0x2b73f) ||
    (codePoint >= 0x2b740 && codePoint <= 0x2b81f) ||
    (codePoint >= 0x2b920 && codePoint <= 0x2ceaf) ||
    (codePoint >= 0xf900 && codePoint <= 0xfaff) ||
    (codePoint >= 0x2f800 && codePoint <= 0x2fa1f)
  );
}
