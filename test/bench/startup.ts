// How long a user waits: from the start of the server process to the first hover that shows labels,
// and how much memory the server then holds. Runs the bundled server over stdio, as an editor does.
//
//   node test/bench/startup.ts [--model DIR] [--runs 7]

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  createProtocolConnection,
  DidOpenTextDocumentNotification,
  HoverRequest,
  InitializedNotification,
  InitializeRequest,
  type ProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';
import { type StatusParams, statusNotification } from '../../protocol/requests.ts';
import { median } from './median.ts';
import { report } from './report.ts';

const root = path.resolve(fileURLToPath(new URL('../..', import.meta.url)));
const uri = 'file:///bench/sample.ts';
const text = `/** Adds two numbers and says so in the log. */
export function add(a: number, b: number): number {
  // TODO: this overflows for large values, clamp it before the release
  return a + b;
}
`;

export interface StartupRun {
  readonly initializedMs: number;
  readonly modelReadyMs: number;
  readonly firstLabelMs: number;
  readonly warmHoverMs: number;
  readonly residentMB: number;
}

/** Starts one server, waits for the first hover with labels, and ends it. */
export async function measureStartup(modelFolder: string | undefined): Promise<StartupRun> {
  const startedMs = performance.now();
  const server = spawn(process.execPath, [path.join(root, 'dist/server/main.js'), '--stdio']);
  const connection = createProtocolConnection(
    new StreamMessageReader(server.stdout),
    new StreamMessageWriter(server.stdin),
  );
  try {
    const ready = new Promise<number>((resolve, reject) => {
      connection.onNotification(statusNotification, (status: StatusParams) => {
        if (status.state === 'ready') resolve(performance.now() - startedMs);
        if (status.state === 'error') reject(new Error(status.message ?? 'the server reports an error'));
      });
    });
    connection.listen();
    await connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: null,
      capabilities: { textDocument: { hover: { contentFormat: ['markdown'] } } },
      initializationOptions: { settings: modelFolder ? { model: { path: modelFolder } } : {} },
    });
    const initializedMs = performance.now() - startedMs;
    await connection.sendNotification(InitializedNotification.type, {});
    await connection.sendNotification(DidOpenTextDocumentNotification.type, {
      textDocument: { uri, languageId: 'typescript', version: 1, text },
    });
    const firstLabelMs = (await firstHoverWithLabels(connection)) - startedMs;
    const modelReadyMs = await ready;
    const hoverStartedMs = performance.now();
    await hover(connection);
    const warmHoverMs = performance.now() - hoverStartedMs;
    return { initializedMs, modelReadyMs, firstLabelMs, warmHoverMs, residentMB: residentMB(server) };
  } finally {
    connection.dispose();
    server.kill('SIGKILL');
  }
}

/** A hover that still says "loading" has no percentage in it. */
async function firstHoverWithLabels(connection: ProtocolConnection): Promise<number> {
  for (const deadlineMs = performance.now() + 30_000; performance.now() < deadlineMs; ) {
    if (/\d\s?%/.test(await hover(connection))) return performance.now();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(
    'No hover with labels came within 30 seconds; run `npm run build` and look at the server log.',
  );
}

async function hover(connection: ProtocolConnection): Promise<string> {
  const answer = await connection.sendRequest(HoverRequest.type, {
    textDocument: { uri },
    position: { line: 2, character: 10 },
  });
  return JSON.stringify(answer?.contents ?? '');
}

/** Resident set size from /proc; NaN where there is no /proc. */
function residentMB(server: ChildProcessWithoutNullStreams): number {
  try {
    const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
  } catch {
    return Number.NaN;
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { model: { type: 'string' }, runs: { type: 'string', default: '7' } },
  });
  const runs: StartupRun[] = [];
  for (let run = 0; run < Number(values.runs); run++) {
    runs.push(await measureStartup(values.model && path.resolve(values.model)));
  }
  const rows: [string, string][] = [];
  const row = (name: string, read: (run: StartupRun) => number, unit: string) =>
    rows.push([name, `${median(runs.map(read)).toFixed(unit === 'MB' ? 0 : 1)} ${unit}`]);
  row('process start → initialised', (run) => run.initializedMs, 'ms');
  row('process start → model ready', (run) => run.modelReadyMs, 'ms');
  row('process start → first hover with labels', (run) => run.firstLabelMs, 'ms');
  row('warm hover (cached labels)', (run) => run.warmHoverMs, 'ms');
  row('resident memory, one file open', (run) => run.residentMB, 'MB');
  report({ name: 'startup', columns: [`median of ${runs.length} starts`, ''], rows, ratios: {} });
}
