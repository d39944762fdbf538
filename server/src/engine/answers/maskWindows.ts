// A text with masks becomes windows that the encoder can read, each mask in exactly one of them with as much text
// around it as fits. In: the text as tokens. Out: rows with the places of their masks.

import type { EncodedText } from '../tokens/tokenBatch.ts';

export interface MaskWindow {
  readonly encoded: EncodedText;
  /** Tokens of the row that are masks to be filled here. */
  readonly masks: readonly number[];
}

export interface MaskWindowOptions {
  /** Of a window, special tokens included. */
  readonly maxTokens: number;
  readonly maskId: number;
}

/** @param text with its special tokens, not cut; the first and the last of them stand around every window */
export function createMaskWindows(text: EncodedText, options: MaskWindowOptions): readonly MaskWindow[] {
  const own = Array.from(text.starts.keys()).filter((index) => text.starts[index]! >= 0);
  if (own.length === 0) return [];
  const first = own[0]!;
  const end = own.at(-1)! + 1;
  const room = options.maxTokens - first - (text.ids.length - end);
  const waiting = own.filter((index) => text.ids[index] === options.maskId);
  const windows: MaskWindow[] = [];
  while (waiting.length > 0) {
    const from = Math.max(first, Math.min(waiting[0]! - (room >> 1), end - room));
    const to = Math.min(from + room, end);
    // A mask near the cut waits for a window of its own, where it has text on both sides.
    const settled = to === end ? end : to - (room >> 2);
    const masks = [waiting.shift()!];
    while (waiting.length > 0 && waiting[0]! < settled) masks.push(waiting.shift()!);
    windows.push({
      encoded: cut(text, { first, from, to, end }),
      masks: masks.map((mask) => mask - from + first),
    });
  }
  return windows;
}

interface Cut {
  readonly first: number;
  readonly from: number;
  readonly to: number;
  readonly end: number;
}

function cut(text: EncodedText, { first, from, to, end }: Cut): EncodedText {
  const length = text.ids.length;
  const keep = (_: number, index: number) =>
    index < first || (index >= from && index < to) || (index >= end && index < length);
  return {
    ids: text.ids.filter(keep),
    typeIds: text.typeIds.filter(keep),
    starts: text.starts.filter(keep),
    ends: text.ends.filter(keep),
  };
}
