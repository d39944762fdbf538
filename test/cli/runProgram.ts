// Runs the real command line from source with the tiny model. In: words, stdin. Out: what a shell would see.

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { tinyModelFolder } from '../engine/tinyEngine.ts';

export interface ProgramResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const entry = fileURLToPath(new URL('../../server/src/cli.ts', import.meta.url));

export interface ProgramOptions {
  readonly input?: string | Uint8Array;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export function startProgram(
  words: readonly string[],
  options: ProgramOptions = {},
): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [entry, ...words], {
    cwd: options.cwd ?? process.cwd(),
    env: { ...process.env, ...options.env },
  });
}

export async function runProgram(
  words: readonly string[],
  options: ProgramOptions = {},
): Promise<ProgramResult> {
  const child = startProgram(words, options);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  // A program that ends without reading its input closes the pipe.
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, stdout, stderr };
}

/** The same with `--model` set to the tiny model. */
export async function runWithTinyModel(
  words: readonly string[],
  options: ProgramOptions = {},
): Promise<ProgramResult> {
  return await runProgram([...words, '--model', tinyModelFolder], options);
}

export function parseJsonLines(text: string): readonly Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** Waits until what a program writes has this in it. */
export async function lineOf(stream: NodeJS.ReadableStream, pattern: RegExp): Promise<void> {
  let text = '';
  await new Promise<void>((resolve, reject) => {
    stream.setEncoding('utf8');
    stream.on('data', (piece: string) => {
      text += piece;
      if (pattern.test(text)) resolve();
    });
    stream.on('end', () => reject(new Error(`${pattern} never came: ${text}`)));
  });
}
