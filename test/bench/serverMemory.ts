// How much memory the server holds, from outside: with a folder open and nothing to do, at most while the folder is
// indexed, and when that is long over. Runs the bundled server over stdio with the environment that the editor gives it.
//
//   node test/bench/serverMemory.ts FOLDER [--seconds 240]
//
// After `--seconds` of indexing a large folder has shown what it holds.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import {
  createProtocolConnection,
  InitializedNotification,
  InitializeRequest,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';
import { memoryEnvironment } from '../../client/src/serverMemory.ts';
import { type IndexStatusParams, indexStatusNotification } from '../../protocol/searchRequests.ts';
import { report } from './report.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: 'string', default: '240' } },
});
if (positionals[0] === undefined) {
  console.error('Usage: node test/bench/serverMemory.ts FOLDER [--seconds 240]');
  process.exit(2);
}
/** Longer than the second thread of the model and the threads that read files wait for work. */
const quietMs = 20_000;
const scratch = mkdtempSync(path.join(tmpdir(), 'marginalia-memory-'));
const entry = fileURLToPath(new URL('../../dist/server/main.js', import.meta.url));
try {
  const idle = await measure({ folder: undefined, limitMs: 0 });
  const busy = await measure({
    folder: path.resolve(positionals[0]),
    limitMs: 1000 * Number(values.seconds),
  });
  report({
    name: 'server-memory',
    columns: ['resident memory of the server', 'MB'],
    rows: [
      ['model ready, no folder', idle.quietMB.toFixed(0)],
      [`at most while a folder is indexed (${busy.embedded} passages read)`, busy.greatestMB.toFixed(0)],
      [`${quietMs / 1000} s later`, busy.quietMB.toFixed(0)],
    ],
    ratios: {},
  });
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function measure({ folder, limitMs }: { folder: string | undefined; limitMs: number }) {
  const server = spawn(process.execPath, [entry, '--stdio'], {
    env: { ...process.env, ...memoryEnvironment, XDG_CACHE_HOME: scratch },
  });
  const connection = createProtocolConnection(
    new StreamMessageReader(server.stdout),
    new StreamMessageWriter(server.stdin),
  );
  const megabytes = () => {
    const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
  };
  let status: IndexStatusParams['folders'][number] | undefined;
  connection.onNotification(indexStatusNotification, ({ folders }: IndexStatusParams) => {
    status = folders[0];
  });
  connection.listen();
  try {
    const uri = folder && pathToFileURL(folder).href;
    await connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: uri ?? null,
      workspaceFolders: uri ? [{ uri, name: 'bench' }] : null,
      capabilities: {},
      initializationOptions: { settings: {}, storageFolder: scratch },
    });
    await connection.sendNotification(InitializedNotification.type, {});
    let greatestMB = 0;
    const until = performance.now() + limitMs;
    while (performance.now() < until && !(status?.state === 'ready' && status.embedded > 0)) {
      await pause(100);
      greatestMB = Math.max(greatestMB, megabytes());
      if (status?.state === 'error') throw new Error(status.message ?? 'the index reports an error');
    }
    // A folder larger than the time would go on: what it holds is known by now.
    const isDone = folder === undefined || status?.state === 'ready';
    await pause(isDone ? quietMs : 0);
    return { greatestMB, quietMB: isDone ? megabytes() : Number.NaN, embedded: status?.embedded ?? 0 };
  } finally {
    connection.dispose();
    server.kill('SIGKILL');
  }
}
