// The best texts with any of some tokens, without computing the score of each: most hold one frequent token and no
// other, and cannot be among the best. In: counted tokens and a way to ask a store. Out: what asking for any of them at
// once would give, up to equal scores.
//
// A text with several tokens is found by a question that its rarest one is part of, with all its others, so its score is
// whole there; elsewhere it is less, and the larger counts. A text with one frequent token alone has at most
// `saturation` times that token's weight. Where enough texts have more, it need not be asked for.

import type { TextScore } from '../storage.ts';
import type { TokenCount } from './chooseTokens.ts';

export interface AnyOfQuestion {
  /** The rarest first. */
  readonly tokens: readonly TokenCount[];
  /** Of all, with tokens or without. */
  readonly textCount: number;
  /** How many are wanted. */
  readonly count: number;
  /** The best texts that hold one token of each group. */
  ask(groups: readonly (readonly TokenCount[])[]): Promise<readonly TextScore[]>;
}

/** So many texts are asked for at once, as every question has a price of its own. */
const lightCount = 4000;
/** BM25 with k1 = 1.2 gives a token, however often it stands in a text, less than 1 + k1 times its weight. */
const saturation = 2.2;
/** Counts may be a twentieth old. */
const countMargin = 0.1;

export async function searchAnyOf({
  tokens,
  textCount,
  count,
  ask,
}: AnyOfQuestion): Promise<readonly TextScore[]> {
  const lightEnd = findLightEnd(tokens);
  const light = tokens.slice(0, lightEnd);
  const heavy = tokens.slice(lightEnd);
  if (heavy.length === 0 || tokens.length === 1) return await ask([tokens]);

  const scores = new Map<number, number>();
  const search = async (...groups: (readonly TokenCount[])[]) => {
    for (const { id, score } of await ask(groups)) scores.set(id, Math.max(score, scores.get(id) ?? score));
  };
  const mayMatter = (some: readonly TokenCount[]) => {
    const least = nthLargest(scores, count);
    return least === undefined || most(some, textCount) > least;
  };
  if (light.length > 0) {
    await search(light);
    await search(light, heavy);
  }
  for (let index = 0; index + 1 < heavy.length; index++) {
    if (mayMatter(heavy.slice(index))) await search([heavy[index]!], heavy.slice(index + 1));
  }
  for (const one of heavy) if (mayMatter([one])) await search([one]);
  return [...scores]
    .map(([id, score]) => ({ id, score }))
    .sort((left, right) => right.score - left.score || left.id - right.id)
    .slice(0, count);
}

function findLightEnd(tokens: readonly TokenCount[]): number {
  let sum = 0;
  for (const [index, { count }] of tokens.entries()) {
    sum += count;
    if (sum > lightCount) return index;
  }
  return tokens.length;
}

/** What a text with these tokens and no others can have. */
function most(tokens: readonly TokenCount[], textCount: number): number {
  return tokens.reduce((sum, { count }) => {
    const weight = Math.log((textCount - count + 0.5) / (count + 0.5));
    return sum + saturation * (Math.max(weight, 0) + countMargin);
  }, 0);
}

function nthLargest(scores: ReadonlyMap<number, number>, count: number): number | undefined {
  if (scores.size < count) return undefined;
  return [...scores.values()].sort((left, right) => right - left)[count - 1];
}
