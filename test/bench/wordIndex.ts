// An index of a folder in a worker of its own, as the bundled server opens it, without a model: words and places only.
// `npm run build` first.

import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { WorkspaceIndex } from '../../server/src/engine/index/workspaceIndex.ts';
import { silentLogger } from '../../server/src/engine/log.ts';
import { createIndexClient } from '../../server/src/host/indexClient.ts';

export function openWordIndex(root: string, indexFolder: string): WorkspaceIndex {
  return createIndexClient({
    workerUrl: pathToFileURL(path.resolve(import.meta.dirname, '../../dist/server/indexWorker.js')),
    root,
    indexFolder,
    teamIndex: undefined,
    isInBackground: false,
    pauseOnBattery: false,
    isFresh: false,
    model: undefined,
    logger: silentLogger,
  });
}
