// The MCP server over a real process, spoken to by the client of the official SDK.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { after, before, describe, it } from 'mocha';
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
  this.timeout(120_000);

  describe('over a folder', () => {
    const server = useServer({ model: tinyModelFolder });

    it('introduces itself and its tools, with inputs that the protocol knows', async () => {
      assert.equal(server.client.getServerVersion()?.name, 'marginalia');
      assert.match(server.client.getInstructions() ?? '', /comment/);
      const { tools } = await server.client.listTools();
      assert.deepEqual(
        tools.map((tool) => tool.name),
        agentTools.map((tool) => tool.name),
      );
      assert.deepEqual(tools[0]?.inputSchema.required, ['query']);
      assert.equal(tools[0]?.annotations?.readOnlyHint, true);
    });

    it('searches, and knows a file that was written after it started', async () => {
      const first = await server.call('search_comments', { query: 'retries upload' });
      assert.match(first.text, /^src\/retry\.ts:1 \(doc, documents retryUpload\)/m);
      const { hits } = first.data as { hits: { file: string; line: number; text: string }[] };
      assert.ok(hits.some((hit) => hit.file === 'src/retry.ts' && hit.line === 1));
      writeFileSync(path.join(server.root, 'src/late.ts'), '// The zebra crossing is striped.\n');
      const second = await server.call('search_comments', { query: 'zebra' });
      assert.match(second.text, /^src\/late\.ts:1/m);
    });

    it('answers a question or says why not, and names what was read', async () => {
      const { text, data } = await server.call('ask_comments', {
        question: 'What happens after a lost connection?',
      });
      assert.ok('answer' in data || 'none' in data);
      assert.match(text, /docs\/guide\.md:3/);
    });

    it('BAD CALL - wrong inputs are sentences that the model can act on', async () => {
      const cases: readonly [string, Record<string, unknown>, RegExp][] = [
        ['search_comments', {}, /needs "query"/],
        ['search_comments', { query: 'a', count: 0 }, /from 1 to 50/],
        ['ask_comments', { question: 7 }, /needs "question"/],
        ['check_comments', {}, /needs files, or changedSince/],
        ['check_comments', { changedSince: 'no-such-revision' }, /git/],
      ];
      for (const [name, input, expected] of cases) {
        const answer = await server.call(name, input);
        assert.equal(answer.isError, true, name);
        assert.match(answer.text, expected);
      }
      const outside = await server.call('check_comments', { files: ['../../etc/hosts', 'src/none.ts'] });
      assert.match(outside.text, /outside of the folder/);
      assert.match(outside.text, /no such file/);
      await assert.rejects(
        server.client.callTool({ name: 'delete_everything', arguments: {} }),
        /There is no tool/,
      );
    });
  });

  describe('over a repository, with the shipped model', () => {
    const server = useServer({ model: shipped, isRepository: true });

    it('checks files and folders for findings', async () => {
      const { text, data } = await server.call('check_comments', { files: ['src'] });
      assert.match(text, /^1 found in 2 comments of 2 files\.\nsrc\/clock\.ts:1 information debt/);
      assert.equal((data as { findings: { code: string }[] }).findings[0]?.code, 'debt');
    });

    it('checks only what changed since a revision', async () => {
      const before = await server.call('check_comments', { changedSince: 'HEAD' });
      assert.match(before.text, /^Nothing found in 0/);
      writeFileSync(
        path.join(server.root, 'src/new.ts'),
        '// TODO: this is an ugly hack, rewrite it.\nlet a = 1;\n',
      );
      const { text } = await server.call('check_comments', { changedSince: 'HEAD' });
      assert.match(text, /^1 found in 1 comments of 1 files\.\nsrc\/new\.ts:1/);
    });
  });

  it('goes on after a line that is no message, and ends when its client does', async () => {
    const words = ['mcp', '--root', makeFolder(files), '--index', makeFolder({}), '--model', tinyModelFolder];
    const child = startProgram(words);
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stdin.write('this is no JSON\n');
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' })}\n`);
    while (!stdout.includes('\n')) await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(JSON.parse(stdout), { jsonrpc: '2.0', id: 1, result: {} });
    child.stdin.end();
    assert.equal(await ended, 0);
  });
});

interface ServerOptions {
  readonly model: string;
  readonly isRepository?: boolean;
}

/** One server for all tests of a group: starting a process with a model is what takes time. */
function useServer({ model, isRepository = false }: ServerOptions) {
  // Outlives a test, unlike the folders of `makeFolder`.
  const folder = mkdtempSync(path.join(tmpdir(), 'marginalia-mcp-'));
  const root = path.join(folder, 'root');
  const client = new Client({ name: 'marginalia-test', version: '1.0.0' });
  before(async () => {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      writeFileSync(path.join(root, name), content);
    }
    if (isRepository) commitAll(root);
    await client.connect(
      new StdioClientTransport({
        command: process.execPath,
        args: [entry, 'mcp', '--root', root, '--index', path.join(folder, 'index'), '--model', model],
        stderr: 'ignore',
      }),
    );
  });
  after(async () => {
    await client.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    root,
    client,
    async call(name: string, input: Record<string, unknown>) {
      const result = (await client.callTool({ name, arguments: input })) as CallToolResult;
      const [content] = result.content;
      assert.ok(content?.type === 'text');
      return { text: content.text, data: result.structuredContent ?? {}, isError: result.isError };
    },
  };
}

function commitAll(root: string): void {
  const git = (...words: string[]) =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.org', ...words], { cwd: root });
  git('init', '-q');
  git('add', '-A');
  git('commit', '-q', '-m', 'first');
}
