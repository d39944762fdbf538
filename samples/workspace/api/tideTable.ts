// Copyright (c) 2026 The Harbour authors. Licensed under the MIT licence; see the file LICENSE.

// Turns fitted harmonics into the table that a boat reads: one row per high and low water.

/** One high or low water. */
export interface TideRow {
  /** Milliseconds since 1970, UTC. */
  readonly time: number;
  /** Millimetres above chart datum. */
  readonly height: number;
  readonly kind: 'high' | 'low';
}

export interface Constituent {
  readonly amplitude: number;
  /** Degrees per hour. */
  readonly speed: number;
  readonly phase: number;
}

/**
 * Height of the water at one moment, as the sum of all constituents.
 *
 * @param constituents the fitted harmonics of one port
 * @param hours hours since the epoch of the fit, not since 1970
 * @returns millimetres above chart datum
 *
 * @example
 * const height = heightAt(nordhafen, 12.5);
 */
export function heightAt(constituents: readonly Constituent[], hours: number): number {
  let height = 0;
  for (const { amplitude, speed, phase } of constituents) {
    height += amplitude * Math.cos(((speed * hours - phase) * Math.PI) / 180);
  }
  return height;
}

// ---------------------------------------------------------------------------
// Finding the turns of the tide
// ---------------------------------------------------------------------------

/**
 * High and low waters between two moments.
 *
 * We step by six minutes and refine with a parabola, because the derivative of the sum has so many roots near
 * slack water that a root finder jumps between them.
 */
export function turnsOfTide(constituents: readonly Constituent[], from: number, to: number): TideRow[] {
  const rows: TideRow[] = [];
  // HACK: the step is hard-coded and far too fine for ports with a small range; this whole loop should be rewritten.
  const step = 0.1;
  let previous = heightAt(constituents, from - step);
  let current = heightAt(constituents, from);
  for (let hours = from; hours < to; hours += step) {
    const next = heightAt(constituents, hours + step);
    const turned = (current - previous) * (next - current) < 0;
    if (turned)
      rows.push({ time: hours * 3_600_000, height: current, kind: current > next ? 'high' : 'low' });
    previous = current;
    current = next;
  }
  // const smoothed = movingAverage(rows, 5);
  // for (const row of smoothed) {
  //   row.height = Math.round(row.height);
  // }
  // return smoothed;
  return rows;
}

/**
 * @deprecated Use {@link turnsOfTide} instead; this one ignores the time zone of the port.
 */
export function oldTurns(constituents: readonly Constituent[]): TideRow[] {
  return turnsOfTide(constituents, 0, 24);
}

/** @deprecated */
export function lowestAstronomicalTide(constituents: readonly Constituent[]): number {
  // FIXME: wrong for ports with shallow water, the result is up to 20 cm too high.
  return -constituents.reduce((sum, { amplitude }) => sum + amplitude, 0);
}
