// doccano (text classification): `{"text": "…", "label": ["a", "b"]}` a line; other keys are metadata, which doccano
// keeps and gives back beside them. In CSV the labels of one text are joined by `#`, as its exports have them.
// Reference: doccano/backend/data_export/pipeline (ListedCategoryFormatter, JoinedCategoryFormatter).

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

const labelNames: ReadonlySet<string> = new Set([...extraNames, 'label', 'labels', 'data', 'Comments']);

export const doccano: LabelFormat = {
  name: 'doccano',
  container: 'jsonl',
  singleTask: true,
  fromRecord(record, { task }) {
    // Exports before 1.6 called it so.
    const text = readText(record.text) ?? readText(record.data);
    if (text === undefined) return 'it has no "text"';
    if (task === undefined) return 'doccano does not name the task; give it with --task';
    const labels = readList(record.label ?? record.labels ?? []) ?? (record.label === '' ? [] : undefined);
    if (labels === undefined) return '"label" is no list of names';
    // In CSV one cell holds them all.
    const names = typeof record.label === 'string' ? labels.flatMap((one) => one.split('#')) : labels;
    return [toRow(text, { [task]: names }, record, without(record, labelNames))];
  },
  toRecord: (row, options) => ({
    text: row.text,
    label: [...labelsOfTask(row, options)].sort(),
    ...extrasOf(row),
  }),
  toCells: (row, options) => ({
    text: row.text,
    label: [...labelsOfTask(row, options)].sort().join('#'),
    ...extrasOf(row),
  }),
};
