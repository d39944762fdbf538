// The lowest point of a smooth function with one valley, by L-BFGS: few steps, no rate to choose, nothing random.
// In: the function with its gradient, a start. Out: the place. Reference: Nocedal and Wright, Numerical Optimization, 7.2.

/** Answers the value at `place` and writes the gradient there into `gradient`. */
export type Slope = (place: Float64Array, gradient: Float64Array) => number;

export interface MinimizeOptions {
  readonly maxSteps: number;
  /** Stop where no part of the gradient is larger. */
  readonly flatness: number;
}

/** Pairs of earlier steps from which the curvature is guessed. */
const memory = 10;

interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  readonly inverse: number;
}

export function minimize(
  slope: Slope,
  start: Float64Array,
  { maxSteps, flatness }: MinimizeOptions,
): Float64Array {
  let place = start.slice();
  let gradient = new Float64Array(start.length);
  let value = slope(place, gradient);
  const pairs: Pair[] = [];
  for (let count = 0; count < maxSteps && largest(gradient) > flatness; count++) {
    const direction = descend(gradient, pairs);
    const next = walk(slope, { place, gradient, value, direction, isFirst: pairs.length === 0 });
    if (!next) break;
    const step = difference(next.place, place);
    const change = difference(next.gradient, gradient);
    const curvature = dot(step, change);
    if (curvature > 0) pairs.push({ step, change, inverse: 1 / curvature });
    if (pairs.length > memory) pairs.shift();
    ({ place, gradient, value } = next);
  }
  return place;
}

/** Minus the gradient, times what the last steps tell of the inverse curvature. */
function descend(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const direction = gradient.slice();
  const shares = new Float64Array(pairs.length);
  for (let index = pairs.length - 1; index >= 0; index--) {
    const { step, change, inverse } = pairs[index]!;
    shares[index] = inverse * dot(step, direction);
    addTimes(direction, change, -shares[index]!);
  }
  const last = pairs.at(-1);
  if (last) scale(direction, 1 / (last.inverse * dot(last.change, last.change)));
  for (const [index, { step, change, inverse }] of pairs.entries()) {
    addTimes(direction, step, shares[index]! - inverse * dot(change, direction));
  }
  scale(direction, -1);
  return direction;
}

/** As far along `direction` as lowers the value enough; `undefined` where rounding leaves nothing to gain. */
function walk(
  slope: Slope,
  from: {
    readonly place: Float64Array;
    readonly gradient: Float64Array;
    readonly value: number;
    readonly direction: Float64Array;
    readonly isFirst: boolean;
  },
) {
  const descent = dot(from.gradient, from.direction);
  let length = from.isFirst ? 1 / Math.max(1, Math.sqrt(-descent)) : 1;
  for (let round = 0; round < 30; round++, length /= 2) {
    const place = from.place.slice();
    addTimes(place, from.direction, length);
    const gradient = new Float64Array(place.length);
    const value = slope(place, gradient);
    if (value <= from.value + 1e-4 * length * descent) return { place, gradient, value };
  }
  return undefined;
}

function dot(one: Float64Array, other: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < one.length; index++) sum += one[index]! * other[index]!;
  return sum;
}

function difference(one: Float64Array, other: Float64Array): Float64Array {
  return one.map((value, index) => value - other[index]!);
}

function addTimes(target: Float64Array, values: Float64Array, factor: number): void {
  for (let index = 0; index < target.length; index++) target[index]! += factor * values[index]!;
}

function scale(values: Float64Array, factor: number): void {
  for (let index = 0; index < values.length; index++) values[index]! *= factor;
}

function largest(values: Float64Array): number {
  let found = 0;
  for (const value of values) found = Math.max(found, Math.abs(value));
  return found;
}
