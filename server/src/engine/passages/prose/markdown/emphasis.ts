// Pairs the marks of emphasis: `*`, `_` and `~~`. In: the runs of marks of one text, ascending.
// Out: edits that cut the marks which have a partner; the others are text. Each run is pushed and popped once.
// Known difference from CommonMark: the "multiple of three" rule is left out; it changes no real text we saw.

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
}

export function findEmphasis(runs: readonly EmphasisRun[]): TextEdit[] {
  const edits: TextEdit[] = [];
  const openers: Opener[] = [];
  const openCounts = new Map<number, number>();
  for (const run of runs) {
    if (run.unit === 126 && run.end - run.start !== 2) continue;
    const sides = classify(run);
    let { start } = run;
    while (sides.canClose && start < run.end && (openCounts.get(run.unit) ?? 0) > 0) {
      const opener = openers.at(-1)!;
      if (opener.unit !== run.unit) {
        // Marks of the other kind between the partners can no longer pair.
        openers.pop();
        openCounts.set(opener.unit, openCounts.get(opener.unit)! - 1);
        continue;
      }
      const count = Math.min(opener.end - opener.start, run.end - start);
      edits.push(
        { start: opener.end - count, end: opener.end, text: '' },
        { start, end: start + count, text: '' },
      );
      opener.end -= count;
      start += count;
      if (opener.end > opener.start) continue;
      openers.pop();
      openCounts.set(run.unit, openCounts.get(run.unit)! - 1);
    }
    if (!sides.canOpen || start >= run.end) continue;
    openers.push({ unit: run.unit, start, end: run.end });
    openCounts.set(run.unit, (openCounts.get(run.unit) ?? 0) + 1);
  }
  return edits;
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
