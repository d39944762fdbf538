// What leaves the tokens station: ids with their places in the text, and padded batches for the encoder.
// B = sequences in the batch, T = tokens per sequence after padding.

/** One tokenised text (or pair), special tokens included. All arrays have the same length. */
export interface EncodedText {
  readonly ids: Int32Array;
  /** 0 for the first text and its special tokens, 1 for the second text of a pair and its final [SEP]. */
  readonly typeIds: Uint8Array;
  /** UTF-16 start of each token in its own text; -1 for special tokens. */
  readonly starts: Int32Array;
  /** UTF-16 end of each token in its own text; -1 for special tokens. */
  readonly ends: Int32Array;
}

export interface EncodeOptions {
  /** Special tokens included. A longer text is cut at its end; a pair is cut from the longer side first. */
  readonly maxTokens: number;
}

export interface Tokenizer {
  readonly vocabSize: number;
  readonly padId: number;
  readonly clsId: number;
  readonly sepId: number;
  readonly maskId: number;
  readonly unknownId: number;
  encode(text: string, options: EncodeOptions): EncodedText;
  encodePair(first: string, second: string, options: EncodeOptions): EncodedText;
  /** The piece as it stands in the vocabulary, `▁the`. */
  pieceOf(id: number): string;
  /** Plain text of the ids; special tokens are left out. */
  decode(ids: ArrayLike<number>): string;
}

/** Input of one encoder run: row-major [B, T]; `attentionMask` is 1 for a token and 0 for padding. */
export interface TokenBatch {
  readonly batchSize: number;
  readonly tokensPerRow: number;
  readonly inputIds: BigInt64Array;
  readonly attentionMask: BigInt64Array;
  readonly tokenTypeIds: BigInt64Array;
}
