// A question and a context of any length become windows that the encoder can read: [CLS] question [SEP] part [SEP].
// In: both as tokens. Out: windows that overlap, so that every answer lies whole in one of them (where a window has
// room for two of the longest). The practice is that
// of SQuAD (Devlin et al. 2019, run_squad.py); `windowsOf` gives the windows of transformers' `stride`.

import type { EncodedText } from '../tokens/tokenBatch.ts';

/** The longest answer, as in the SQuAD evaluation of BERT and ALBERT. */
export const maxAnswerTokens = 30;

/** A longer question is cut, as in the SQuAD evaluation. */
const maxQuestionTokens = 64;

export interface WindowOptions {
  /** Of a window, special tokens included. */
  readonly maxTokens: number;
  readonly clsId: number;
  readonly sepId: number;
}

export interface ContextWindow {
  readonly encoded: EncodedText;
  /** The tokens `[contextStart, contextEnd)` of the row are the context's. */
  readonly contextStart: number;
  readonly contextEnd: number;
  /** Which token of the whole context stands at `contextStart`. */
  readonly firstToken: number;
}

/** The part of a context that one window reads: tokens `[from, to)`. */
export interface WindowRange {
  readonly from: number;
  readonly to: number;
}

/** `windowsOf(10, 6, 2)` is `[0, 6), [4, 10)`. */
export function windowsOf(tokenCount: number, room: number, overlap: number): readonly WindowRange[] {
  const ranges: WindowRange[] = [];
  for (let from = 0; from < tokenCount; from += room - overlap) {
    const to = Math.min(from + room, tokenCount);
    ranges.push({ from, to });
    if (to === tokenCount) break;
  }
  return ranges;
}

/** @param question with or without special tokens, which are taken off: places tell them from the text's own. */
export function createContextWindows(
  question: EncodedText,
  context: EncodedText,
  options: WindowOptions,
): { readonly ranges: readonly WindowRange[]; build(range: WindowRange): ContextWindow } {
  const tokens = withoutSpecialTokens(context);
  const asked = withoutSpecialTokens(question);
  const free = options.maxTokens - 3;
  const questionLength = Math.min(asked.ids.length, maxQuestionTokens, free >> 1);
  const room = free - questionLength;
  // A third is the share of 128 tokens in a window of 384, the setting of the SQuAD evaluation. More than half would
  // read a long context more than twice.
  const overlap = Math.min(room >> 1, Math.max(maxAnswerTokens, Math.floor(room / 3)));
  return {
    ranges: windowsOf(tokens.ids.length, room, overlap),
    build(range) {
      const contextStart = questionLength + 2;
      const length = range.to - range.from;
      const encoded = emptyText(contextStart + length + 1);
      encoded.ids[0] = options.clsId;
      encoded.ids.set(asked.ids.subarray(0, questionLength), 1);
      encoded.ids[contextStart - 1] = options.sepId;
      encoded.ids.set(tokens.ids.subarray(range.from, range.to), contextStart);
      encoded.ids[contextStart + length] = options.sepId;
      encoded.typeIds.fill(1, contextStart);
      encoded.starts.set(tokens.starts.subarray(range.from, range.to), contextStart);
      encoded.ends.set(tokens.ends.subarray(range.from, range.to), contextStart);
      return { encoded, contextStart, contextEnd: contextStart + length, firstToken: range.from };
    },
  };
}

function emptyText(length: number): EncodedText {
  return {
    ids: new Int32Array(length),
    typeIds: new Uint8Array(length),
    starts: new Int32Array(length).fill(-1),
    ends: new Int32Array(length).fill(-1),
  };
}

function withoutSpecialTokens(text: EncodedText): Pick<EncodedText, 'ids' | 'starts' | 'ends'> {
  const isOwn = (_: number, index: number) => text.starts[index]! >= 0;
  return { ids: text.ids.filter(isOwn), starts: text.starts.filter(isOwn), ends: text.ends.filter(isOwn) };
}
