// What a reader of inline markup collects: stretches to cut, and the marks it need not look for any more.
// In: the joined text of one block. Out: edits of it, for editText.ts.

import type { TextEdit } from './editText.ts';

export class InlineEdits {
  readonly list: TextEdit[] = [];
  readonly #value: string;
  readonly #exhausted = new Set<string>();

  constructor(value: string) {
    this.#value = value;
  }

  cut(start: number, end: number): void {
    if (end > start) this.list.push({ start, end, text: '' });
  }

  /** -1 when the mark does not come any more; searching for it again would make hostile text slow. */
  find(mark: string, from: number): number {
    if (this.#exhausted.has(mark)) return -1;
    const found = this.#value.indexOf(mark, from);
    if (found < 0) this.#exhausted.add(mark);
    return found;
  }
}
