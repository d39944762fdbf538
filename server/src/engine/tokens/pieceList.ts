// The ranges of an AlignedText that the model reads one by one: what a pre-tokeniser makes of a text.

export class PieceList {
  /** First unit of each piece; only the first `length` are valid. */
  starts = new Int32Array(256);
  /** One past the last unit of each piece. */
  ends = new Int32Array(256);
  length = 0;

  clear(): void {
    this.length = 0;
  }

  /** Empty ranges are left out. */
  push(start: number, end: number): void {
    if (start >= end) return;
    const at = this.length++;
    if (at === this.starts.length) {
      const starts = new Int32Array(at * 2);
      const ends = new Int32Array(at * 2);
      starts.set(this.starts);
      ends.set(this.ends);
      this.starts = starts;
      this.ends = ends;
    }
    this.starts[at] = start;
    this.ends[at] = end;
  }
}
