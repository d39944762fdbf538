// NFC, NFD, NFKC and NFKD with alignment. The engine's own `String.prototype.normalize` gives the text; which
// output character came from which input is worked out per chunk of characters that can interact.
// Reference: the crate unicode-normalization-alignments (decompose.rs, recompose.rs).

import type { AlignedText } from '../alignedText.ts';
import { isNewerDecomposition, isNewerMark } from '../newerUnicode.ts';
import { isMark } from '../unicodeClasses.ts';
import type { Normalizer } from './normalizer.ts';

export type UnicodeForm = 'NFC' | 'NFD' | 'NFKC' | 'NFKD';

export function createUnicodeFormNormalizer(form: UnicodeForm): Normalizer {
  const decomposition = form === 'NFC' || form === 'NFD' ? 'NFD' : 'NFKD';
  const composes = form === 'NFC' || form === 'NFKC';
  const singles = new Map<number, readonly number[]>();
  return {
    normalize: (text) => {
      if (isAscii(text)) return;
      const whole = text.slice(0, text.length);
      if (whole.normalize(form) === whole) return;
      text.beginChanges();
      for (let from = 0; from < text.length; ) {
        const to = chunkEnd(text, from, composes);
        const codePoint = text.codePointAt(from);
        if (to - from === (codePoint > 0xffff ? 2 : 1)) {
          emitSingle(text, { form, codePoint, singles });
        } else {
          normalizeChunk(text, { form, decomposition, from, to });
        }
        from = to;
      }
      text.endChanges();
    },
  };
}

interface Chunk {
  readonly form: UnicodeForm;
  readonly decomposition: 'NFD' | 'NFKD';
  readonly from: number;
  readonly to: number;
}

function normalizeChunk(text: AlignedText, chunk: Chunk): void {
  const input = text.slice(chunk.from, chunk.to);
  const output = input.normalize(chunk.form);
  if (output === input) {
    for (const character of input) text.emit(character.codePointAt(0)!, 0);
    return;
  }
  const parts = decomposeWithChanges(input, chunk.decomposition);
  for (const character of output) {
    // A composed character takes the sum of the changes of its parts, less one for each part that vanished.
    let change = 1;
    for (const part of character.normalize(chunk.decomposition)) change += takePart(parts, part) - 1;
    text.emit(character.codePointAt(0)!, change);
  }
}

interface Single {
  readonly form: UnicodeForm;
  readonly codePoint: number;
  /** What single characters become, remembered. */
  readonly singles: Map<number, readonly number[]>;
}

/** Bounds what texts full of rare characters can make us remember. */
const maxSingles = 20_000;

/** A character on its own: its parts share its place. */
function emitSingle(text: AlignedText, single: Single): void {
  const { codePoint, singles } = single;
  if (codePoint < 0x80 || isNewerDecomposition(codePoint)) {
    text.emit(codePoint, 0);
    return;
  }
  let parts = singles.get(codePoint);
  if (parts === undefined) {
    const normalized = String.fromCodePoint(codePoint).normalize(single.form);
    parts = Array.from(normalized, (character) => character.codePointAt(0)!);
    if (singles.size >= maxSingles) singles.clear();
    singles.set(codePoint, parts);
  }
  for (let part = 0; part < parts.length; part++) text.emit(parts[part]!, part === 0 ? 0 : 1);
}

interface Part {
  readonly character: string;
  readonly change: number;
  taken: boolean;
}

function decomposeWithChanges(input: string, decomposition: 'NFD' | 'NFKD'): Part[] {
  const parts: Part[] = [];
  for (const character of input) {
    let change = 0;
    for (const part of character.normalize(decomposition)) {
      parts.push({ character: part, change, taken: false });
      change = 1;
    }
  }
  return parts;
}

/** Reordering is stable, so the first part not yet taken with the same character is the right one. */
function takePart(parts: readonly Part[], character: string): number {
  for (const part of parts) {
    if (part.taken || part.character !== character) continue;
    part.taken = true;
    return part.change;
  }
  return 0;
}

/** End of the run that starts at `from` and cannot interact with what follows it. */
function chunkEnd(text: AlignedText, from: number, composes: boolean): number {
  const limit = from + maxChunkUnits;
  const first = text.codePointAt(from);
  let index = from + (first > 0xffff ? 2 : 1);
  if (first >= 0x300 && isUnknownToReference(first)) return index;
  while (index < text.length && index < limit) {
    const codePoint = text.codePointAt(index);
    if (codePoint < 0x300 || !continuesChunk(codePoint, composes) || isUnknownToReference(codePoint)) break;
    index += codePoint > 0xffff ? 2 : 1;
  }
  return index;
}

/** Longer runs of marks than this are no text; cutting them keeps the work per chunk bounded. */
const maxChunkUnits = 256;

/** The reference leaves such a character where and as it is: its tables know no class and no parts of it. */
function isUnknownToReference(codePoint: number): boolean {
  return isNewerDecomposition(codePoint) || isNewerMark(codePoint);
}

function continuesChunk(codePoint: number, composes: boolean): boolean {
  if (isMark(codePoint)) return true;
  // Half-width voicing marks decompose into combining ones.
  if (codePoint === 0xff9e || codePoint === 0xff9f) return true;
  if (!composes) return false;
  return (
    (codePoint >= 0x1100 && codePoint <= 0x11ff) ||
    (codePoint >= 0x3130 && codePoint <= 0x318f) ||
    (codePoint >= 0xffa0 && codePoint <= 0xffdc)
  );
}

function isAscii(text: AlignedText): boolean {
  const { units, length } = text;
  for (let index = 0; index < length; index++) if (units[index]! >= 0x80) return false;
  return true;
}
