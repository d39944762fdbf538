// What the user searched for before. In: queries that were used, not every keystroke. Out: a list without
// repetitions, newest first, and steps through it.

export const historySize = 30;

export function remember(history: readonly string[], query: string): readonly string[] {
  const used = query.trim();
  if (used === '') return history;
  return [used, ...history.filter((one) => one !== used)].slice(0, historySize);
}

/** From -1, which is what the user is typing, to the oldest; it does not run over the ends. */
export function stepHistory(history: readonly string[], index: number, step: 1 | -1): number {
  return Math.min(Math.max(index + step, -1), history.length - 1);
}
