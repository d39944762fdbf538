#!/usr/bin/env node

// Process entry of the command line: puts the real files, streams and engine together and runs one command.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { runCli } from './cli/runCli.ts';
import { createEngineClient } from './host/engineClient.ts';
import { createIndexClient } from './host/indexClient.ts';
import { createSharedCancellation } from './host/sharedCancel.ts';
import { createTrainingService } from './host/trainingService.ts';
import { gitChanges } from './io/gitChanges.ts';
import { readGitRemovals } from './io/gitRemovals.ts';
import { indexLocation } from './io/index/indexLocation.ts';
import { createLabelFileStore, findLabelFolder } from './io/labelFileStore.ts';
import { readSilencedCodes } from './io/marginaliaIgnore.ts';
import { writeNewFolder } from './io/newFolder.ts';
import { createNodeModelFiles } from './io/nodeModelFiles.ts';
import { createProcessOutput } from './io/processOutput.ts';
import { readBytes } from './io/readBytes.ts';
import { defaultMaxBytes, readSource } from './io/readSource.ts';
import { runStore } from './io/runFolder.ts';
import {
  engineWorkerUrl,
  indexWorkerUrl,
  packageManifestFile,
  runtimeProbeUrl,
  shippedModelFolder,
  trainingProcessUrl,
} from './io/shippedModel.ts';
import { takeTeamIndex } from './io/teamIndexSecret.ts';
import { folderOf, isFolder, pathExists, readTextFile, writeTextFile } from './io/textFiles.ts';
import { walkFiles } from './io/walkFiles.ts';

const longestFarewellMs = 2000;
const teamIndex = takeTeamIndex(process.env);

const cancellation = createSharedCancellation();
const stdout = createProcessOutput(process.stdout, () => cancellation.cancel());
const stderr = createProcessOutput(process.stderr, () => {});
const manifest = JSON.parse(readFileSync(packageManifestFile(import.meta.url), 'utf8'));

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // Who asks twice does not want to wait for the batch that is running.
    if (cancellation.isCancelled) endAtOnce(signal);
    cancellation.cancel();
    if (isReadingStdin) process.stdin.destroy();
    // A model that is still loading does not look up.
    setTimeout(() => endAtOnce(signal), longestFarewellMs).unref();
  });
}
let isReadingStdin = false;

process.exitCode = await runCli(process.argv.slice(2), {
  stdout,
  stderr,
  readStdin() {
    isReadingStdin = true;
    return process.stdin;
  },
  environment: process.env,
  workingFolder: process.cwd(),
  cancellation,
  outputEnd: async () => {
    await stdout.flush();
    return stdout.end;
  },
  version: manifest.version,
  homepage: manifest.homepage,
  shippedModelFolder: shippedModelFolder(import.meta.url),
  now: () => performance.now(),
  walk: walkFiles,
  readSource: (file) => readSource(file, { maxBytes: defaultMaxBytes }),
  pathExists,
  readTextFile,
  writeTextFile,
  gitChanges: async (target, reference) => await gitChanges(await folderOf(target), reference),
  gitRemovals: readGitRemovals,
  silencedCodes: readSilencedCodes,
  async findLabels(target) {
    const folder = await findLabelFolder(await folderOf(target));
    return folder === undefined ? undefined : openLabels(folder);
  },
  openLabels,
  today: () => new Date(),
  modelFiles: createNodeModelFiles,
  openEngine: ({ files, device, threads, logger }) =>
    createEngineClient({
      workerUrl: engineWorkerUrl(import.meta.url),
      probeUrl: runtimeProbeUrl(import.meta.url),
      files,
      device,
      threads,
      logger,
    }),
  openIndex: ({ root, indexFolder, model, logger }) =>
    createIndexClient({
      workerUrl: indexWorkerUrl(import.meta.url),
      root,
      indexFolder: indexFolder ?? indexLocation(root, process.env),
      teamIndex,
      isInBackground: false,
      pauseOnBattery: false,
      isFresh: false,
      model,
      logger,
    }),
  isFolder,
  absolutePath: (file) => path.resolve(file),
  readBytes,
  writeNewFolder,
  training: createTrainingService({ processUrl: trainingProcessUrl(import.meta.url), store: runStore }),
});

/** As the signal would have without us: `process.exit` tidies up under a batch that is running, which then aborts. */
function endAtOnce(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

/** A command adds all its labels at once, so there is nothing to wait for before they are sorted in. */
function openLabels(folder: string) {
  return createLabelFileStore({ folder, tidyDelayMs: 0 });
}
