// What a workspace's passages teach and what they are measured by. In: passages in the order of their files. Out: texts
// to learn from and texts that are held out, by stretches of a file, so that neighbours stand on the same side. Which
// stretches are held out follows from their content: passages that come or go move no other.

import { trainingError } from '../trainingMessages.ts';
import { hashToUnit } from './textHash.ts';

export interface AdaptationPassage {
  readonly text: string;
  /** Relative; passages of one file follow each other. */
  readonly file: string;
  /** Name of what the passage documents. */
  readonly symbol?: string;
}

/** Consecutive passages of one file. */
export type Stretch = readonly AdaptationPassage[];

export interface AdaptationTexts {
  readonly training: readonly Stretch[];
  readonly heldOut: readonly Stretch[];
  /** Passages that stand somewhere else word for word; each text counts once. */
  readonly repeated: number;
  /** Passages beyond `maxPassages`, of the files that were left out. */
  readonly leftOut: number;
}

/** Some minutes of training; of a larger workspace, a sample of its files teaches nearly the same. */
export const defaultMaxPassages = 6_000;

/** With less, neither learning nor measuring means anything. */
export const fewestPassages = 100;
const longestStretch = 40;

/** @throws EngineError `invalidArgument` where there are too few passages */
export function divideTexts(
  passages: readonly AdaptationPassage[],
  options: { readonly heldOutShare: number; readonly maxPassages: number },
): AdaptationTexts {
  const distinct = withoutRepetitions(passages);
  if (distinct.length < fewestPassages) {
    throw trainingError('tooFewPassages', { count: distinct.length, fewest: fewestPassages });
  }
  const stretches = cutStretches(distinct)
    .map((stretch) => ({ stretch, hash: hashToUnit(stretch.map(({ text }) => text).join('\n'), 0x5a) }))
    .sort((one, other) => one.hash - other.hash)
    .map(({ stretch }) => stretch);
  const chosen = takeWhileBelow(stretches, options.maxPassages);
  const total = countOf(chosen);
  const heldOut = takeWhileBelow(chosen, Math.max(1, options.heldOutShare * total));
  return {
    // In the order of the workspace, as far as it matters: the order of training is drawn anew.
    training: chosen.slice(heldOut.length),
    heldOut,
    repeated: passages.length - distinct.length,
    leftOut: distinct.length - total,
  };
}

function withoutRepetitions(passages: readonly AdaptationPassage[]): readonly AdaptationPassage[] {
  const seen = new Set<string>();
  return passages.filter(({ text }) => {
    const key = text.trim().toLowerCase();
    if (key === '' || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function cutStretches(passages: readonly AdaptationPassage[]): readonly Stretch[] {
  const stretches: AdaptationPassage[][] = [];
  for (const passage of passages) {
    const last = stretches.at(-1);
    if (last && last[0]!.file === passage.file && last.length < longestStretch) last.push(passage);
    else stretches.push([passage]);
  }
  return stretches;
}

/** The first stretches, until they have so many passages; at least one. */
function takeWhileBelow(stretches: readonly Stretch[], passageCount: number): readonly Stretch[] {
  let count = 0;
  const end = stretches.findIndex((stretch) => {
    if (count >= passageCount) return true;
    count += stretch.length;
    return false;
  });
  return end < 0 ? stretches : stretches.slice(0, Math.max(1, end));
}

export function countOf(stretches: readonly Stretch[]): number {
  return stretches.reduce((sum, { length }) => sum + length, 0);
}
