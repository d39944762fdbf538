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
        const unit = text.units[from]!;
        const next = from + 1 < text.length ? text.units[from + 1]! : 0;
        if (!standsAlone(unit) || !standsAlone(next)) {
          from = normalizeSegment(text, from, { charsMap, graphemes });
          continue;
        }
        if (unit < 0x80) emitAscii(text, unit, ascii);
        else normalizeGrapheme(text, { from, to: from + 1 }, charsMap);
        from++;
      }
      text.endChanges();
    },
  };
}

interface Rules {
  readonly charsMap: CharsMap;
  readonly graphemes: Intl.Segmenter;
}

/**
 * Characters that never join a neighbour of the same kind into one grapheme: ASCII but CR, letters of Latin, Greek,
 * Cyrillic, kana and Chinese, and common punctuation. Between two of them there is no need to ask the segmenter.
 */
function standsAlone(unit: number): boolean {
  if (unit < 0x300) return unit !== 13;
  return (
    (unit >= 0x370 && unit <= 0x482) ||
    (unit >= 0x48a && unit <= 0x52f) ||
    (unit >= 0x2010 && unit <= 0x2027) ||
    (unit >= 0x3001 && unit <= 0x3029) ||
    (unit >= 0x3041 && unit <= 0x3096) ||
    (unit >= 0x30a1 && unit <= 0x30fa) ||
    (unit >= 0x3400 && unit <= 0x9fff)
  );
}

/** Normalises up to the next two characters in a row that stand alone, and answers where it stopped. */
function normalizeSegment(text: AlignedText, from: number, rules: Rules): number {
  let to = from + 1;
  while (to < text.length && !(standsAlone(text.units[to]!) && standsAlone(text.units[to - 1]!))) to++;
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
