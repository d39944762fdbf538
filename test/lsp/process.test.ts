// The server as other editors start it: a process of its own over stdio, with the real engine in its worker
// and the tiny model of the fixtures.

import assert from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'mocha';
import {
  createProtocolConnection,
  DidOpenTextDocumentNotification,
  DocumentDiagnosticRequest,
  HoverRequest,
  InitializedNotification,
  InitializeRequest,
  type MarkupContent,
  type ProtocolConnection,
  ShowMessageRequest,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';
import {
  type LabelFileResult,
  labelFileRequest,
  type StatusParams,
  statusNotification,
} from '../../protocol/requests.ts';

const root = path.resolve(fileURLToPath(new URL('../..', import.meta.url)));
const tinyModel = path.join(root, 'test/fixtures/models/tiny');
const uri = 'file:///project/a.ts';
const text =
  '/** Adds two numbers. */\nfunction add(a, b) {\n  // TODO check for overflow\n  return a + b;\n}\n';

interface ServerProcess {
  readonly process: ChildProcessWithoutNullStreams;
  readonly connection: ProtocolConnection;
  readonly statuses: StatusParams[];
  readonly messages: string[];
}

async function withServerProcess(
  options: { readonly modelPath: string; readonly processId?: number },
  run: (server: ServerProcess) => Promise<void>,
): Promise<void> {
  const child = spawn(process.execPath, [path.join(root, 'server/src/main.ts'), '--stdio']);
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const server: ServerProcess = { process: child, connection, statuses: [], messages: [] };
  try {
    connection.onNotification(
      statusNotification,
      (status: StatusParams) => void server.statuses.push(status),
    );
    connection.onRequest(ShowMessageRequest.type, ({ message }) => {
      server.messages.push(message);
      return null;
    });
    connection.listen();
    await connection.sendRequest(InitializeRequest.type, {
      processId: options.processId ?? null,
      rootUri: null,
      capabilities: { textDocument: { hover: { contentFormat: ['markdown'] } } },
      initializationOptions: { settings: { model: { path: options.modelPath } } },
    });
    await connection.sendNotification(InitializedNotification.type, {});
    await connection.sendNotification(DidOpenTextDocumentNotification.type, {
      textDocument: { uri, languageId: 'typescript', version: 1, text },
    });
    await run(server);
  } finally {
    connection.dispose();
    child.kill('SIGKILL');
  }
}

async function until(what: string, condition: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 15_000; !condition(); ) {
    assert.ok(Date.now() < deadline, `not within 15 seconds: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('the server process', function () {
  this.timeout(30_000);

  it('labels a document with the real engine', () =>
    withServerProcess({ modelPath: tinyModel }, async ({ connection, statuses }) => {
      await until('the model is ready', () => statuses.at(-1)?.state === 'ready');
      const answer = await connection.sendRequest<LabelFileResult>(labelFileRequest, {
        textDocument: { uri },
      });
      assert.equal(answer.message, undefined);
      assert.deepEqual(
        answer.passages.map(({ text, symbol }) => ({ text, symbol })),
        [
          { text: 'Adds two numbers.', symbol: 'add' },
          { text: 'TODO check for overflow', symbol: undefined },
        ],
      );
      for (const { labels } of answer.passages) {
        for (const { probability } of labels) assert.ok(probability > 0 && probability <= 1);
        assert.equal(labels.filter((label) => label.task === 'debt').length, 1);
      }
      const hover = await connection.sendRequest(HoverRequest.type, {
        textDocument: { uri },
        position: { line: 0, character: 6 },
      });
      assert.match(
        (hover!.contents as MarkupContent).value,
        /^\*\*Doc comment\*\* · documents function `add`\n/,
      );
      const report = await connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument: { uri } });
      assert.equal(report.kind, 'full');
    }));

  it('knows a language by the name of its file when an editor calls it otherwise', () =>
    withServerProcess({ modelPath: tinyModel }, async ({ connection }) => {
      const script = 'file:///project/run%20me.sh';
      await connection.sendNotification(DidOpenTextDocumentNotification.type, {
        textDocument: { uri: script, languageId: 'sh', version: 1, text: '# Runs it.\necho "# no"\n' },
      });
      const answer = await connection.sendRequest<LabelFileResult>(labelFileRequest, {
        textDocument: { uri: script },
      });
      assert.deepEqual(
        answer.passages.map((one) => one.text),
        ['Runs it.'],
      );
    }));

  it('stays alive and says what to do when there is no model', () =>
    withServerProcess({ modelPath: path.join(root, 'test/no-such-model') }, async (server) => {
      await until('the error is told', () => server.messages.length > 0);
      assert.match(server.messages[0]!, /no-such-model/);
      await until('the status says so', () => server.statuses.at(-1)?.state === 'error');
      const answer = await server.connection.sendRequest<LabelFileResult>(labelFileRequest, {
        textDocument: { uri },
      });
      assert.deepEqual(
        answer.passages.map((one) => one.text),
        ['Adds two numbers.', 'TODO check for overflow'],
      );
      assert.match(answer.message ?? '', /no-such-model/);
    }));

  it('ends after shutdown and exit', () =>
    withServerProcess({ modelPath: tinyModel }, async ({ connection, process: child }) => {
      await connection.sendRequest(ShutdownRequest.type);
      const exited = once(child, 'exit');
      await connection.sendNotification('exit');
      assert.deepEqual((await exited)[0], 0);
    }));

  it('ends when its input is closed', () =>
    withServerProcess({ modelPath: tinyModel }, async ({ process: child }) => {
      const exited = once(child, 'exit');
      child.stdin.end();
      await exited;
    }));

  it('ends with its parent, even when nobody closes its input', async () => {
    const parent = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await withServerProcess({ modelPath: tinyModel, processId: parent.pid! }, async ({ process: child }) => {
      const exited = once(child, 'exit');
      parent.kill('SIGKILL');
      await exited;
    });
  });
});
