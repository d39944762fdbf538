// A file of labelled texts, line by line: {"text", "context"?, "labels": […]}, a single "label", or labels by task as in
// a workspace's labels.jsonl.
// In: pieces of its bytes. Out: one line after the other, or an error that names the line and says how one looks.

import { readLines } from '../text/readLines.ts';
import { trainingError } from '../trainingMessages.ts';

export interface LabelledLine {
  /** From 1. */
  readonly number: number;
  readonly id: string | undefined;
  readonly text: string;
  readonly context: string | undefined;
  /** Different names. */
  readonly labels: readonly string[];
}

export interface ReadLinesOptions {
  /** For messages: how a person would name the file. */
  readonly fileName: string;
  /** Lines that say another "task" are passed over; lines that say none belong to every task. */
  readonly task: string;
  readonly onOtherTask?: () => void;
  /** For texts that are only read, not learned. */
  readonly labelsOptional?: boolean;
}

/** @throws EngineError `invalidArgument` for a line that is no labelled text */
export async function* readLabelledLines(
  chunks: AsyncIterable<Uint8Array>,
  options: ReadLinesOptions,
): AsyncGenerator<LabelledLine, void, undefined> {
  let number = 0;
  for await (const lines of readLines(chunks)) {
    for (const line of lines) {
      number++;
      if (line.trim() === '') continue;
      const parsed = parseLine(number === 1 ? line.replace(/^\uFEFF/, '') : line, number, options);
      if (parsed) yield parsed;
      else options.onOtherTask?.();
    }
  }
}

/** `undefined` for a line of another task. */
function parseLine(line: string, number: number, options: ReadLinesOptions): LabelledLine | undefined {
  const at = { file: options.fileName, line: number };
  let value: Readonly<Record<string, unknown>>;
  try {
    value = JSON.parse(line) as Readonly<Record<string, unknown>>;
  } catch {
    throw trainingError('lineNotJson', at);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw trainingError('lineNotObject', at);
  const optional = (key: string) => {
    const found = value[key];
    if (found === undefined || found === null) return undefined;
    if (typeof found !== 'string') throw trainingError('lineValueNotText', { ...at, key });
    return found;
  };
  const task = optional('task');
  if (task !== undefined && task !== options.task) return undefined;
  const text = optional('text');
  if (text === undefined) throw trainingError('lineWithoutText', at);
  const labels = options.labelsOptional ? [] : labelsOf(value, options.task, at);
  if (labels === undefined) return undefined;
  const id = typeof value.id === 'number' ? String(value.id) : optional('id');
  return { number, id, text, context: optional('context') || undefined, labels };
}

/** Longer ones are texts in the wrong place. */
const longestLabel = 100;

/** The labels, or `undefined` where the line says nothing about the task. */
function labelsOf(
  { labels, label }: Readonly<Record<string, unknown>>,
  task: string,
  at: { readonly file: string; readonly line: number },
): readonly string[] | undefined {
  if (labels === undefined && label === undefined) throw trainingError('lineWithoutLabels', at);
  // A workspace's own labels.jsonl has them by task.
  const given = isByTask(labels)
    ? Object.hasOwn(labels, task)
      ? labels[task]
      : undefined
    : (labels ?? label);
  if (given === undefined) return undefined;
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  for (const one of list) {
    if (typeof one !== 'string' || one.trim() === '') throw trainingError('lineLabelNotName', at);
    if (one.length > longestLabel) throw trainingError('lineLabelTooLong', { ...at, most: longestLabel });
  }
  return [...new Set((list as readonly string[]).map((one) => one.trim()))];
}

function isByTask(labels: unknown): labels is Readonly<Record<string, unknown>> {
  return typeof labels === 'object' && labels !== null && !Array.isArray(labels);
}
