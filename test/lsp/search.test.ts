// Search, answers and similar passages over the protocol: several folders, cancellation, failure, languages.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { CancellationTokenSource } from 'vscode-languageserver-protocol/node';
import {
  type AskResponse,
  askRequest,
  type SearchResponse,
  type SimilarResponse,
  searchRequest,
  similarRequest,
} from '../../protocol/searchRequests.ts';
import type { IndexRequest } from '../../server/src/lsp/services.ts';
import { createFakeIndex, type FakeIndex, type FakeIndexOptions } from './support/fakeIndex.ts';
import { type LspClient, untilReady, withLspClient } from './support/lspClient.ts';

const api = { uri: 'file:///harbour/api', name: 'api' };
const web = { uri: 'file:///harbour/web%20ui', name: 'web ui' };

const apiPassages = [
  {
    file: 'src/retry.ts',
    line: 12,
    text: 'Waits longer after each failure. Never gives up.',
    symbol: 'retry',
  },
  { file: 'src/queue.ts', line: 3, text: 'Holds what waits for a connection.', symbol: 'Queue' },
  {
    file: 'README.md',
    line: 8,
    text: 'A failure is shown once.',
    labels: [
      { task: 'purpose', name: 'summary', probability: 0.9 },
      { task: 'form', name: 'prose', probability: 0.99 },
    ],
  },
];
const webPassages = [{ file: 'a b.ts', line: 1, text: 'Shows each failure in red.', symbol: 'retry' }];

describe('search over the protocol', () => {
  it('answers with addresses, zero-based lines and labels in the language of the user', () =>
    withSearch({ folders: [api], locale: 'zh-cn' }, async (client) => {
      await untilReady(client);
      const { hits, problems, tiers } = await search(client, 'failure');
      assert.deepEqual(problems, []);
      assert.deepEqual(tiers, ['lexical']);
      assert.deepEqual(
        hits.map(({ uri, file, line, kind }) => ({ uri, file, line, kind })),
        [
          { uri: 'file:///harbour/api/src/retry.ts', file: 'src/retry.ts', line: 11, kind: '文档注释' },
          { uri: 'file:///harbour/api/README.md', file: 'README.md', line: 7, kind: '文档注释' },
        ],
      );
      assert.deepEqual(hits[1]?.labels, [
        { task: 'purpose', name: 'summary', title: '摘要', probability: 0.9 },
      ]);
      const [span] = hits[0]!.highlights;
      assert.equal(hits[0]!.text.slice(span!.start, span!.end), 'failure');
    }));

  it('merges the folders of a workspace by rank and names the folder', () =>
    withSearch({ folders: [api, web] }, async (client) => {
      const { hits } = await search(client, 'failure');
      assert.deepEqual(
        hits.map((hit) => hit.file),
        ['api/src/retry.ts', 'web ui/a b.ts', 'api/README.md'],
      );
      assert.equal(hits[1]?.uri, 'file:///harbour/web%20ui/a%20b.ts');
    }));

  it('answers with no more hits than asked for, whatever number that is', () =>
    withSearch({ folders: [api, web] }, async (client) => {
      assert.equal((await search(client, 'failure', 2)).hits.length, 2);
      assert.equal((await search(client, 'failure', -3)).hits.length, 1);
      assert.equal((await search(client, 'failure', Number.MAX_VALUE)).hits.length, 3);
    }));

  it('leaves out what is found by meaning alone and far behind', () =>
    withSearch({ folders: [web], index: { vectorRanks: [2, 20, 21] } }, async (client) => {
      const { hits } = await search(client, 'failure');
      assert.deepEqual(
        hits.map((hit) => [hit.file, hit.byWords]),
        [
          ['a b.ts', true],
          ['meaning2.md', false],
          ['meaning20.md', false],
        ],
      );
    }));

  it('tells what is wrong with a query', () =>
    withSearch({ folders: [api] }, async (client) => {
      const { problems } = await search(client, 'failure nonsense:x');
      assert.deepEqual(problems, ['There is no filter nonsense:x']);
    }));

  it('answers empty without a folder', () =>
    withSearch({ folders: [] }, async (client) => {
      assert.deepEqual(await search(client, 'failure'), { hits: [], tiers: [], problems: [] });
    }));

  it('can be cancelled while an index works', () => {
    let open = () => {};
    const gate = () => new Promise<void>((resolve) => (open = resolve));
    return withSearch({ folders: [api], index: { gate } }, async (client) => {
      const source = new CancellationTokenSource();
      const answer = search(client, 'failure', 10, source.token);
      await client.settle();
      source.cancel();
      await client.settle();
      open();
      await assert.rejects(answer, /cancelled/);
      assert.deepEqual(
        client.logs.filter((one) => one.level === 'error'),
        [],
      );
    });
  });

  it('EXPECTED FAILURE - one broken index is left out, the only one is an error', async () => {
    const failure = new Error('The disk is on fire.');
    await withSearch({ folders: [api, web], failing: { web: failure } }, async (client) => {
      const { hits } = await search(client, 'failure');
      assert.deepEqual(
        hits.map((hit) => hit.file),
        ['api/src/retry.ts', 'api/README.md'],
      );
      assert.ok(client.logs.some((one) => one.level === 'error' && one.message.includes('web ui')));
    });
    await withSearch({ folders: [web], failing: { web: failure } }, async (client) => {
      await assert.rejects(search(client, 'failure'), /The disk is on fire/);
    });
  });
});

describe('answers over the protocol', () => {
  it('are a span and a sentence of one passage, from the folder that is surest', () =>
    withSearch({ folders: [api, web], scores: { api: 0.6, web: 0.9 } }, async (client) => {
      const { answer, read, problem } = await ask(client, 'What does retry do on failure?');
      assert.equal(problem, undefined);
      assert.ok(answer);
      assert.equal(answer.passage.file, 'web ui/a b.ts');
      const textOf = ({ start, end }: { start: number; end: number }) =>
        answer.passage.text.slice(start, end);
      assert.equal(textOf(answer.span), 'Shows');
      assert.equal(textOf(answer.sentence), 'Shows each failure in red.');
      assert.equal(answer.score, 0.9);
      const { line } = answer.passage;
      assert.deepEqual(answer.range, {
        start: { line, character: 3 },
        end: { line, character: 3 + answer.sentence.end },
      });
      assert.equal(read.length, 3);
    }));

  it('are absent where the workspace does not say, and what no folder mentions is named', () =>
    withSearch({ folders: [api, web] }, async (client) => {
      const { answer, none } = await ask(client, 'Where is Paris, and every failure?');
      assert.equal(answer, undefined);
      assert.deepEqual(none, { unknownWords: ['where', 'paris', 'every', 'failure'], needed: 0.5 });
    }));

  it('are absent where one folder does not say', () =>
    withSearch({ folders: [api] }, async (client) => {
      const { answer, read } = await ask(client, 'What about every failure?');
      assert.equal(answer, undefined);
      assert.equal(read.length, 2);
    }));
});

describe('similar passages over the protocol', () => {
  it('of a hit come from its own folder, without the hit', () =>
    withSearch({ folders: [api, web] }, async (client) => {
      const { hits } = await similar(client, { passage: { root: api.uri, id: '0' } });
      assert.deepEqual(
        hits.map((hit) => hit.file),
        ['api/src/queue.ts', 'api/README.md'],
      );
    }));

  it('of a place in a document leave out the place itself', () =>
    withSearch({ folders: [api, web] }, async (client) => {
      await untilReady(client);
      const uri = 'file:///harbour/api/src/retry.ts';
      const caret = client.open(
        uri,
        '// Waits longer after each fail|ure. Never gives up.\nfunction retry() {}\n',
      );
      const { hits, of } = await similar(client, { place: { uri, position: caret } });
      assert.equal(of, 'Waits longer after each failure. Never gives up.');
      assert.ok(hits.length > 0);
      assert.ok(hits.every((hit) => hit.uri !== uri));
    }));

  it('of a declaration are those of its comment', () =>
    withSearch({ folders: [api] }, async (client) => {
      await untilReady(client);
      const uri = 'file:///harbour/api/new.ts';
      const caret = client.open(uri, 'let a = 1;\n// Each failure counts.\nfunction count|er() {}\n');
      assert.equal((await similar(client, { place: { uri, position: caret } })).of, 'Each failure counts.');
    }));

  it('of a place without a comment are none', () =>
    withSearch({ folders: [api] }, async (client) => {
      await untilReady(client);
      client.open('file:///harbour/api/new.ts', 'let a = 1;\n');
      const place = { uri: 'file:///harbour/api/new.ts', position: { line: 0, character: 2 } };
      assert.deepEqual(await similar(client, { place }), { hits: [], tiers: [], problems: [] });
    }));
});

interface SearchOptions {
  readonly folders: readonly { readonly uri: string; readonly name: string }[];
  readonly locale?: string;
  readonly index?: FakeIndexOptions;
  readonly scores?: Readonly<Record<string, number>>;
  readonly failing?: Readonly<Record<string, Error>>;
}

async function withSearch(
  options: SearchOptions,
  run: (client: LspClient, indexes: ReadonlyMap<string, FakeIndex>) => Promise<void>,
): Promise<void> {
  const indexes = new Map<string, FakeIndex>();
  const openIndex = async ({ root }: IndexRequest) => {
    const name = root.endsWith('api') ? 'api' : 'web';
    const failure = options.failing?.[name];
    const score = options.scores?.[name];
    const index = createFakeIndex({
      passages: name === 'api' ? apiPassages : webPassages,
      ...(failure && { failure }),
      ...(score !== undefined && { answerScore: score }),
      ...options.index,
    });
    indexes.set(name, index);
    return index;
  };
  await withLspClient(
    { openIndex, folders: options.folders, ...(options.locale && { locale: options.locale }) },
    async (client) => {
      await client.until('the indexes are open', () => {
        const last = client.indexStatuses.at(-1);
        return (
          last?.folders.length === options.folders.length &&
          last.folders.every((folder) => folder.state === 'ready')
        );
      });
      await run(client, indexes);
    },
  );
}

function search(
  client: LspClient,
  query: string,
  count = 10,
  token = new CancellationTokenSource().token,
): Promise<SearchResponse> {
  return client.connection.sendRequest(searchRequest, { query, count }, token);
}

function ask(client: LspClient, question: string): Promise<AskResponse> {
  return client.connection.sendRequest(askRequest, { question });
}

function similar(client: LspClient, params: object): Promise<SimilarResponse> {
  return client.connection.sendRequest(similarRequest, { ...params, count: 10 });
}
