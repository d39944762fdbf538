// Label Studio: a list of tasks, each with `data` and `annotations`; a question with Choices is one `result`, named by
// `from_name`. Its smaller exports (JSON_MIN, CSV) have a column for each question: the label, or
// `{"choices": ["a", "b"]}`. Reference: labelstud.io/guide/task_format, label-studio-converter.

import type { LabelRow } from '../labelRow.ts';
import {
  extraNames,
  extrasOf,
  type LabelFormat,
  type LabelRecord,
  readList,
  readText,
  toRow,
  without,
} from './labelFormat.ts';

/** Columns that Label Studio adds to what it was given. */
const ownColumns: ReadonlySet<string> = new Set([
  ...extraNames,
  ...['annotation_id', 'annotator', 'created_at', 'updated_at', 'lead_time', 'agreement'],
]);

export const labelStudio: LabelFormat = {
  name: 'label-studio',
  container: 'json',
  singleTask: false,
  fromRecord(record, { task }) {
    const isFull = isRecord(record.data);
    const data = isFull ? (record.data as LabelRecord) : record;
    const text = readText(data.text);
    if (text === undefined) return 'its data has no "text"';
    if (!isFull) return fromColumns(text, record, task);
    const annotations = [record.annotations ?? record.completions ?? []].flat().filter(isRecord);
    return annotations
      .filter((annotation) => annotation.was_cancelled !== true)
      .map((annotation) => fromAnnotation(text, data, annotation, task));
  },
  toRecord: (row, { task }) => ({
    data: { text: row.text, ...extrasOf(row) },
    annotations: [
      {
        result: tasksOf(row, task).map(([name, choices]) => ({
          from_name: name,
          to_name: 'text',
          type: 'choices',
          value: { choices },
        })),
        ...(row.when !== undefined && { created_at: row.when }),
      },
    ],
  }),
  toCells: (row, { task }) => ({
    text: row.text,
    ...Object.fromEntries(
      tasksOf(row, task).map(([name, choices]) => [name, choices.length === 1 ? choices[0] : { choices }]),
    ),
    ...extrasOf(row),
  }),
};

function fromAnnotation(
  text: string,
  data: LabelRecord,
  annotation: LabelRecord,
  task: string | undefined,
): LabelRow {
  const labels: Record<string, readonly string[]> = {};
  for (const result of [annotation.result ?? []].flat().filter(isRecord)) {
    const choices = isRecord(result.value) ? readList(result.value.choices) : undefined;
    const name = result.from_name;
    if (typeof name !== 'string' || choices === undefined || (task !== undefined && task !== name)) continue;
    labels[name] = choices;
  }
  const { completed_by: person, created_at: when } = annotation;
  const who = isRecord(person) ? (person.email ?? String(person.id ?? '')) : person && String(person);
  return toRow(text, labels, { who, when, ...data }, without(data, ownColumns));
}

function fromColumns(text: string, record: LabelRecord, task: string | undefined): readonly LabelRow[] {
  const labels: Record<string, readonly string[]> = {};
  const rest: Record<string, unknown> = {};
  for (const [name, cell] of Object.entries(without(record, ownColumns))) {
    if (task !== undefined && task !== name) rest[name] = cell;
    else {
      const choices = readChoices(cell);
      if (choices) labels[name] = choices;
      else rest[name] = cell;
    }
  }
  return [toRow(text, labels, { who: record.annotator, when: record.created_at, ...record }, rest)];
}

function readChoices(cell: unknown): readonly string[] | undefined {
  if (isRecord(cell)) return readList(cell.choices);
  if (typeof cell !== 'string' || !cell.startsWith('{')) return readList(cell);
  try {
    return readChoices(JSON.parse(cell));
  } catch {
    return [cell];
  }
}

function tasksOf(row: LabelRow, task: string | undefined): readonly (readonly [string, readonly string[]])[] {
  return Object.entries(row.labels).filter(([name]) => task === undefined || task === name);
}

function isRecord(value: unknown): value is LabelRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
