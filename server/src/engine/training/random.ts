// Random numbers that are the same on every machine: a run of training is decided by its seed.
// In: a seed and what the numbers are for. Out: a generator; equal names give equal numbers, whatever was drawn elsewhere.

export interface Random {
  /** Below 2^32. */
  integer(): number;
  /** In [0, 1). */
  uniform(): number;
  /** With mean 0 and deviation 1. */
  normal(): number;
}

/** `purpose` may hold counters: `createRandom(7, 'order', epoch)` needs no state of the epochs before. */
export function createRandom(seed: number, ...purpose: readonly (string | number)[]): Random {
  let state = mix(seed | 0);
  for (const character of purpose.join('/')) state = mix(state ^ character.codePointAt(0)!);
  // Counting in steps of the golden ratio and mixing each count: short, and passes the usual tests of randomness.
  const integer = () => {
    state = (state + 0x9e3779b9) | 0;
    return mix(state) >>> 0;
  };
  const uniform = () => integer() * 2 ** -32;
  return {
    integer,
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  };
}

/** All orders are equally likely (up to the bias of 32 bits); the list itself stays as it is. */
export function shuffled<T>(values: readonly T[], random: Random): T[] {
  const result = [...values];
  for (let end = result.length - 1; end > 0; end--) {
    const chosen = Math.floor(random.uniform() * (end + 1));
    [result[end], result[chosen]] = [result[chosen]!, result[end]!];
  }
  return result;
}

/** A one-to-one mixing of 32 bits in which every bit of the input moves half of those of the output. */
function mix(value: number): number {
  let x = value;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return x ^ (x >>> 15);
}
