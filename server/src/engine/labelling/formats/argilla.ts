// Argilla 2: records with `fields`, `metadata`, `suggestions` and `responses`, the answers of users by question.
// Flattened exports have `<question>.responses` beside them. Suggestions are what a model said; they are not read,
// since only what a person said is a label. Reference: argilla/records (Record.to_dict, GenericIO.to_list).

import type { LabelRow } from '../labelRow.ts';
import {
  extraNames,
  extrasOf,
  type LabelFormat,
  type LabelRecord,
  readList,
  readPrintedList,
  readText,
  toRow,
  without,
} from './labelFormat.ts';

/** Argilla attributes every response to a user. */
const noUser = '00000000-0000-0000-0000-000000000000';

const ownFields: ReadonlySet<string> = new Set([...extraNames, '_server_id', 'score', 'status']);

export const argilla: LabelFormat = {
  name: 'argilla',
  container: 'json',
  singleTask: false,
  fromRecord(record, { task }) {
    const isFull = isRecord(record.fields);
    const text = readText(isFull ? (record.fields as LabelRecord).text : record.text);
    if (text === undefined) return 'its fields have no "text"';
    const answers = isFull ? answersOf(record.responses) : flatAnswersOf(record);
    const wanted = answers.filter((answer) => task === undefined || answer.task === task);
    const extras = isFull && isRecord(record.metadata) ? record.metadata : record;
    const rest = isFull ? without(extras, ownFields) : restOfFlat(record);
    // One row a user: what they disagree on has to be decided by people.
    const users = [...new Set(wanted.map((answer) => answer.user))];
    return users.map((user) => {
      const own = wanted.filter((answer) => answer.user === user);
      const who = typeof extras.who === 'string' ? extras.who : user === noUser ? undefined : user;
      return toRow(
        text,
        Object.fromEntries(own.map((one) => [one.task, one.labels])),
        { ...extras, who },
        rest,
      );
    });
  },
  toRecord: (row, { task, userId }) => ({
    id: row.id,
    fields: { text: row.text },
    metadata: extrasOf(row),
    suggestions: {},
    responses: Object.fromEntries(
      tasksOf(row, task).map(([name, labels]) => [name, [{ value: labels, user_id: userId ?? noUser }]]),
    ),
    vectors: {},
  }),
  toCells: (row, { task, userId }) => ({
    id: row.id,
    text: row.text,
    ...extrasOf(row),
    ...Object.fromEntries(
      tasksOf(row, task).flatMap(([name, labels]) => [
        [`${name}.responses`, [labels]],
        [`${name}.responses.users`, [userId ?? noUser]],
        [`${name}.responses.status`, ['submitted']],
      ]),
    ),
  }),
};

interface Answer {
  readonly task: string;
  readonly user: string;
  readonly labels: readonly string[];
}

function answersOf(responses: unknown): readonly Answer[] {
  if (!isRecord(responses)) return [];
  return Object.entries(responses).flatMap(([task, given]) =>
    [given ?? []].flat().flatMap((one): Answer[] => {
      const labels = isRecord(one) ? readList(one.value) : undefined;
      if (!isRecord(one) || labels === undefined || isUnfinished(one.status)) return [];
      return [{ task, user: String(one.user_id ?? noUser), labels }];
    }),
  );
}

/** A draft is no answer yet, and a discarded record has none. */
function isUnfinished(status: unknown): boolean {
  return status === 'discarded' || status === 'draft';
}

const flatName = /^(.+)\.responses$/s;

function flatAnswersOf(record: LabelRecord): readonly Answer[] {
  return Object.entries(record).flatMap(([name, cell]) => {
    const task = flatName.exec(name)?.[1];
    if (task === undefined) return [];
    const users = listOf(record[`${name}.users`]);
    const states = listOf(record[`${name}.status`]);
    return listOf(cell).flatMap((value, index): Answer[] => {
      const labels = readList(value);
      if (labels === undefined || isUnfinished(states[index])) return [];
      return [{ task, user: String(users[index] ?? noUser), labels }];
    });
  });
}

/** A list, also where a cell of CSV has it as text. */
function listOf(cell: unknown): readonly unknown[] {
  if (Array.isArray(cell)) return cell;
  if (typeof cell !== 'string' || cell === '') return [];
  return readPrintedList(cell) ?? [cell];
}

function restOfFlat(record: LabelRecord): Record<string, unknown> {
  const names = Object.keys(record).filter((name) => /\.(?:responses|suggestion)(?:\.\w+)?$/.test(name));
  return without(record, new Set([...ownFields, ...names]));
}

function tasksOf(row: LabelRow, task: string | undefined): readonly (readonly [string, readonly string[]])[] {
  return Object.entries(row.labels).filter(([name]) => task === undefined || task === name);
}

function isRecord(value: unknown): value is LabelRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
