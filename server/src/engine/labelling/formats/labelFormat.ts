// What a format of another tool has to say: how one of its records becomes rows, and how a row becomes a record.
// Everything that our rows hold beside labels travels in fields of its own, so that nothing is lost on the way there
// and back.

import { emptyRow, type LabelRow } from '../labelRow.ts';
import { parsePythonList } from './pythonList.ts';

export type LabelRecord = Readonly<Record<string, unknown>>;

export interface FormatOptions {
  /** The task that the labels belong to, for formats that know only one; absent: all. */
  readonly task: string | undefined;
  /** Answers in Argilla belong to users by their UUID. */
  readonly userId: string | undefined;
}

export interface LabelFormat {
  readonly name: string;
  /** How its files are written where nobody says: by the tool's own import. */
  readonly container: 'json' | 'jsonl';
  /** A record holds the labels of one task; a file about several needs to be told which. */
  readonly singleTask: boolean;
  /** Rows of a record, one for each person that answered; or why it has none. Cells of CSV are all text. */
  fromRecord(record: LabelRecord, options: FormatOptions): readonly LabelRow[] | string;
  toRecord(row: LabelRow, options: FormatOptions): LabelRecord;
  /** The record for CSV, where the format has another shape there. */
  toCells(row: LabelRow, options: FormatOptions): LabelRecord;
}

/** Fields beside text and labels. */
const extraFields = ['context', 'verdict', 'who', 'when', 'source', 'file', 'symbol'] as const;

export function extrasOf(row: LabelRow): Record<string, unknown> {
  const extras: Record<string, unknown> = {};
  for (const field of extraFields) if (row[field] !== undefined) extras[field] = row[field];
  if (row.dismissed.length > 0) extras.dismissed = row.dismissed;
  return { ...extras, ...row.rest };
}

/** The names of fields that are ours and no columns of labels. */
export const extraNames: ReadonlySet<string> = new Set([...extraFields, 'dismissed', 'id', 'text']);

/** A row from its parts; fields that are not ours are kept as they are. */
export function toRow(
  text: string,
  labels: LabelRow['labels'],
  extras: LabelRecord,
  rest: LabelRecord = {},
): LabelRow {
  const read = (field: string) => {
    const value = extras[field];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  return {
    ...emptyRow(text, read('context')),
    labels,
    verdict: read('verdict'),
    dismissed: readList(extras.dismissed) ?? [],
    who: read('who'),
    when: read('when'),
    source: read('source'),
    file: read('file'),
    symbol: read('symbol'),
    rest,
  };
}

export function readText(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** A list of names, one name, or either written as JSON or as Python prints it; undefined for neither. */
export function readList(value: unknown): readonly string[] | undefined {
  if (Array.isArray(value)) return value.every((one) => typeof one === 'string') ? value : undefined;
  if (typeof value !== 'string' || value === '') return undefined;
  const list = readPrintedList(value);
  return list ? readList(list) : [value];
}

/** A list that a cell of CSV has as text; undefined for a text that is none. */
export function readPrintedList(text: string): readonly unknown[] | undefined {
  if (!text.trimStart().startsWith('[')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return parsePythonList(text);
  }
}

/** Labels of the one task that is meant, or of the only one there is. */
export function labelsOfTask(row: LabelRow, { task }: FormatOptions): readonly string[] {
  return row.labels[task ?? Object.keys(row.labels)[0] ?? ''] ?? [];
}

/** `{ 'a': 1, 'b': 2 }` without the names. */
export function without(record: LabelRecord, names: ReadonlySet<string>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record).filter(([name, value]) => !names.has(name) && value !== '' && value !== null),
  );
}
