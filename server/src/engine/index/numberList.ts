// A list of whole numbers that grows: an array with room behind. In: numbers. Out: a copy of those from some place on.

export interface NumberList {
  /** Those up to `length` are there. */
  numbers: Int32Array;
  length: number;
}

export function createNumberList(): NumberList {
  return { numbers: new Int32Array(4096), length: 0 };
}

/** Answers how many. */
export function appendNumbers(list: NumberList, more: readonly number[]): number {
  if (list.length + more.length > list.numbers.length) {
    const larger = new Int32Array(2 * (list.length + more.length));
    larger.set(list.numbers);
    list.numbers = larger;
  }
  for (const number of more) list.numbers[list.length++] = number;
  return more.length;
}

/** Takes them from there on. */
export function cutNumbers(list: NumberList, from: number): Int32Array {
  const part = list.numbers.slice(from, list.length);
  list.length = from;
  return part;
}
