// Thread entry of the index: puts the folder on disk, the SQLite file and the model outside together.

import { parentPort, workerData } from 'node:worker_threads';
import { extractPassages, languageOfPath } from './engine/engine.ts';
import { createWorkspaceIndex } from './engine/index/createWorkspaceIndex.ts';
import { knownLanguages } from './engine/passages/languages.ts';
import type { IndexWorkerSettings } from './host/indexClient.ts';
import { createIndexWorkerPort } from './host/indexWorkerPort.ts';
import { createNodeWorkspaceFolder } from './io/index/nodeWorkspaceFolder.ts';
import { openIndex } from './io/index/openIndex.ts';
import { loadSqliteDriver } from './io/sqliteDriver.ts';

const mainThread = parentPort;
if (!mainThread) throw new Error('indexWorker is the entry of a worker thread, not of a process.');
const { root, indexFolder, isFresh, hasModel } = workerData as IndexWorkerSettings;
const port = createIndexWorkerPort(mainThread);
const { storage, message } = openIndex(indexFolder, loadSqliteDriver(), { isFresh });
if (message) port.logger.log('warn', message);

const index = await createWorkspaceIndex({
  storage,
  folder: createNodeWorkspaceFolder(root),
  model: hasModel ? port.model : undefined,
  extract: extractPassages,
  languageOf: languageOfPath,
  languageNamed: (name) => (knownLanguages.includes(name) ? name : languageOfPath(`a.${name}`)),
  clock: {
    nowMs: () => performance.now(),
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
port.serve(index, () => mainThread.close());
