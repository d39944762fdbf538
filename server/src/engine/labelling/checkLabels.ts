// Everything doubtful about the labels of a folder. In: the book, vectors of its texts where a model made them.
// Out: problems with what to do, in the order in which they are worth a look.

import type { LabelBook } from './labelBook.ts';
import { crossValidate, findLabelErrors } from './labelErrors.ts';
import type { LabelRow } from './labelRow.ts';
import { findNearDuplicates } from './nearDuplicates.ts';

export type LabelProblem =
  | { readonly kind: 'brokenLine'; readonly line: number; readonly reason: string }
  | { readonly kind: 'conflict'; readonly rows: readonly LabelRow[] }
  | {
      readonly kind: 'nearDuplicate';
      readonly task: string;
      readonly rows: readonly [LabelRow, LabelRow];
      readonly similarity: number;
    }
  | {
      readonly kind: 'labelError';
      readonly task: string;
      readonly row: LabelRow;
      readonly suggested: string;
      readonly margin: number;
    };

export interface CheckedLabels {
  readonly problems: readonly LabelProblem[];
  /** What could not be checked and why. */
  readonly notes: readonly string[];
}

const textThreshold = 0.8;
const vectorThreshold = 0.97;
/** Fewer labels of a kind say nothing about the next one of it. */
const smallestLabelCount = 5;
/** Above this, comparing every pair of vectors takes longer than anybody waits. */
const mostVectors = 4000;

export function checkLabels(book: LabelBook, vectors: ReadonlyMap<string, Float32Array>): CheckedLabels {
  const notes: string[] = [];
  const problems: LabelProblem[] = [
    ...book.broken.map(({ line, reason }) => ({ kind: 'brokenLine' as const, line, reason })),
    ...book.conflicts.map(({ candidates }) => ({ kind: 'conflict' as const, rows: candidates })),
  ];
  for (const [task, rows] of rowsByTask(book)) {
    const useVectors = rows.length <= mostVectors;
    if (!useVectors && vectors.size > 0) {
      notes.push(`${task}: ${rows.length} rows are compared by their words alone.`);
    }
    const texts = rows.map((row) => {
      const vector = useVectors ? vectors.get(row.id) : undefined;
      return { text: row.text, labels: row.labels[task]!, ...(vector && { vector }) };
    });
    for (const { one, other, similarity } of findNearDuplicates(texts, { textThreshold, vectorThreshold })) {
      problems.push({ kind: 'nearDuplicate', task, rows: [rows[one]!, rows[other]!], similarity });
    }
    problems.push(...errorsOfTask(task, rows, vectors, notes));
  }
  return { problems, notes };
}

/** Only tasks with one label a text: several labels have no single probability to compare. */
function errorsOfTask(
  task: string,
  rows: readonly LabelRow[],
  vectors: ReadonlyMap<string, Float32Array>,
  notes: string[],
): LabelProblem[] {
  const single = rows.filter((row) => row.labels[task]!.length === 1 && vectors.has(row.id));
  const counts = new Map<string, number>();
  for (const row of single) {
    const label = row.labels[task]![0]!;
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  const names = [...counts]
    .filter(([, count]) => count >= smallestLabelCount)
    .map(([name]) => name)
    .sort();
  if (vectors.size === 0) return [];
  if (names.length < 2) {
    notes.push(
      `${task}: looking for mistakes needs two labels with at least ${smallestLabelCount} texts each.`,
    );
    return [];
  }
  const usable = single.filter((row) => names.includes(row.labels[task]![0]!));
  const given = usable.map((row) => names.indexOf(row.labels[task]![0]!));
  const probabilities = crossValidate(
    usable.map((row) => vectors.get(row.id)!),
    given,
    names.length,
    { folds: smallestLabelCount, seed: 1 },
  );
  return findLabelErrors(probabilities, given, names).map(({ index, suggested, margin }) => ({
    kind: 'labelError',
    task,
    row: usable[index]!,
    suggested,
    margin,
  }));
}

function rowsByTask(book: LabelBook): ReadonlyMap<string, LabelRow[]> {
  const tasks = new Map<string, LabelRow[]>();
  for (const row of book.rows.values()) {
    for (const task of Object.keys(row.labels)) {
      const rows = tasks.get(task);
      if (rows) rows.push(row);
      else tasks.set(task, [row]);
    }
  }
  return tasks;
}
