// Joins what the tiers found into one order.
// In: two lists of ids with scores, each best first. Out: one list, best first.
// Scores are compared and not ranks: how far the best is ahead of the second says how sure a tier is. The weight was
// chosen by test/bench/retrieval.ts, where reciprocal ranks were worse at each of their own (docs/SEARCH.md).

import type { TextScore } from '../storage.ts';

export interface FusedHit {
  readonly id: number;
  readonly score: number;
  /** From one. */
  readonly lexicalRank: number | undefined;
  readonly vectorRank: number | undefined;
}

export interface FusionInput {
  readonly lexical: readonly TextScore[];
  readonly vector: readonly TextScore[];
}

/** What the vectors count, where the words count 1. */
const vectorWeight = 0.5;

/** `fuseRanks({ lexical: [a: 9, b: 3], vector: [b: 0.8, c: 0.5] })` is a: 1, b: 0.33 + 0.5, c: 0. */
export function fuseRanks({ lexical, vector }: FusionInput): readonly FusedHit[] {
  const best = lexical[0]?.score ?? 1;
  const words = toWorth(lexical, (score) => (best > 0 ? score / best : 1));
  const nearest = vector[0]?.score ?? 1;
  const farthest = vector.at(-1)?.score ?? 0;
  const meaning = toWorth(vector, (score) =>
    nearest > farthest ? (score - farthest) / (nearest - farthest) : 1,
  );
  return [...new Set([...words.keys(), ...meaning.keys()])]
    .map((id): FusedHit => {
      const word = words.get(id);
      const near = meaning.get(id);
      return {
        id,
        score: (word?.worth ?? 0) + vectorWeight * (near?.worth ?? 0),
        lexicalRank: word?.rank,
        vectorRank: near?.rank,
      };
    })
    .sort((left, right) => right.score - left.score || left.id - right.id);
}

interface Worth {
  /** 1 for the best of its list. */
  readonly worth: number;
  readonly rank: number;
}

function toWorth(list: readonly TextScore[], scale: (score: number) => number): ReadonlyMap<number, Worth> {
  return new Map(list.map(({ id, score }, index) => [id, { worth: scale(score), rank: index + 1 }]));
}
