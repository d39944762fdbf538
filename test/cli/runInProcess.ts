// The command line without a process of its own, on real files and the tiny model: for tests of many short calls.
// In: words, stdin. Out: what a shell would see.

import path from 'node:path';
import type { CliPorts, TextOutput } from '../../server/src/cli/ports.ts';
import { runCli } from '../../server/src/cli/runCli.ts';
import { neverCancelled } from '../../server/src/engine/cancellation.ts';
import { createEngineClient } from '../../server/src/host/engineClient.ts';
import { readGitRemovals } from '../../server/src/io/gitRemovals.ts';
import { createLabelFileStore, findLabelFolder } from '../../server/src/io/labelFileStore.ts';
import { readSilencedCodes } from '../../server/src/io/marginaliaIgnore.ts';
import { createNodeModelFiles } from '../../server/src/io/nodeModelFiles.ts';
import { defaultMaxBytes, readSource } from '../../server/src/io/readSource.ts';
import { folderOf, pathExists, readTextFile, writeTextFile } from '../../server/src/io/textFiles.ts';
import { walkFiles } from '../../server/src/io/walkFiles.ts';
import { tinyModelFolder } from '../engine/tinyEngine.ts';
import type { ProgramResult } from './runProgram.ts';

export interface InProcessOptions {
  readonly cwd: string;
  readonly input?: string;
}

export async function runInProcess(
  words: readonly string[],
  { cwd, input }: InProcessOptions,
): Promise<ProgramResult> {
  const stdout = createMemoryOutput();
  const stderr = createMemoryOutput();
  const openLabels = (folder: string) => createLabelFileStore({ folder, tidyDelayMs: 0 });
  const ports: CliPorts = {
    stdout,
    stderr,
    async *readStdin() {
      yield new TextEncoder().encode(input ?? '');
    },
    environment: {},
    workingFolder: cwd,
    cancellation: neverCancelled,
    outputEnd: async () => undefined,
    version: '9.9.9',
    homepage: undefined,
    shippedModelFolder: tinyModelFolder,
    now: () => performance.now(),
    walk: walkFiles,
    readSource: (file) => readSource(file, { maxBytes: defaultMaxBytes }),
    pathExists,
    readTextFile,
    writeTextFile,
    gitChanges: async () => ({ problem: 'There is no git here.' }),
    gitRemovals: readGitRemovals,
    silencedCodes: readSilencedCodes,
    async findLabels(target) {
      const folder = await findLabelFolder(await folderOf(target));
      return folder === undefined ? undefined : openLabels(folder);
    },
    openLabels,
    today: () => new Date('2026-11-27T12:00:00Z'),
    modelFiles: createNodeModelFiles,
    openEngine: ({ files, device, threads, logger }) =>
      createEngineClient({
        workerUrl: new URL('../../server/src/host/engineWorker.ts', import.meta.url),
        files,
        device,
        threads,
        logger,
      }),
    openIndex: notHere,
    isFolder: async () => false,
    absolutePath: (file) => path.resolve(cwd, file),
    readBytes: notHere,
    writeNewFolder: notHere,
    get training(): never {
      return notHere();
    },
  };
  const code = await runCli(words, ports);
  return { code, stdout: stdout.text, stderr: stderr.text };
}

/** Commands that need more than this are tested with a process of their own. */
function notHere(): never {
  throw new Error('This test has no index and no training.');
}

function createMemoryOutput(): TextOutput & { text: string } {
  return {
    text: '',
    async write(text) {
      this.text += text;
    },
    isTerminal: false,
    columns: 80,
  };
}
