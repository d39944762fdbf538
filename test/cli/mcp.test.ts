// The MCP server over a real process, spoken to by the client of the official SDK.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { describe, it } from 'mocha';
import { agentTools } from '../../protocol/agentTools.ts';
import { shippedModelFolder } from '../../server/src/io/shippedModel.ts';
import { tinyModelFolder } from '../engine/tinyEngine.ts';
import { makeFolder } from '../io/temporaryFolder.ts';
import { startProgram } from './runProgram.ts';

const entry = fileURLToPath(new URL('../../server/src/cli.ts', import.meta.url));
const shipped = shippedModelFolder(new URL('../../server/src/cli.ts', import.meta.url).href);

const files = {
  'src/retry.ts':
    '/** Retries an upload three times before it gives up. */\nexport function retryUpload() {}\n',
  'src/clock.ts': '// TODO: this is a hack, the clock may go back.\nconst now = 1;\n',
  'docs/guide.md': '# Guide\n\nUploads are resumed after a lost connection.\n',
};

describe('marginalia mcp', function () {
  this.timeout(60_000);

  it('introduces itself and its tools, with inputs that the protocol knows', () =>
    withServer({}, async (client) => {
      assert.equal(client.getServerVersion()?.name, 'marginalia');
      assert.match(client.getInstructions() ?? '', /comment/);
      const { tools } = await client.listTools();
      assert.deepEqual(
        tools.map((tool) => tool.name),
        agentTools.map((tool) => tool.name),
      );
      assert.deepEqual(tools[0]?.inputSchema.required, ['query']);
      assert.equal(tools[0]?.annotations?.readOnlyHint, true);
    }));

  it('searches, and knows a file that was written after it started', () =>
    withServer({}, async (client, root) => {
      const first = await call(client, 'search_comments', { query: 'retries upload' });
      assert.match(first.text, /^src\/retry\.ts:1 \(doc, documents retryUpload\)/);
      const data = first.data as { hits: { file: string; line: number }[] };
      assert.equal(data.hits[0]?.file, 'src/retry.ts');
      writeFileSync(path.join(root, 'src/late.ts'), '// The zebra crossing is striped.\n');
      const second = await call(client, 'search_comments', { query: 'zebra', count: 1 });
      assert.match(second.text, /^src\/late\.ts:1/);
    }));

  it('answers a question or says why not, and shows what was read', () =>
    withServer({}, async (client) => {
      const { text, data } = await call(client, 'ask_comments', {
        question: 'What happens after a lost connection?',
      });
      assert.ok('answer' in data || 'read' in data);
      assert.match(text, /docs\/guide\.md:3/);
    }));

  it('checks files for findings, with the shipped model', () =>
    withServer({ model: shipped }, async (client) => {
      const { text, data } = await call(client, 'check_comments', { files: ['src'] });
      assert.match(text, /^1 found in 2 comments of 2 files\.\nsrc\/clock\.ts:1 information debt/);
      assert.equal((data as { findings: { code: string }[] }).findings[0]?.code, 'debt');
    }));

  it('checks only what changed since a revision', () =>
    withServer({ model: shipped, isRepository: true }, async (client, root) => {
      assert.match((await call(client, 'check_comments', { changedSince: 'HEAD' })).text, /^Nothing found in 0/);
      writeFileSync(path.join(root, 'src/new.ts'), '// TODO: this is an ugly hack, rewrite it.\nlet a = 1;\n');
      const { text } = await call(client, 'check_comments', { changedSince: 'HEAD' });
      assert.match(text, /^1 found in 1 comments of 1 files\.\nsrc\/new\.ts:1/);
    }));

  it('BAD CALL - wrong inputs are sentences that the model can act on', () =>
    withServer({}, async (client) => {
      const cases: readonly [string, Record<string, unknown>, RegExp][] = [
        ['search_comments', {}, /needs "query"/],
        ['search_comments', { query: 'a', count: 0 }, /from 1 to 50/],
        ['ask_comments', { question: 7 }, /needs "question"/],
        ['check_comments', {}, /needs files, or changedSince/],
        ['check_comments', { changedSince: 'no-such-revision' }, /./],
      ];
      for (const [name, input, expected] of cases) {
        const answer = await call(client, name, input);
        assert.equal(answer.isError, true, name);
        assert.match(answer.text, expected);
      }
      const outside = await call(client, 'check_comments', { files: ['../../etc/hosts', 'src/none.ts'] });
      assert.match(outside.text, /outside of the folder/);
      assert.match(outside.text, /no such file/);
      await assert.rejects(client.callTool({ name: 'delete_everything', arguments: {} }), /There is no tool/);
    }));

  it('goes on after a line that is no message, and ends when its client does', async () => {
    const root = makeFolder(files);
    const child = startProgram(['mcp', '--root', root, '--index', makeFolder({}), '--model', tinyModelFolder]);
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stdin.write('this is no JSON\n');
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' })}\n`);
    for (const deadline = Date.now() + 30_000; !stdout.includes('\n'); ) {
      assert.ok(Date.now() < deadline, 'no answer to a ping');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.deepEqual(JSON.parse(stdout), { jsonrpc: '2.0', id: 1, result: {} });
    child.stdin.end();
    assert.equal(await ended, 0);
  });
});

interface ServerOptions {
  readonly model?: string;
  readonly isRepository?: boolean;
}

async function withServer(
  { model = tinyModelFolder, isRepository = false }: ServerOptions,
  run: (client: Client, root: string) => Promise<void>,
): Promise<void> {
  const root = makeFolder(files);
  if (isRepository) commitAll(root);
  const client = new Client({ name: 'marginalia-test', version: '1.0.0' });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [entry, 'mcp', '--root', root, '--index', makeFolder({}), '--model', model],
    stderr: 'ignore',
  });
  await client.connect(transport);
  try {
    await run(client, root);
  } finally {
    await client.close();
  }
}

function commitAll(root: string): void {
  const git = (...words: string[]) =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.org', ...words], { cwd: root });
  git('init', '-q');
  git('add', '-A');
  git('commit', '-q', '-m', 'first');
}

async function call(client: Client, name: string, input: Record<string, unknown>) {
  const result = (await client.callTool({ name, arguments: input })) as CallToolResult;
  const [content] = result.content;
  assert.ok(content?.type === 'text');
  return { text: content.text, data: result.structuredContent ?? {}, isError: result.isError };
}
