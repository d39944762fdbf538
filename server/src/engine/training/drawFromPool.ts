// Which examples of a pool an epoch sees. In: how many there are, how many an epoch takes, seed, epoch. Out: indexes.

import { createRandom, shuffled } from './random.ts';

/** All come once before any comes again; no epoch sees one twice. The same numbers give the same draw. */
export function drawFromPool(
  size: number,
  draw: { readonly count: number; readonly seed: number; readonly epoch: number },
): readonly number[] {
  const count = Math.min(size, draw.count);
  if (count === 0) return [];
  const all = Array.from({ length: size }, (_, index) => index);
  const orderOf = (round: number) => shuffled(all, createRandom(draw.seed, 'pool', round));
  const start = draw.epoch * count;
  const round = Math.floor(start / size);
  const drawn = orderOf(round).slice(start % size, (start % size) + count);
  const missing = count - drawn.length;
  if (missing === 0) return drawn;
  const next = orderOf(round + 1);
  // Where two rounds meet, an epoch may see a few less: the same text twice would count twice.
  return [...drawn, ...next.slice(0, missing).filter((index) => !drawn.includes(index))];
}
