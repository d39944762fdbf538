// Joins what the tiers found into one order.
// In: lists of ids with scores, each best first, and what is known beside the lists. Out: one list, best first.
// The weights were chosen by test/bench/retrieval.ts; docs/SEARCH.md has the numbers.

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

/** How fast a rank loses its worth: the constant of reciprocal rank fusion. */
const rankOffset = 20;
const vectorWeight = 1;

export function fuseRanks({ lexical, vector }: FusionInput): readonly FusedHit[] {
  const lexicalRanks = ranksOf(lexical);
  const vectorRanks = ranksOf(vector);
  const ids = new Set([...lexicalRanks.keys(), ...vectorRanks.keys()]);
  return [...ids]
    .map((id): FusedHit => {
      const lexicalRank = lexicalRanks.get(id);
      const vectorRank = vectorRanks.get(id);
      return { id, score: worth(lexicalRank) + vectorWeight * worth(vectorRank), lexicalRank, vectorRank };
    })
    .sort((left, right) => right.score - left.score || left.id - right.id);
}

function ranksOf(list: readonly TextScore[]): ReadonlyMap<number, number> {
  return new Map(list.map(({ id }, index) => [id, index + 1]));
}

function worth(rank: number | undefined): number {
  return rank === undefined ? 0 : 1 / (rankOffset + rank);
}
