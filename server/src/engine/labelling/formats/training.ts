// What `marginalia finetune --train` reads: `{"text", "context"?, "labels": [...]}` of one task, a single "label"
// accepted; in CSV the same columns, several labels as a list.

import {
  extraNames,
  extrasOf,
  type LabelFormat,
  labelsOfTask,
  readList,
  readText,
  toRow,
  without,
} from './labelFormat.ts';

const labelNames: ReadonlySet<string> = new Set([...extraNames, 'label', 'labels']);

export const training: LabelFormat = {
  name: 'training',
  container: 'jsonl',
  singleTask: true,
  fromRecord(record, { task }) {
    const text = readText(record.text);
    if (text === undefined) return 'it has no "text"';
    if (task === undefined) return 'the file does not name the task; give it with --task';
    const value = record.labels ?? record.label;
    const labels = value === '' ? [] : readList(value);
    if (labels === undefined) return '"labels" is no list of names';
    return [toRow(text, { [task]: labels }, record, without(record, labelNames))];
  },
  toRecord: (row, options) => ({ text: row.text, ...extrasOf(row), labels: labelsOfTask(row, options) }),
  toCells: (row, options) => ({ text: row.text, ...extrasOf(row), labels: labelsOfTask(row, options) }),
};
