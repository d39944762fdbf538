// Which numbers of a dictionary stand for the tokens of a query. In: tokens of the dictionary and of the query, where a
// `*` behind means a beginning. Out: a table that answers for each number.

export interface WantedTokens {
  /** By number: 1 + the place in the query, or 0; `several` where a token is part of the query more than once. */
  readonly slotOf: Uint16Array;
  readonly severalOf: ReadonlyMap<number, readonly number[]>;
  readonly isAny: boolean;
}

export const several = 0xffff;

export function findWanted(dictionary: readonly string[], tokens: readonly string[]): WantedTokens {
  const slotOf = new Uint16Array(dictionary.length);
  const severalOf = new Map<number, readonly number[]>();
  const whole = new Map(tokens.map((token, slot) => [token, slot + 1]));
  const beginnings = tokens.flatMap((token, slot) =>
    token.endsWith('*') ? [{ beginning: token.slice(0, -1), slot: slot + 1 }] : [],
  );
  let isAny = false;
  for (const [number, token] of dictionary.entries()) {
    let slot = whole.get(token) ?? 0;
    for (const one of beginnings) {
      if (!token.startsWith(one.beginning)) continue;
      if (slot !== 0) severalOf.set(number, [...(severalOf.get(number) ?? [slot]), one.slot]);
      slot = slot === 0 ? one.slot : several;
    }
    slotOf[number] = slot;
    if (slot > 0) isAny = true;
  }
  return { slotOf, severalOf, isAny };
}
