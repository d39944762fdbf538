// Which tokens of a query are worth looking up: very frequent ones cost most of the time and tell nearly nothing.
// In: tokens and how many texts hold each. Out: those to ask for, the rarest first.

export interface TokenCount {
  /** With a `*` behind: its beginning. */
  readonly token: string;
  readonly count: number;
}

/** A token of more texts than this share is frequent, in an index of some size. */
const frequentShare = 0.08;
const frequentCount = 2000;
/** The rarest are asked for however frequent they are. */
const keptTokens = 2;

export function chooseTokens(counted: readonly TokenCount[], textCount: number): readonly string[] {
  const limit = Math.max(frequentCount, textCount * frequentShare);
  return [...counted]
    .sort((left, right) => left.count - right.count)
    .filter(({ count }, index) => index < keptTokens || count <= limit)
    .map(({ token }) => token);
}
