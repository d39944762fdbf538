// From the passages of a file to windows that a model reads at a time, each of whole sentences, and cut in two where a
// later lesson asks for the order of its parts. In: tokens of consecutive sentences. Out: windows, and pairs made of them.

import type { EncodedText } from '../tokens/tokenBatch.ts';
import type { Random } from './random.ts';

/** Consecutive sentences that fit into the model together; ids without special tokens. */
export interface TextWindow {
  readonly sentences: readonly Int32Array[];
}

/** `[CLS] first [SEP] second [SEP]`. */
const specialTokens = 3;
/** A window with less says nothing. */
const shortestWindow = 8;

/**
 * Cuts greedily, so that a window is as long as fits. A sentence that is too long for a window is cut and stands alone.
 * `cutWindows([[5, 5, 5, 5], [6, 6, 6, 6]], 11)` is one window with both.
 */
export function cutWindows(sentences: readonly Int32Array[], maxTokens: number): readonly TextWindow[] {
  const room = maxTokens - specialTokens;
  const windows: Int32Array[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const sentence of sentences) {
    const part = sentence.subarray(0, room);
    if (size + part.length > room) {
      windows.push([]);
      size = 0;
    }
    windows.at(-1)!.push(part);
    size += part.length;
  }
  const lengthOf = (parts: readonly Int32Array[]) => parts.reduce((sum, { length }) => sum + length, 0);
  return windows.filter((parts) => lengthOf(parts) >= shortestWindow).map((parts) => ({ sentences: parts }));
}

export interface OrderedText {
  readonly text: EncodedText;
  /** 0 as the parts stood, 1 swapped; `undefined` for a window of one sentence, which has no order. */
  readonly order: 0 | 1 | undefined;
}

/** Cuts a window between two sentences and swaps its parts half of the time; always as long as it was. */
export function orderWindow(
  { sentences }: TextWindow,
  ids: { readonly clsId: number; readonly sepId: number },
  random: Random,
): OrderedText {
  if (sentences.length < 2) return { text: toText([sentences], ids), order: undefined };
  const cut = 1 + Math.floor(random.uniform() * (sentences.length - 1));
  const parts = [sentences.slice(0, cut), sentences.slice(cut)];
  const isSwapped = random.uniform() < 0.5;
  return { text: toText(isSwapped ? parts.toReversed() : parts, ids), order: isSwapped ? 1 : 0 };
}

function toText(
  parts: readonly (readonly Int32Array[])[],
  { clsId, sepId }: { readonly clsId: number; readonly sepId: number },
): EncodedText {
  const ids = [clsId];
  const typeIds = [0];
  parts.forEach((sentences, type) => {
    for (const sentence of sentences) ids.push(...sentence);
    ids.push(sepId);
    while (typeIds.length < ids.length) typeIds.push(type);
  });
  const places = new Int32Array(ids.length).fill(-1);
  return { ids: Int32Array.from(ids), typeIds: Uint8Array.from(typeIds), starts: places, ends: places };
}
