// What the result section shows of a comparison. In: the result as the server gives it. Out: rows of the table, cells
// of the matrix, the examples behind a cell. Pure.

import type { TestExample, TestResult } from '../../../protocol/fineTuneRequests.ts';

export interface LabelRowView {
  readonly name: string;
  readonly title: string;
  readonly support: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Absent where the earlier model does not have the task. */
  readonly f1Before: number | undefined;
}

/** Labels that no test text has and nobody predicted say nothing; they come last. */
export function toLabelRows({ labels, after, before }: TestResult): readonly LabelRowView[] {
  const rows = labels.map(({ name, title }, index): LabelRowView => {
    const { precision, recall, f1, support } = after.labels[index]!;
    return { name, title, support, precision, recall, f1, f1Before: before?.labels[index]?.f1 };
  });
  return [...rows].sort((one, other) => Number(one.support === 0) - Number(other.support === 0));
}

/** One place of the matrix: a true label and a predicted one; several labels: one label and what went wrong with it. */
export type Cell =
  | { readonly kind: 'pair'; readonly truth: string; readonly predicted: string }
  | { readonly kind: 'right' | 'missed' | 'wronglyGiven'; readonly label: string };

export function examplesOf({ examples }: Pick<TestResult, 'examples'>, cell: Cell): readonly TestExample[] {
  return examples.filter(({ truth, after }) => {
    if (cell.kind === 'pair') return truth[0] === cell.truth && after[0] === cell.predicted;
    const [isTrue, isSaid] = [truth.includes(cell.label), after.includes(cell.label)];
    if (cell.kind === 'right') return isTrue && isSaid;
    return cell.kind === 'missed' ? isTrue && !isSaid : isSaid && !isTrue;
  });
}

/** Names of the labels that occur among true or predicted ones, in the order of the task. */
export function occurringLabels({ labels, examples }: TestResult): readonly string[] {
  const seen = new Set(examples.flatMap(({ truth, after }) => [...truth, ...after]));
  return labels.map(({ name }) => name).filter((name) => seen.has(name));
}

export function isSameCell(one: Cell | undefined, other: Cell): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The mistake that is made most, to be shown without being asked for. */
export function worstCell(result: TestResult): Cell | undefined {
  const names = occurringLabels(result);
  const cells: readonly Cell[] = result.several
    ? names.flatMap((label): Cell[] => [
        { kind: 'missed', label },
        { kind: 'wronglyGiven', label },
      ])
    : names.flatMap((truth) =>
        names.flatMap((predicted): Cell[] =>
          truth === predicted ? [] : [{ kind: 'pair', truth, predicted }],
        ),
      );
  const counted = cells.map((cell) => ({ cell, count: examplesOf(result, cell).length }));
  const worst = counted.reduce((best, one) => (one.count > best.count ? one : best), {
    cell: undefined as Cell | undefined,
    count: 0,
  });
  return worst.cell;
}
