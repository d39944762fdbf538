// Chooses what is good and says something new: maximal marginal relevance (Carbonell and Goldstein 1998).
// In: candidates with a score from 0 to 1 and their likeness. Out: indexes, in the order of being chosen.

export interface Selection {
  readonly scores: readonly number[];
  /** How many to choose at most. */
  readonly count: number;
  /** 1: only the scores count, 0: only newness. */
  readonly balance: number;
  /** Of two candidates; compared within one selection only. */
  readonly similarityOf: (first: number, second: number) => number;
  /** Candidates that may not stand beside each other at all. */
  readonly excludes?: (chosen: number, candidate: number) => boolean;
}

/** Of equal candidates the first. Likeness is scaled to 0…1 over what is compared with the candidates chosen so far. */
export function selectDiverse(selection: Selection): readonly number[] {
  const { scores, count, balance, similarityOf, excludes } = selection;
  const chosen: number[] = [];
  const open = new Set(scores.keys());
  /** The greatest likeness of each candidate to anything chosen. */
  const closest = new Map<number, number>();
  while (chosen.length < count && open.size > 0) {
    const likenesses = [...open].map((index) => closest.get(index) ?? 0);
    const least = Math.min(...likenesses);
    const range = Math.max(...likenesses) - least;
    let best = -1;
    let bestValue = Number.NEGATIVE_INFINITY;
    for (const index of open) {
      const likeness = range > 0 ? ((closest.get(index) ?? 0) - least) / range : 0;
      const value = balance * scores[index]! - (1 - balance) * likeness;
      if (value <= bestValue) continue;
      best = index;
      bestValue = value;
    }
    chosen.push(best);
    open.delete(best);
    for (const index of open) {
      if (excludes?.(best, index)) open.delete(index);
      else
        closest.set(
          index,
          Math.max(closest.get(index) ?? Number.NEGATIVE_INFINITY, similarityOf(best, index)),
        );
    }
  }
  return chosen;
}
