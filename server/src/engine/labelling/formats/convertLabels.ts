// Labels of other tools to rows, and back: the container (JSON, JSON lines, CSV) is seen from the text, the meaning of
// a record belongs to its format. In: a file's text. Out: rows and what could not be read, or a file's text.

import { readRow, rowRecord } from '../labelFile.ts';
import type { LabelRow } from '../labelRow.ts';
import { argilla } from './argilla.ts';
import { formatCsv, parseCsv } from './csv.ts';
import { doccano } from './doccano.ts';
import type { FormatOptions, LabelFormat, LabelRecord } from './labelFormat.ts';
import { labelStudio } from './labelStudio.ts';
import { training } from './training.ts';

/** Our own: the lines of `.marginalia/labels.jsonl`. */
const marginalia: LabelFormat = {
  name: 'marginalia',
  container: 'jsonl',
  singleTask: false,
  fromRecord(record) {
    // An empty cell of CSV is a field that is not there.
    const cells = Object.fromEntries(Object.entries(record).filter(([, cell]) => cell !== ''));
    for (const field of ['labels', 'dismissed']) {
      const cell = cells[field];
      if (typeof cell === 'string') cells[field] = parsed(cell);
    }
    const row = readRow(cells);
    return typeof row === 'string' ? row : [row];
  },
  toRecord: rowRecord,
  toCells: rowRecord,
};

const formats: readonly LabelFormat[] = [marginalia, training, doccano, labelStudio, argilla];

export const labelFormatNames = formats.map((format) => format.name);

export interface ReadLabels {
  readonly rows: readonly LabelRow[];
  /** `record 3: it has no "text"`. */
  readonly problems: readonly string[];
}

export function readLabels(text: string, formatName: string, options: FormatOptions): ReadLabels {
  const format = formatOf(formatName);
  const rows: LabelRow[] = [];
  const problems: string[] = [];
  for (const [index, record] of readRecords(text).entries()) {
    const read = typeof record === 'string' ? record : format.fromRecord(record, options);
    if (typeof read === 'string') problems.push(`record ${index + 1}: ${read}`);
    else rows.push(...read);
  }
  return { rows, problems };
}

export interface WriteOptions extends FormatOptions {
  readonly container: 'json' | 'jsonl' | 'csv' | undefined;
}

/** Rows without labels of the wanted task are left out. */
export function writeLabels(rows: readonly LabelRow[], formatName: string, options: WriteOptions): string {
  const format = formatOf(formatName);
  const { task } = options;
  const wanted = task === undefined ? rows : rows.filter((row) => Object.hasOwn(row.labels, task));
  const container = options.container ?? format.container;
  if (container === 'csv') return formatCsv(wanted.map((row) => format.toCells(row, options)));
  const records = wanted.map((row) => JSON.stringify(format.toRecord(row, options)));
  return container === 'jsonl' ? records.map((one) => `${one}\n`).join('') : `[\n${records.join(',\n')}\n]\n`;
}

/** A format that holds one task at a time, and rows that are about several: the person has to choose. */
export function needsTask(rows: readonly LabelRow[], formatName: string): readonly string[] {
  if (!formatOf(formatName).singleTask) return [];
  const tasks = [...new Set(rows.flatMap((row) => Object.keys(row.labels)))].sort();
  return tasks.length > 1 ? tasks : [];
}

function formatOf(name: string): LabelFormat {
  const format = formats.find((one) => one.name === name);
  if (!format) throw new RangeError(`No format is called ${name}; known are ${labelFormatNames.join(', ')}.`);
  return format;
}

/** A record, or why a line is none. */
function readRecords(text: string): readonly (LabelRecord | string)[] {
  const trimmed = text.replace(/^\ufeff/, '').trimStart();
  if (trimmed.startsWith('[')) {
    const list = parsed(trimmed);
    if (Array.isArray(list)) return list.map(asRecord);
    return ['the file begins like a JSON list, but is none'];
  }
  if (!trimmed.startsWith('{')) return parseCsv(text);
  return trimmed
    .split(/\r\n|\r|\n/)
    .filter((line) => line.trim() !== '')
    .map((line) => asRecord(parsed(line)));
}

function asRecord(value: unknown): LabelRecord | string {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as LabelRecord)
    : 'it is no JSON object';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
