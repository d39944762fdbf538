// The texts of a labelled file, each once. In: pieces of its bytes. Out: one row per different text, what was odd about the file, or an error that names the line.
// Memory is bounded: of a file with more different texts than `maxRows`, a sample chosen by content is kept.

import { type TrainingError, type TrainingMessage, tell, trainingError } from '../trainingMessages.ts';
import { type LabelledLine, type ReadLinesOptions, readLabelledLines } from './labelledLines.ts';
import { hashToUnit } from './textHash.ts';

/** One text, with its second segment where it has one. */
export interface LabelledRow {
  readonly text: string;
  readonly context: string | undefined;
  /** By label: the share of this text's lines that have it; 1 wherever lines agree. */
  readonly labels: ReadonlyMap<string, number>;
  /** The most labels that one line gave this text, and the fewest. */
  readonly labelCounts: readonly [fewest: number, most: number];
  /** The first line, from 1. */
  readonly line: number;
}

export interface LabelledFile {
  readonly rows: readonly LabelledRow[];
  readonly lineCount: number;
  /** What was left out or merged. */
  readonly notes: readonly TrainingMessage[];
}

export interface ReadRowsOptions extends Omit<ReadLinesOptions, 'onOtherTask'> {
  readonly maxRows: number;
}

/** More of a text than a model of 512 tokens can read; the rest would only fill memory. */
const maxCharacters = 8_000;

interface Gathered {
  text: string;
  context: string | undefined;
  lines: Pick<LabelledLine, 'number' | 'labels' | 'id'>[];
}

interface Tally {
  lineCount: number;
  emptyCount: number;
  longCount: number;
  otherTaskCount: number;
  replacedIds: number;
  /** Rows whose hash is at least this are not kept. */
  keptShare: number;
}

/** @throws EngineError `invalidArgument` for a line that is no labelled text, or a file without any. */
export async function readLabelledRows(
  chunks: AsyncIterable<Uint8Array>,
  options: ReadRowsOptions,
): Promise<LabelledFile> {
  const gathered = new Map<string, Gathered>();
  const keyOfId = new Map<string, string>();
  const tally: Tally = {
    lineCount: 0,
    emptyCount: 0,
    longCount: 0,
    otherTaskCount: 0,
    replacedIds: 0,
    keptShare: 1,
  };
  const lines = readLabelledLines(chunks, { ...options, onOtherTask: () => tally.otherTaskCount++ });
  for await (const line of lines) {
    tally.lineCount++;
    if (line.text.trim() === '') tally.emptyCount++;
    else keep(line, { gathered, keyOfId, tally, maxRows: options.maxRows });
  }
  if (gathered.size === 0) throw nothingIn(options, tally);
  const rows = [...gathered.values()].map(toRow);
  return { rows, lineCount: tally.lineCount, notes: notesOn(rows, [...gathered.values()], tally, options) };
}

function keep(
  row: LabelledLine,
  into: {
    readonly gathered: Map<string, Gathered>;
    readonly keyOfId: Map<string, string>;
    readonly tally: Tally;
    readonly maxRows: number;
  },
): void {
  const { gathered, keyOfId, tally } = into;
  const isLong = row.text.length > maxCharacters;
  if (isLong) tally.longCount++;
  const text = isLong ? shortened(row.text) : row.text;
  const context = row.context && shortened(row.context);
  const key = keyOf(text, context);
  // A label file is written to at its end: of two lines with one id, the later one is the correction. It corrects also
  // where the sample has no place for it.
  if (row.id !== undefined && takeBack(row.id, into)) tally.replacedIds++;
  if (hashToUnit(key, sampleSalt) >= tally.keptShare) return;
  if (row.id !== undefined) keyOfId.set(row.id, key);
  const line = { number: row.number, labels: row.labels, id: row.id };
  const known = gathered.get(key);
  if (known) known.lines.push(line);
  else gathered.set(key, { text, context, lines: [line] });
  while (gathered.size > into.maxRows) {
    tally.keptShare /= 2;
    for (const one of gathered.keys()) {
      if (hashToUnit(one, sampleSalt) >= tally.keptShare) gathered.delete(one);
    }
  }
}

/** Removes what an earlier line with this id said, and nothing that other lines say of the same text. */
function takeBack(
  id: string,
  { gathered, keyOfId }: { readonly gathered: Map<string, Gathered>; readonly keyOfId: Map<string, string> },
): boolean {
  const key = keyOfId.get(id);
  const earlier = key === undefined ? undefined : gathered.get(key);
  keyOfId.delete(id);
  if (key === undefined || !earlier) return false;
  earlier.lines = earlier.lines.filter((line) => line.id !== id);
  if (earlier.lines.length === 0) gathered.delete(key);
  return true;
}

const sampleSalt = 0x5a;

function keyOf(text: string, context: string | undefined): string {
  return context === undefined ? text : `${text}\u0000${context}`;
}

/** A copy: a slice would keep the whole long line in memory. */
function shortened(text: string): string {
  if (text.length <= maxCharacters) return text;
  return new TextDecoder().decode(new TextEncoder().encode(text.slice(0, maxCharacters)));
}

function toRow({ text, context, lines }: Gathered): LabelledRow {
  const labels = new Map<string, number>();
  for (const line of lines) {
    for (const label of line.labels) labels.set(label, (labels.get(label) ?? 0) + 1 / lines.length);
  }
  // Thirds do not add up to one exactly.
  for (const [label, share] of labels) if (share > 1 - 1e-9) labels.set(label, 1);
  const counts = lines.map((line) => line.labels.length);
  return {
    text,
    context,
    labels,
    labelCounts: [Math.min(...counts), Math.max(...counts)],
    line: lines[0]!.number,
  };
}

function nothingIn({ fileName, task }: ReadRowsOptions, tally: Tally): TrainingError {
  const file = fileName;
  if (tally.lineCount + tally.otherTaskCount === 0) return trainingError('fileEmpty', { file });
  return tally.otherTaskCount > 0
    ? trainingError('fileOfOtherTasks', { file, task })
    : trainingError('fileOfEmptyTexts', { file });
}

function notesOn(
  rows: readonly LabelledRow[],
  gathered: readonly Gathered[],
  tally: Tally,
  { fileName, maxRows }: ReadRowsOptions,
): readonly TrainingMessage[] {
  const file = fileName;
  const notes: TrainingMessage[] = [];
  const repeated = gathered.reduce((sum, { lines }) => sum + lines.length - 1, 0);
  const conflicts = rows.filter(({ labels }) => [...labels.values()].some((share) => share < 1));
  if (tally.emptyCount > 0) notes.push(tell('emptyTexts', { count: tally.emptyCount, file }));
  if (tally.longCount > 0) {
    notes.push(tell('longTexts', { count: tally.longCount, file, most: maxCharacters }));
  }
  if (repeated > 0) notes.push(tell('repeatedTexts', { count: repeated, file }));
  if (conflicts.length > 0) {
    notes.push(tell('conflictingLabels', { count: conflicts.length, file, line: conflicts[0]!.line }));
  }
  if (tally.replacedIds > 0) notes.push(tell('replacedIds', { count: tally.replacedIds, file }));
  if (tally.keptShare < 1) notes.push(tell('sampledRows', { file, most: maxRows, used: rows.length }));
  return notes;
}
