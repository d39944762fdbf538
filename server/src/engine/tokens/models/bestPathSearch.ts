// The search behind Unigram: the cut of a piece into vocabulary entries with the greatest sum of scores
// (Viterbi over positions). Same sums in the same order as the references, so ties fall the same way: Hugging Face
// tokenizers (models/unigram/model.rs, float64) and SentencePiece (unigram_model.cc EncodeOptimized, float32).

import type { UnitTrie } from './unitTrie.ts';

export interface BestPathOptions {
  readonly trie: UnitTrie;
  /** By id. */
  readonly scores: Float64Array;
  readonly unknownId: number;
  /** Score of a character that no piece covers: the lowest score of the vocabulary less ten. */
  readonly unknownScore: number;
  /** Sums rounded to float32 at each position, as SentencePiece does. */
  readonly float32Sums: boolean;
}

/** The search and its buffers; they grow to the longest piece seen. */
export class BestPathSearch {
  readonly #trie: UnitTrie;
  readonly #scores: Float64Array;
  readonly #unknownId: number;
  readonly #unknownScore: number;
  readonly #float32Sums: boolean;
  #bestScores = new Float64Array(64);
  #bestStarts = new Int32Array(64);
  #bestIds = new Int32Array(64);

  constructor(options: BestPathOptions) {
    this.#trie = options.trie;
    this.#scores = options.scores;
    this.#unknownId = options.unknownId;
    this.#unknownScore = options.unknownScore;
    this.#float32Sums = options.float32Sums;
  }

  /** Fills `pairs` with id and length in units of each token; neighbouring unknown ones are fused. */
  run(units: Uint16Array, from: number, to: number, pairs: number[]): void {
    const size = to - from;
    this.#reset(size);
    for (let start = 0; start < size; ) {
      const unit = units[from + start]!;
      const isPair =
        (unit & 0xfc00) === 0xd800 && start + 1 < size && (units[from + start + 1]! & 0xfc00) === 0xdc00;
      const width = isPair ? 2 : 1;
      this.#extend(units, { from, to, start, width });
      start += width;
    }
    this.#readBack(size, pairs);
  }

  #reset(size: number): void {
    if (size >= this.#bestStarts.length) {
      const capacity = Math.max(size + 1, this.#bestStarts.length * 2);
      this.#bestScores = new Float64Array(capacity);
      this.#bestStarts = new Int32Array(capacity);
      this.#bestIds = new Int32Array(capacity);
    }
    this.#bestStarts.fill(-1, 0, size + 1);
    this.#bestScores[0] = 0;
  }

  #extend(units: Uint16Array, at: { from: number; to: number; start: number; width: number }): void {
    const { from, to, start, width } = at;
    const trie = this.#trie;
    const values = trie.values;
    const scoreHere = this.#bestScores[start]!;
    let hasSingleCharacter = false;
    let node = 0;
    for (let index = from + start; index < to; index++) {
      node = trie.child(node, units[index]!);
      if (node === 0) break;
      const id = values[node]!;
      if (id < 0) continue;
      const end = index + 1 - from;
      this.#offer(end, start, id, this.#scores[id]! + scoreHere);
      if (end - start === width) hasSingleCharacter = true;
    }
    if (!hasSingleCharacter)
      this.#offer(start + width, start, this.#unknownId, this.#unknownScore + scoreHere);
  }

  #offer(end: number, start: number, id: number, sum: number): void {
    const score = this.#float32Sums ? Math.fround(sum) : sum;
    if (this.#bestStarts[end] !== -1 && !(score > this.#bestScores[end]!)) return;
    this.#bestScores[end] = score;
    this.#bestStarts[end] = start;
    this.#bestIds[end] = id;
  }

  #readBack(size: number, pairs: number[]): void {
    pairs.length = 0;
    let fusing = false;
    for (let end = size; end > 0; ) {
      const start = this.#bestStarts[end]!;
      const id = this.#bestIds[end]!;
      const isUnknown = id === this.#unknownId;
      if (isUnknown && fusing) pairs[pairs.length - 2]! += end - start;
      else pairs.push(end - start, id);
      fusing = isUnknown;
      end = start;
    }
    // Collected back to front as (length, id): reversing gives (id, length) in order.
    pairs.reverse();
  }
}
