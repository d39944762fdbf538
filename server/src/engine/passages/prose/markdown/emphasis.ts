// Pairs the marks of emphasis: `*`, `_` and `~~`, by the rules of CommonMark (delimiter runs).
// In: the runs of marks of one text, ascending. Out: edits that cut the marks which have a partner; the others are
// text. Linear: where no partner was found once, a later run of the same kind does not look again.

import type { TextEdit } from '../editText.ts';

export interface EmphasisRun {
  readonly start: number;
  readonly end: number;
  readonly unit: number;
  /** The characters on both sides; empty at an end of the text. */
  readonly before: string;
  readonly after: string;
}

interface Opener {
  readonly unit: number;
  readonly start: number;
  /** Marks that still wait for a partner are `[start, end)`; closers take them from the end. */
  end: number;
  readonly length: number;
  readonly isBoth: boolean;
}

export function findEmphasis(runs: readonly EmphasisRun[]): TextEdit[] {
  const edits: TextEdit[] = [];
  const openers: Opener[] = [];
  /** Openers below this height are known to fit no closer of the kind. */
  const bottoms = new Map<number, number>();
  for (const run of runs) {
    const length = run.end - run.start;
    if (run.unit === 126 && length !== 2) continue;
    const sides = classify(run);
    const isBoth = sides.canOpen && sides.canClose;
    const kind = (run.unit * 2 + (isBoth ? 1 : 0)) * 3 + (length % 3);
    let { start } = run;
    while (sides.canClose && start < run.end) {
      const index = findOpener(openers, bottoms.get(kind) ?? 0, { unit: run.unit, length, isBoth });
      if (index < 0) {
        bottoms.set(kind, openers.length);
        break;
      }
      const opener = openers[index]!;
      const count = Math.min(opener.end - opener.start, run.end - start);
      edits.push(
        { start: opener.end - count, end: opener.end, text: '' },
        { start, end: start + count, text: '' },
      );
      opener.end -= count;
      start += count;
      // Marks between the partners can no longer pair.
      openers.length = opener.end > opener.start ? index + 1 : index;
      for (const [key, height] of bottoms) if (height > openers.length) bottoms.set(key, openers.length);
    }
    if (sides.canOpen && start < run.end)
      openers.push({ unit: run.unit, start, end: run.end, length, isBoth });
  }
  return edits;
}

/** The nearest opener that fits: where one of the two runs goes both ways, their lengths must not add up to 3n. */
function findOpener(
  openers: readonly Opener[],
  bottom: number,
  closer: { unit: number; length: number; isBoth: boolean },
): number {
  for (let index = openers.length - 1; index >= bottom; index--) {
    const opener = openers[index]!;
    if (opener.unit !== closer.unit) continue;
    const addsUp = (opener.length + closer.length) % 3 === 0 && opener.length % 3 !== 0;
    if (!(addsUp && (opener.isBoth || closer.isBoth))) return index;
  }
  return -1;
}

/** The flanking rules: a run opens before a word and closes after one; `_` inside a word does neither. */
function classify(run: EmphasisRun): { canOpen: boolean; canClose: boolean } {
  const isSpaceBefore = run.before === '' || /\s/.test(run.before);
  const isSpaceAfter = run.after === '' || /\s/.test(run.after);
  const isMarkBefore = isPunctuation(run.before);
  const isMarkAfter = isPunctuation(run.after);
  const isLeft = !isSpaceAfter && (!isMarkAfter || isSpaceBefore || isMarkBefore);
  const isRight = !isSpaceBefore && (!isMarkBefore || isSpaceAfter || isMarkAfter);
  if (run.unit !== 95) return { canOpen: isLeft, canClose: isRight };
  return { canOpen: isLeft && (!isRight || isMarkBefore), canClose: isRight && (!isLeft || isMarkAfter) };
}

function isPunctuation(character: string): boolean {
  return /[\p{P}\p{S}]/u.test(character);
}
