// Remembers the tokens of words seen before. Keys and values live in fixed typed arrays, lookups allocate nothing,
// and when the arrays are full everything is forgotten: memory stays bounded however long the process runs.

const slotCount = 1 << 15;
const maxWords = 1 << 14;
const keyCapacity = 1 << 18;
const tokenCapacity = 1 << 17;

/** Longer pieces are no words that come back; they are not kept. */
export const maxCachedUnits = 48;

export class WordCache {
  readonly #slots = new Int32Array(slotCount);
  readonly #hashes = new Int32Array(maxWords + 1);
  readonly #keyStarts = new Int32Array(maxWords + 2);
  readonly #tokenStarts = new Int32Array(maxWords + 2);
  readonly #keys = new Uint16Array(keyCapacity);
  /** Pairs of id and length in units. */
  readonly tokens = new Int32Array(tokenCapacity * 2);
  #wordCount = 0;

  /** The word stored for `units[from, to)`, or 0. */
  find(units: Uint16Array, from: number, to: number, hash: number): number {
    const mask = slotCount - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const word = this.#slots[slot]!;
      if (word === 0) return 0;
      if (this.#hashes[word] === hash && this.#equals(word, units, from, to)) return word;
    }
  }

  /** First index of the word's tokens in `tokens`, in pairs. */
  tokenStart(word: number): number {
    return this.#tokenStarts[word]!;
  }

  tokenEnd(word: number): number {
    return this.#tokenStarts[word + 1]!;
  }

  /** Stores the tokens of a word that `find` did not know; `pairs` holds id and length in units of each. */
  add(units: Uint16Array, word: { from: number; to: number; hash: number }, pairs: readonly number[]): void {
    const { from, to, hash } = word;
    const count = this.#wordCount;
    const keyStart = this.#keyStarts[count + 1]!;
    const tokenStart = this.#tokenStarts[count + 1]!;
    if (
      count + 1 >= maxWords ||
      keyStart + to - from > keyCapacity ||
      tokenStart + pairs.length / 2 > tokenCapacity
    ) {
      this.clear();
      this.add(units, word, pairs);
      return;
    }
    const added = count + 1;
    this.#wordCount = added;
    this.#keys.set(units.subarray(from, to), keyStart);
    this.tokens.set(pairs, tokenStart * 2);
    this.#keyStarts[added + 1] = keyStart + to - from;
    this.#tokenStarts[added + 1] = tokenStart + pairs.length / 2;
    this.#hashes[added] = hash;
    const mask = slotCount - 1;
    let slot = hash & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = added;
  }

  clear(): void {
    this.#slots.fill(0);
    this.#wordCount = 0;
    this.#keyStarts.fill(0);
    this.#tokenStarts.fill(0);
  }

  #equals(word: number, units: Uint16Array, from: number, to: number): boolean {
    const start = this.#keyStarts[word]!;
    const length = this.#keyStarts[word + 1]! - start;
    if (length !== to - from) return false;
    for (let index = 0; index < length; index++) {
      if (this.#keys[start + index] !== units[from + index]) return false;
    }
    return true;
  }
}

export function hashUnits(units: Uint16Array, from: number, to: number): number {
  let hash = to - from;
  for (let index = from; index < to; index++)
    hash = Math.imul(hash ^ units[index]!, 0x5bd1e995) ^ (hash >>> 13);
  return hash ^ (hash >>> 15);
}
