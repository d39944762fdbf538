// Which tokens of a query are worth looking up: very frequent ones cost most of the time and tell nearly nothing.
// In: tokens and how many texts hold each. Out: those to ask for, the rarest first, and how.

export interface TokenCount {
  /** With a `*` behind: its beginning. */
  readonly token: string;
  readonly count: number;
}

export interface ChosenTokens {
  /** Texts with any of them. */
  readonly any: readonly string[];
  /** Texts with all of them come first; where there are enough, `any` is not asked. */
  readonly all: readonly string[];
}

export interface TokenLimits {
  /** A token of more texts than this share is frequent, in an index of some size. */
  readonly frequentShare: number;
  readonly frequentCount: number;
  /** To look at every text of a token that has more takes longer than a person wants to wait. */
  readonly costlyCount: number;
}

export const tokenLimits: TokenLimits = { frequentShare: 0.08, frequentCount: 2000, costlyCount: 60_000 };

/** Frequent tokens are asked for when nothing else is there, and a second one beside a single other. */
export function chooseTokens(
  counted: readonly TokenCount[],
  textCount: number,
  { frequentShare, frequentCount, costlyCount }: TokenLimits,
): ChosenTokens {
  const frequent = Math.min(costlyCount, Math.max(frequentCount, textCount * frequentShare));
  const sorted = [...counted].sort((left, right) => left.count - right.count);
  const any = sorted
    .filter(({ count }, index) => index < 1 || count <= (index === 1 ? costlyCount : frequent))
    .map(({ token }) => token);
  const second = sorted[1];
  return second !== undefined && second.count > costlyCount
    ? { any, all: sorted.slice(0, 2).map(({ token }) => token) }
    : { any, all: [] };
}

/** What both ways found: those with all first, as their scores say anyway, then the others. */
export async function searchChosen<Found extends { readonly id: number }>(
  { any, all }: ChosenTokens,
  count: number,
  search: (tokens: readonly string[], isAll: boolean) => Promise<readonly Found[]>,
): Promise<readonly Found[]> {
  const first = all.length > 0 ? await search(all, true) : [];
  if (first.length >= count || any.length === 0) return first;
  const known = new Set(first.map(({ id }) => id));
  const more = (await search(any, false)).filter(({ id }) => !known.has(id));
  return [...first, ...more].slice(0, count);
}
