// Thread entry of the index: puts the folder on disk, the SQLite file and the model outside together. Threads that only
// read files for it start here too, told so by their settings.

import { availableParallelism } from 'node:os';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';

import { EngineError } from './engine/errors.ts';
import { createWorkspaceIndex } from './engine/index/createWorkspaceIndex.ts';
import { createFileReading } from './engine/index/fileReading.ts';
import { extractPassages } from './engine/passages/extractPassages.ts';
import { languageOfPath } from './engine/passages/languageOfPath.ts';
import { knownLanguages } from './engine/passages/languages.ts';
import type { IndexWorkerSettings } from './host/indexClient.ts';
import { createIndexWorkerPort } from './host/indexWorkerPort.ts';
import { createReadingPool, serveReading } from './host/readingPool.ts';
import { createGitActivity } from './io/index/gitActivity.ts';
import { createGitHistory } from './io/index/gitHistory.ts';
import { createNodeWorkspaceFolder } from './io/index/nodeWorkspaceFolder.ts';
import { openIndex } from './io/index/openIndex.ts';
import { openTeamIndex } from './io/postgres/openTeamIndex.ts';
import { createBatteryCheck } from './io/powerSource.ts';
import { loadSqliteDriver } from './io/sqliteDriver.ts';

const mainThread = parentPort;
if (!mainThread) throw new Error('indexWorker is the entry of a worker thread, not of a process.');
const settings = workerData as IndexWorkerSettings | { readonly readsFilesOf: string };
const root = 'root' in settings ? settings.root : settings.readsFilesOf;
const folder = createNodeWorkspaceFolder(root, { mayBlock: !('root' in settings) });
const reading = createFileReading({ folder, extract: extractPassages, languageOf: languageOfPath });
if ('root' in settings) await serveIndex(mainThread, settings);
else serveReading(mainThread, reading);

async function serveIndex(
  outside: MessagePort,
  { indexFolder, teamIndex, isFresh, isInBackground, pauseOnBattery, hasModel }: IndexWorkerSettings,
): Promise<void> {
  const port = createIndexWorkerPort(outside);
  const open = async () =>
    teamIndex === undefined
      ? openIndex(indexFolder, loadSqliteDriver(), { isFresh })
      : { storage: await openTeamIndex(teamIndex, root, { isFresh }), message: undefined };
  const { storage, message } = await open().catch((error: unknown) => {
    if (error instanceof EngineError) port.explain(error);
    throw error;
  });
  if (message) port.logger.log('warn', message);
  const isOnBattery = createBatteryCheck(() => performance.now());
  const isGitAtWork = createGitActivity(root, () => Date.now());
  const index = await createWorkspaceIndex({
    storage,
    folder,
    model: hasModel ? port.model : undefined,
    reading: createReadingPool({
      workerUrl: new URL(import.meta.url),
      workerData: { readsFilesOf: root },
      // This thread writes meanwhile, and waits for them most of the time.
      threads: Math.min(4, Math.max(2, availableParallelism() - 1)),
      here: reading,
      logger: port.logger,
    }),
    languageOf: languageOfPath,
    async whyWait() {
      if (isInBackground && (await isGitAtWork())) return 'Reading goes on when git is done.';
      if (pauseOnBattery && (await isOnBattery()))
        return 'Reading goes on when the machine is plugged in (setting marginalia.search.pauseOnBattery).';
      return undefined;
    },
    history: createGitHistory(root),
    languageNamed: (name) => (knownLanguages.includes(name) ? name : languageOfPath(`a.${name}`)),
    clock: {
      nowMs: () => performance.now(),
      dateMs: () => Date.now(),
      schedule(callback, delayMs) {
        const timer = setTimeout(callback, delayMs);
        timer.unref();
        return () => clearTimeout(timer);
      },
    },
    logger: port.logger,
    notice: message,
  });
  // Nothing listens any more: the thread ends by itself.
  port.serve(index, () => outside.close());
}
