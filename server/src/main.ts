#!/usr/bin/env node

// Process entry of the language server: joins the connection that the command line names with the engine's
// worker, the model folder on disk and the clock. In: `--stdio`, `--node-ipc`, `--pipe=…` or `--socket=…`.

import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Connection, createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import type { Cancellation } from './engine/cancellation.ts';
import { createIndexModel } from './engine/createIndexModel.ts';
import { toFindings } from './engine/findings/toFindings.ts';
import type { Logger } from './engine/log.ts';
import { languageOfPath } from './engine/passages/languageOfPath.ts';
import { knownLanguages } from './engine/passages/languages.ts';
import { createEngineClient } from './host/engineClient.ts';
import { createIndexClient } from './host/indexClient.ts';
import { createTrainingService } from './host/trainingService.ts';
import { createFineTuneFolders } from './io/fineTuneFolders.ts';
import { gitChanges } from './io/gitChanges.ts';
import { readGitRemovals } from './io/gitRemovals.ts';
import { createGitHistory } from './io/index/gitHistory.ts';
import { indexFolderIn, indexLocation } from './io/index/indexLocation.ts';
import { createLabelFileStore } from './io/labelFileStore.ts';
import { readFileIgnore } from './io/marginaliaIgnore.ts';
import { createNodeModelFiles } from './io/nodeModelFiles.ts';
import { hasGitFilters } from './io/readGit.ts';
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
import { walkFiles } from './io/walkFiles.ts';
import { startServer } from './lsp/server.ts';
import type { Clock } from './lsp/services.ts';

const manifestFile = packageManifestFile(import.meta.url);
const manifest = JSON.parse(readFileSync(manifestFile, 'utf8')) as { readonly version: string };
const transports = ['--stdio', '--node-ipc', '--pipe', '--socket'];
const flags = process.argv.slice(2);
const teamIndex = takeTeamIndex(process.env);

if (flags.includes('--version')) {
  console.log(manifest.version);
} else if (flags.some((flag) => transports.includes(flag.split('=')[0] ?? ''))) {
  serve(createConnection(ProposedFeatures.all));
} else {
  console.error('Usage: marginalia-language-server --stdio | --node-ipc | --pipe=NAME | --socket=PORT');
  process.exitCode = 2;
}

function serve(connection: Connection): void {
  const logger = createConnectionLogger(connection);
  // A promise that nobody waited for is a bug, but no reason to leave the user without labels.
  process.on('unhandledRejection', (reason) => {
    logger.log('error', 'A promise was rejected and nobody listened', {
      error: reason instanceof Error ? (reason.stack ?? reason.message) : String(reason),
    });
  });
  startServer(connection, {
    engineFactory: ({ modelPath, device, threads }) =>
      createEngineClient({
        workerUrl: engineWorkerUrl(import.meta.url),
        probeUrl: runtimeProbeUrl(import.meta.url),
        files: createNodeModelFiles(modelPath === undefined ? shippedFolder() : toFolder(modelPath)),
        device,
        threads,
        logger,
      }),
    languageOf: (languageId, fileName) =>
      knownLanguages.includes(languageId) ? languageId : (languageOfPath(fileName) ?? languageId),
    openLabels: (folderUri) =>
      folderUri.startsWith('file:')
        ? createLabelFileStore({ folder: fileURLToPath(folderUri), tidyDelayMs: 1_500 })
        : undefined,
    today: () => new Date(),
    toFindings,
    openIndex: async ({ root, storageFolder, fresh, pauseOnBattery, engine }) =>
      createIndexClient({
        workerUrl: indexWorkerUrl(import.meta.url),
        root,
        indexFolder:
          storageFolder === undefined ? indexLocation(root, process.env) : indexFolderIn(storageFolder, root),
        teamIndex,
        isInBackground: true,
        pauseOnBattery,
        isFresh: fresh,
        model: createIndexModel(engine),
        logger,
      }),
    files: {
      languageOf: languageOfPath,
      read: (file) => readSource(file, { maxBytes: defaultMaxBytes }),
      changedLines: gitChanges,
    },
    listFiles,
    past: {
      removals: readGitRemovals,
      linesOf: async (folder) =>
        (await hasGitFilters(folder).catch(() => true)) ? undefined : createGitHistory(folder).lines,
    },
    fineTune: {
      training: createTrainingService({ processUrl: trainingProcessUrl(import.meta.url), store: runStore }),
      openStore: createFineTuneFolders,
      toModelFolder: (modelPath) => (modelPath === undefined ? shippedFolder() : toFolder(modelPath)),
    },
    readIgnore: async (folderUri, documentUri) =>
      folderUri.startsWith('file:') && documentUri.startsWith('file:')
        ? await readFileIgnore(fileURLToPath(folderUri), fileURLToPath(documentUri))
        : { isIgnored: false, silenced: [] },
    documentationUri: (code) => `${findingsPage()}#${code}`,
    logger,
    clock: createSystemClock(),
    version: manifest.version,
  });
}

/** Skipped files need no reason here: search tells it for each. */
async function listFiles(folder: string, cancellation: Cancellation): Promise<readonly string[]> {
  const files: string[] = [];
  for await (const entry of walkFiles([folder], cancellation))
    if (entry.kind === 'file') files.push(entry.path);
  return files;
}

function shippedFolder(): string {
  return shippedModelFolder(import.meta.url);
}

/** The page travels with the program, so the link works without a network and fits the version. */
function findingsPage(): string {
  return pathToFileURL(path.join(path.dirname(manifestFile), 'docs', 'FINDINGS.md')).href;
}

/** `~/models/mine` and `file:///models/mine` are what people write into settings. */
function toFolder(modelPath: string): string {
  if (modelPath.startsWith('file:')) return fileURLToPath(modelPath);
  return path.resolve(modelPath.replace(/^~(?=$|[/\\])/, homedir()));
}

function createSystemClock(): Clock {
  return {
    nowMs: () => performance.now(),
    schedule(callback, delayMs) {
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    },
  };
}

/** The log goes where the client shows it; stdout belongs to the protocol. */
function createConnectionLogger(connection: Connection): Logger {
  const write: Record<Parameters<Logger['log']>[0], (line: string) => void> = {
    debug: (line) => connection.console.debug(line),
    info: (line) => connection.console.info(line),
    warn: (line) => connection.console.warn(line),
    error: (line) => connection.console.error(line),
  };
  return {
    log: (level, message, data) => write[level](data ? `${message} ${JSON.stringify(data)}` : message),
  };
}
