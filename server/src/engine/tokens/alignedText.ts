// A text on its way through normalisation: UTF-16 code units, each with the range of the original text it stands
// for. In: a slice of the text to tokenise. Out: the same buffer, rewritten in place by every step.
// The rules for alignment are those of `NormalizedString` in Hugging Face tokenizers (tokenizer/normalizer.rs),
// so that offsets come out equal.

import { corrupt } from './configReader.ts';

/** No real normaliser makes a text this many times longer (Unicode's worst is 18); a hostile one could fill memory. */
const maxGrowth = 64;

/** Short texts may grow to this whatever their length. */
const freeUnits = 1 << 20;

/** Buffers grow and are reused for every text: encoding allocates nothing per character. */
export class AlignedText {
  /** Current code units; only the first `length` are valid. */
  units = new Uint16Array(256);
  /** Original UTF-16 start of each unit. */
  starts = new Int32Array(256);
  /** Original UTF-16 end of each unit. */
  ends = new Int32Array(256);
  length = 0;
  /** Where the loaded slice starts in the original text. */
  originalStart = 0;

  #maxUnits = freeUnits;
  #nextUnits = new Uint16Array(256);
  #nextStarts = new Int32Array(256);
  #nextEnds = new Int32Array(256);
  #nextLength = 0;

  #codePoints = new Int32Array(256);
  #changes = new Int32Array(256);
  #changeCount = 0;

  /**
   * Loads `text.slice(from, to)`, each unit standing for its own code point. Half a surrogate pair becomes U+FFFD,
   * which is as long, so offsets stay right.
   */
  load(text: string, from: number, to: number): void {
    const length = to - from;
    this.#reserveCurrent(length);
    const { units, starts, ends } = this;
    for (let index = 0; index < length; index++) {
      const unit = text.charCodeAt(from + index);
      starts[index] = from + index;
      ends[index] = from + index + 1;
      units[index] = unit;
      if ((unit & 0xf800) !== 0xd800) continue;
      const low = index + 1 < length ? text.charCodeAt(from + index + 1) : 0;
      if (unit >= 0xdc00 || (low & 0xfc00) !== 0xdc00) {
        units[index] = 0xfffd;
        continue;
      }
      // Both halves of a pair stand for the whole pair.
      units[index + 1] = low;
      starts[index + 1] = from + index;
      ends[index] = from + index + 2;
      ends[index + 1] = from + index + 2;
      index++;
    }
    this.length = length;
    this.originalStart = from;
    this.#maxUnits = Math.max(freeUnits, length * maxGrowth);
  }

  /** The code point that starts at `index`. */
  codePointAt(index: number): number {
    const unit = this.units[index]!;
    if ((unit & 0xfc00) === 0xd800 && index + 1 < this.length) {
      const low = this.units[index + 1]!;
      if ((low & 0xfc00) === 0xdc00) return ((unit - 0xd800) << 10) + (low - 0xdc00) + 0x10000;
    }
    return unit;
  }

  slice(from: number, to: number): string {
    return unitsToString(this.units, from, to);
  }

  /** Starts a rewrite in which units are copied or pushed with explicit alignment; ends with `endCopy`. */
  beginCopy(): void {
    this.#nextLength = 0;
  }

  /** Units pushed since `beginCopy`. */
  get copiedLength(): number {
    return this.#nextLength;
  }

  copy(index: number): void {
    this.push(this.units[index]!, this.starts[index]!, this.ends[index]!);
  }

  copyRange(from: number, to: number): void {
    for (let index = from; index < to; index++) this.copy(index);
  }

  push(unit: number, start: number, end: number): void {
    const at = this.#nextLength++;
    if (at === this.#nextUnits.length) this.#growNext(at * 2);
    this.#nextUnits[at] = unit;
    this.#nextStarts[at] = start;
    this.#nextEnds[at] = end;
  }

  pushString(text: string, start: number, end: number): void {
    for (let index = 0; index < text.length; index++) this.push(text.charCodeAt(index), start, end);
  }

  endCopy(): void {
    const { units, starts, ends } = this;
    this.units = this.#nextUnits;
    this.starts = this.#nextStarts;
    this.ends = this.#nextEnds;
    this.length = this.#nextLength;
    this.#nextUnits = units;
    this.#nextStarts = starts;
    this.#nextEnds = ends;
  }

  /** Starts a rewrite given as code points with changes; ends with `endChanges`. */
  beginChanges(): void {
    this.#changeCount = 0;
  }

  /**
   * Emits one code point. `change` 0 replaces the next old code point, 1 inserts (it shares the place of the
   * code point before it), -n replaces one and drops the n that follow.
   */
  emit(codePoint: number, change: number): void {
    const at = this.#changeCount++;
    if (at === this.#codePoints.length) {
      this.#codePoints = growInt32(this.#codePoints, at * 2);
      this.#changes = growInt32(this.#changes, at * 2);
    }
    this.#codePoints[at] = codePoint;
    this.#changes[at] = change;
  }

  /** Adds to the change of the code point emitted last; does nothing when there is none, as the reference. */
  amendLastChange(difference: number): void {
    if (this.#changeCount > 0) this.#changes[this.#changeCount - 1]! += difference;
  }

  endChanges(): void {
    this.#nextLength = 0;
    let read = 0;
    for (let index = 0; index < this.#changeCount; index++) {
      const change = this.#changes[index]!;
      let start = this.originalStart;
      let end = this.originalStart;
      if (change > 0) {
        if (read > 0) {
          start = this.starts[read - 1]!;
          end = this.ends[read - 1]!;
        }
      } else {
        // A leading removal leaves more old code points than emitted ones, never fewer.
        const from = Math.min(read, this.length - 1);
        start = this.starts[from]!;
        end = this.ends[from]!;
        for (let skipped = 0; skipped <= -change && read < this.length; skipped++) {
          read += this.codePointAt(read) > 0xffff ? 2 : 1;
        }
      }
      const codePoint = this.#codePoints[index]!;
      if (codePoint > 0xffff) {
        this.push(0xd800 + ((codePoint - 0x10000) >> 10), start, end);
        this.push(0xdc00 + ((codePoint - 0x10000) & 0x3ff), start, end);
      } else {
        this.push(codePoint, start, end);
      }
    }
    this.endCopy();
  }

  #reserveCurrent(length: number): void {
    if (length <= this.units.length) return;
    const capacity = Math.max(length, this.units.length * 2);
    this.units = new Uint16Array(capacity);
    this.starts = new Int32Array(capacity);
    this.ends = new Int32Array(capacity);
  }

  #growNext(capacity: number): void {
    if (capacity > this.#maxUnits * 2)
      throw corrupt('The normalizer of the tokenizer makes texts far too long');
    const units = new Uint16Array(capacity);
    units.set(this.#nextUnits);
    this.#nextUnits = units;
    this.#nextStarts = growInt32(this.#nextStarts, capacity);
    this.#nextEnds = growInt32(this.#nextEnds, capacity);
  }
}

/** The string of `units[from, to)`; works in blocks because argument lists have a limit. */
export function unitsToString(units: Uint16Array, from: number, to: number): string {
  const block = 4096;
  if (to - from <= block)
    return String.fromCharCode.apply(null, units.subarray(from, to) as unknown as number[]);
  let text = '';
  for (let at = from; at < to; at += block) {
    text += String.fromCharCode.apply(
      null,
      units.subarray(at, Math.min(at + block, to)) as unknown as number[],
    );
  }
  return text;
}

function growInt32(array: Int32Array<ArrayBuffer>, capacity: number): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(capacity);
  grown.set(array);
  return grown;
}
