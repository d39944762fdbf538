// All labels of a workspace folder in memory: one row for each text, and apart from them what people have to
// decide. In: rows in any order, several for one text where branches met. Out: rows that agree, conflicts in a queue.

import type { LabelRow } from './labelRow.ts';

/** Rows about one text that cannot both be true; the latest comes first. */
export interface LabelConflict {
  readonly id: string;
  readonly candidates: readonly LabelRow[];
}

/** A line that is no row. It stays in the file until a person repairs or deletes it. */
export interface BrokenLine {
  /** Counted from one. */
  readonly line: number;
  readonly content: string;
  readonly reason: string;
}

export interface LabelBook {
  readonly rows: ReadonlyMap<string, LabelRow>;
  readonly conflicts: readonly LabelConflict[];
  readonly broken: readonly BrokenLine[];
}

export const emptyBook: LabelBook = { rows: new Map(), conflicts: [], broken: [] };

export function createBook(rows: readonly LabelRow[], broken: readonly BrokenLine[]): LabelBook {
  const byText = new Map<string, LabelRow[]>();
  for (const row of rows) {
    const same = byText.get(row.id);
    if (same) same.push(row);
    else byText.set(row.id, [row]);
  }
  const agreed = new Map<string, LabelRow>();
  const conflicts: LabelConflict[] = [];
  for (const [id, candidates] of byText) {
    const settled = settle(candidates);
    if ('row' in settled) agreed.set(id, settled.row);
    else conflicts.push({ id, candidates: settled.candidates });
  }
  return { rows: agreed, conflicts, broken };
}

/** A row replaces whatever was known about its text: saving is how a conflict is decided. */
export function putRow(book: LabelBook, row: LabelRow): LabelBook {
  return {
    rows: new Map(book.rows).set(row.id, row),
    conflicts: book.conflicts.filter((conflict) => conflict.id !== row.id),
    broken: book.broken,
  };
}

/** Rows beside those that are known; see `settle` for what becomes of two about one text. */
export function addRows(book: LabelBook, rows: readonly LabelRow[]): LabelBook {
  const known = [...book.rows.values(), ...book.conflicts.flatMap((conflict) => conflict.candidates)];
  return createBook([...known, ...rows], book.broken);
}

export function removeRow(book: LabelBook, id: string): LabelBook {
  const rows = new Map(book.rows);
  rows.delete(id);
  return { rows, conflicts: book.conflicts.filter((conflict) => conflict.id !== id), broken: book.broken };
}

/**
 * Rows agree where they speak about different tasks or say the same. A person's later row goes before an earlier one
 * of the same person. What is left are different opinions of different people.
 */
function settle(
  rows: readonly LabelRow[],
): { readonly row: LabelRow } | { readonly candidates: readonly LabelRow[] } {
  const latestFirst = [...rows].sort((left, right) => compare(right.when ?? '', left.when ?? ''));
  const opinions: LabelRow[] = [];
  for (const row of latestFirst) {
    const isOutdated = opinions.some((one) => one.who !== undefined && one.who === row.who);
    if (isOutdated && opinions.some((one) => one.who === row.who && disagree(one, row))) continue;
    opinions.push(row);
  }
  for (const [index, one] of opinions.entries()) {
    if (opinions.slice(index + 1).some((other) => disagree(one, other))) return { candidates: opinions };
  }
  return { row: opinions.reduceRight((older, newer) => unite(older, newer)) };
}

function disagree(one: LabelRow, other: LabelRow): boolean {
  return Object.keys(one.labels).some(
    (task) => Object.hasOwn(other.labels, task) && !sameLabels(one.labels[task]!, other.labels[task]!),
  );
}

function unite(older: LabelRow, newer: LabelRow): LabelRow {
  return {
    ...newer,
    labels: { ...older.labels, ...newer.labels },
    dismissed: [...new Set([...older.dismissed, ...newer.dismissed])].sort(),
    rest: { ...older.rest, ...newer.rest },
  };
}

function sameLabels(one: readonly string[], other: readonly string[]): boolean {
  return [...one].sort().join('\0') === [...other].sort().join('\0');
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
