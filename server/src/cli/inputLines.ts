// Questions on stdin, answered in order and as they come: JSON lines without reading everything first.
// In: chunks of bytes. Out: groups of parsed lines, at most `groupSize` long, flushed whenever the input pauses.

import { readLines } from '../engine/text/readLines.ts';
import { UsageError } from './usageError.ts';

export interface InputLine {
  /** One-based. */
  readonly number: number;
  readonly value: Readonly<Record<string, unknown>>;
}

/**
 * A group is whatever has arrived, so a program that writes one line and waits gets its answer.
 * A broken line throws after the lines before it were handed out; blank lines are passed over.
 */
export async function* readJsonLines<T>(
  chunks: AsyncIterable<Uint8Array>,
  groupSize: number,
  parse: (line: InputLine) => T,
): AsyncGenerator<readonly T[], void, undefined> {
  let number = 0;
  for await (const lines of readLines(chunks)) {
    let group: T[] = [];
    let problem: unknown;
    for (const line of lines) {
      number++;
      if (line.trim() === '') continue;
      try {
        group.push(parse({ number, value: parseObject(line, number) }));
      } catch (error) {
        problem = error;
        break;
      }
      if (group.length >= groupSize) {
        yield group;
        group = [];
      }
    }
    if (group.length > 0) yield group;
    if (problem !== undefined) throw problem;
  }
}

/** The string under `key`, or a UsageError that names the line. */
export function requireText(line: InputLine, key: string): string {
  const value = line.value[key];
  if (typeof value !== 'string') {
    throw new UsageError(`Line ${line.number} of the input has no "${key}" that is a string.`);
  }
  return value;
}

export function optionalText(line: InputLine, key: string): string | undefined {
  return line.value[key] === undefined || line.value[key] === null ? undefined : requireText(line, key);
}

/** Commands that answer lines of stdin take no arguments. */
export function rejectArguments(command: string, positionals: readonly string[]): void {
  if (positionals.length === 0) return;
  throw new UsageError(`${command} reads its input from stdin, not from arguments.`);
}

function parseObject(line: string, number: number): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    // Not JSON at all: reported below like any other line that is not an object.
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UsageError(`Line ${number} of the input is not a JSON object: ${excerpt(line)}`);
  }
  return value as Record<string, unknown>;
}

function excerpt(line: string): string {
  return line.length > 60 ? `${line.slice(0, 60)}…` : line.trimEnd();
}
