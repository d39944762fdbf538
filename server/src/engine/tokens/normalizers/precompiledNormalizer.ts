// The `Precompiled` step of tokenizer.json: SentencePiece's character map as Hugging Face tokenizers applies it,
// grapheme by grapheme, then character by character (normalizers/precompiled.rs). It differs from SentencePiece
// itself, which takes the longest rule at each place; sentencePieceNormalizer.ts does that.

import type { AlignedText } from '../alignedText.ts';
import type { CharsMap } from './charsMap.ts';
import type { Normalizer } from './normalizer.ts';

export function createPrecompiledNormalizer(charsMap: CharsMap): Normalizer {
  const ascii = asciiReplacements(charsMap);
  const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
  return {
    normalize: (text) => {
      if (isUntouchedAscii(text, ascii)) return;
      text.beginChanges();
      let from = 0;
      while (from < text.length) {
        // ASCII before another ASCII character is a grapheme of its own, except CR before LF.
        const unit = text.units[from]!;
        const next = from + 1 < text.length ? text.units[from + 1]! : 0;
        if (unit < 0x80 && next < 0x80 && unit !== 13) {
          emitAscii(text, unit, ascii);
          from++;
        } else {
          from = normalizeSegment(text, from, { charsMap, graphemes });
        }
      }
      text.endChanges();
    },
  };
}

interface Rules {
  readonly charsMap: CharsMap;
  readonly graphemes: Intl.Segmenter;
}

/** Normalises up to the next two ASCII characters in a row and answers where it stopped. */
function normalizeSegment(text: AlignedText, from: number, rules: Rules): number {
  let to = from + 1;
  while (
    to < text.length &&
    (text.units[to]! >= 0x80 || text.units[to - 1]! >= 0x80 || text.units[to - 1] === 13)
  )
    to++;
  for (const { segment, index } of rules.graphemes.segment(text.slice(from, to))) {
    normalizeGrapheme(text, { from: from + index, to: from + index + segment.length }, rules.charsMap);
  }
  return to;
}

function normalizeGrapheme(
  text: AlignedText,
  grapheme: { from: number; to: number },
  charsMap: CharsMap,
): void {
  const { from, to } = grapheme;
  if (utf8Length(text, from, to) < 6) {
    const match = charsMap.find(text.units, from, to, false);
    if (match) {
      emitReplacement(text, match.replacement, countCodePoints(text, from, to));
      return;
    }
  }
  for (let index = from; index < to; ) {
    const codePoint = text.codePointAt(index);
    const width = codePoint > 0xffff ? 2 : 1;
    const match = charsMap.find(text.units, index, index + width, false);
    if (match) emitReplacement(text, match.replacement, 1);
    else text.emit(codePoint, 0);
    index += width;
  }
}

function emitReplacement(text: AlignedText, replacement: string, oldCount: number): void {
  let newCount = 0;
  for (const character of replacement) {
    // The characters beyond the old count share the place of the one before them.
    text.emit(character.codePointAt(0)!, newCount < oldCount ? 0 : 1);
    newCount++;
  }
  if (newCount < oldCount) text.amendLastChange(newCount - oldCount);
}

function emitAscii(text: AlignedText, unit: number, ascii: readonly (string | undefined)[]): void {
  const replacement = ascii[unit];
  if (replacement === undefined) text.emit(unit, 0);
  else emitReplacement(text, replacement, 1);
}

function asciiReplacements(charsMap: CharsMap): readonly (string | undefined)[] {
  const unit = new Uint16Array(1);
  return Array.from({ length: 128 }, (_, code) => {
    unit[0] = code;
    return charsMap.find(unit, 0, 1, false)?.replacement;
  });
}

/** ASCII without a rule of its own and without CR needs no work. */
function isUntouchedAscii(text: AlignedText, ascii: readonly (string | undefined)[]): boolean {
  const { units, length } = text;
  for (let index = 0; index < length; index++) {
    const unit = units[index]!;
    if (unit >= 0x80 || ascii[unit] !== undefined) return false;
  }
  return true;
}

function utf8Length(text: AlignedText, from: number, to: number): number {
  let bytes = 0;
  for (let index = from; index < to; index++) {
    const unit = text.units[index]!;
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800 || (unit & 0xf800) === 0xd800) bytes += 2;
    else bytes += 3;
  }
  return bytes;
}

function countCodePoints(text: AlignedText, from: number, to: number): number {
  let count = 0;
  for (let index = from; index < to; index++) if ((text.units[index]! & 0xfc00) !== 0xdc00) count++;
  return count;
}
