// Pairs runs of backticks: a code span ends at the next run of the same length.
// In: a text. Out: for a run, its end and the start of its partner. Linear, also on nothing but backticks.

export class CodeSpanFinder {
  readonly #value: string;
  /** Starts of the runs of each length, ascending, with how many of them lie behind already. */
  #runs: Map<number, { starts: number[]; next: number }> | undefined;

  constructor(value: string) {
    this.#value = value;
  }

  /** `closeStart` is undefined when no partner follows. Must be asked with ascending `at`. */
  findFrom(at: number): { openEnd: number; closeStart: number | undefined } {
    let openEnd = at;
    while (this.#value.charCodeAt(openEnd) === 96) openEnd++;
    this.#runs ??= this.#collectRuns();
    const runs = this.#runs.get(openEnd - at);
    if (!runs) return { openEnd, closeStart: undefined };
    while (runs.next < runs.starts.length && runs.starts[runs.next]! < openEnd) runs.next++;
    return { openEnd, closeStart: runs.starts[runs.next] };
  }

  #collectRuns(): Map<number, { starts: number[]; next: number }> {
    const runs = new Map<number, { starts: number[]; next: number }>();
    for (const match of this.#value.matchAll(/`+/g)) {
      const sameLength = runs.get(match[0].length);
      if (sameLength) sameLength.starts.push(match.index);
      else runs.set(match[0].length, { starts: [match.index], next: 0 });
    }
    return runs;
  }
}
