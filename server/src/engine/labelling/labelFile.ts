// `.marginalia/labels.jsonl` as text: one row a line, made to be read in pull requests. Rows are sorted by their id,
// which is a hash: two branches that label different texts then hardly ever write at the same place. In: the text
// of the file, git's conflict markers and broken lines included. Out: a `LabelBook`, and back; nothing is lost.

import { type BrokenLine, createBook, type LabelBook } from './labelBook.ts';
import { emptyRow, type LabelRow } from './labelRow.ts';

export function parseLabelFile(text: string): LabelBook {
  const rows: LabelRow[] = [];
  const broken: BrokenLine[] = [];
  let isBase = false;
  for (const [index, content] of text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\r|\n/)
    .entries()) {
    if (content.trim() === '') continue;
    const marker = conflictMarker.exec(content)?.[1];
    if (marker !== undefined) {
      // What both sides started from (`merge.conflictStyle=diff3`) is nobody's opinion any more.
      isBase = marker === '|||||||';
      continue;
    }
    if (isBase) continue;
    const row = parseRow(content);
    if (typeof row === 'string') broken.push({ line: index + 1, content, reason: row });
    else rows.push(row);
  }
  return createBook(rows, broken);
}

/** Lines that are broken come last, as they stood; rows that contradict each other stand one above the other. */
export function formatLabelFile(book: LabelBook): string {
  const rows = [...book.rows.values(), ...book.conflicts.flatMap((conflict) => conflict.candidates)];
  const sorted = rows.map((row) => ({ id: row.id, line: formatRow(row) }));
  sorted.sort((left, right) => compare(left.id, right.id) || compare(left.line, right.line));
  return [...sorted.map((one) => one.line), ...book.broken.map((one) => one.content)]
    .map((line) => `${line}\n`)
    .join('');
}

/** One line without its end: fields always in the same order, so that a changed label is a small difference. */
export function formatRow(row: LabelRow): string {
  return JSON.stringify(rowRecord(row));
}

/** The same as an object. */
export function rowRecord(row: LabelRow): Readonly<Record<string, unknown>> {
  const labels = Object.fromEntries(
    Object.keys(row.labels)
      .sort()
      .map((task) => [task, [...row.labels[task]!].sort()]),
  );
  const { id, text, context, verdict, dismissed, who, when, source, file, symbol, rest } = row;
  return {
    id,
    text,
    ...(context !== undefined && { context }),
    labels,
    ...(verdict !== undefined && { verdict }),
    ...(dismissed.length > 0 && { dismissed }),
    ...definedOf({ who, when, source, file, symbol }),
    ...rest,
  };
}

/** The row, or why the line is none. */
export function parseRow(line: string): LabelRow | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return 'it is not JSON';
  }
  return readRow(value);
}

/** A value that was parsed already. */
export function readRow(value: unknown): LabelRow | string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'it is no JSON object';
  const {
    id: _,
    text,
    context,
    labels,
    verdict,
    dismissed,
    who,
    when,
    source,
    file,
    symbol,
    ...rest
  } = value as Record<string, unknown>;
  if (typeof text !== 'string' || text.trim() === '') return 'it has no "text"';
  if (context !== undefined && context !== null && typeof context !== 'string')
    return '"context" is no string';
  const read = readLabels(labels ?? {});
  if (read === undefined) return '"labels" does not map tasks to lists of labels';
  if (dismissed !== undefined && !isTexts(dismissed)) return '"dismissed" is no list of codes';
  return {
    ...emptyRow(text, context ?? undefined),
    labels: read,
    verdict: optional(verdict),
    dismissed: dismissed ?? [],
    who: optional(who),
    when: optional(when),
    source: optional(source),
    file: optional(file),
    symbol: optional(symbol),
    rest,
  };
}

const conflictMarker = /^(<<<<<<<|\|\|\|\|\|\|\||=======|>>>>>>>)(?: |$)/;

function readLabels(value: unknown): LabelRow['labels'] | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const labels: Record<string, readonly string[]> = {};
  for (const [task, names] of Object.entries(value)) {
    const list = typeof names === 'string' ? [names] : names;
    if (!isTexts(list)) return undefined;
    // A task may be called anything, `__proto__` included.
    Object.defineProperty(labels, task, {
      value: list,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return labels;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function optional(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function definedOf(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
