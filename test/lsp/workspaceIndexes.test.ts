// Which folders have an index, what they hear of the world, and what people can do with them.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  DidChangeWatchedFilesNotification,
  DidChangeWorkspaceFoldersNotification,
  DidSaveTextDocumentNotification,
} from 'vscode-languageserver-protocol/node';
import {
  controlIndexRequest,
  type SkippedFilesResponse,
  skippedFilesRequest,
} from '../../protocol/searchRequests.ts';
import type { IndexRequest } from '../../server/src/lsp/services.ts';
import { manyChanges } from '../../server/src/lsp/workspaceIndexes.ts';
import { createFakeEngine, fakeModelInfo } from './support/fakeEngine.ts';
import { createFakeIndex, type FakeIndex } from './support/fakeIndex.ts';
import { type LspClient, type LspClientOptions, untilReady, withLspClient } from './support/lspClient.ts';

const api = { uri: 'file:///harbour/api', name: 'api' };
const web = { uri: 'file:///harbour/web', name: 'web' };
const cloud = { uri: 'vscode-vfs://github/o/r', name: 'r' };

describe('the indexes of a workspace', () => {
  it('are one for each folder on disk, in the place that the client gave', () =>
    withIndexes(
      { folders: [api, web, cloud], initializationOptions: { storageFolder: '/storage' } },
      async (client, { requests }) => {
        await untilFolders(client, ['api', 'web']);
        assert.deepEqual(
          requests.map(({ root, storageFolder, fresh }) => ({ root, storageFolder, fresh })),
          [
            { root: '/harbour/api', storageFolder: '/storage', fresh: false },
            { root: '/harbour/web', storageFolder: '/storage', fresh: false },
          ],
        );
      },
    ));

  it('say why there is none: no folder, a virtual one, switched off, not supported', async () => {
    const reasonOf = async (options: LspClientOptions) => {
      let reason: string | undefined;
      await withLspClient(options, async (client) => {
        await client.until('a reason', () => client.indexStatuses.at(-1)?.reason !== undefined);
        await untilReady(client);
        reason = client.indexStatuses.at(-1)?.reason;
      });
      return reason;
    };
    const openIndex = async () => createFakeIndex();
    assert.equal(await reasonOf({ openIndex }), 'noFolder');
    assert.equal(await reasonOf({ openIndex, folders: [cloud] }), 'virtualFolder');
    assert.equal(await reasonOf({ folders: [api] }), 'notSupported');
    const off = () => ({ search: { enable: false } });
    assert.equal(await reasonOf({ openIndex, folders: [api], settings: off }), 'switchedOff');
  });

  it('are opened again when they should mind the battery from now on', async () => {
    const asked: boolean[] = [];
    const openIndex = async ({ pauseOnBattery }: IndexRequest) => {
      asked.push(pauseOnBattery);
      return createFakeIndex();
    };
    let pauseOnBattery = false;
    const settings = () => ({ search: { pauseOnBattery } });
    await withLspClient({ openIndex, folders: [api], settings }, async (client) => {
      await untilFolders(client, ['api']);
      await client.until('the index is open', () => asked.length === 1);
      await untilReady(client);
      pauseOnBattery = true;
      client.changeConfiguration();
      await client.until('it is opened again', () => asked.length === 2);
      assert.deepEqual(asked, [false, true]);
    });
  });

  it('follow the settings of each folder and folders that come and go', () => {
    const off = new Set<string>([web.uri]);
    const settings = (uri: string | undefined) => ({ search: { enable: !off.has(uri ?? '') } });
    return withIndexes({ folders: [api, web], settings }, async (client, { indexes }) => {
      await untilFolders(client, ['api']);
      off.clear();
      client.changeConfiguration();
      await untilFolders(client, ['api', 'web']);
      await client.connection.sendNotification(DidChangeWorkspaceFoldersNotification.type, {
        event: { added: [], removed: [api] },
      });
      await untilFolders(client, ['web']);
      await client.until('the index of api is closed', () => indexes.get('/harbour/api')!.isDisposed);
      assert.equal(indexes.get('/harbour/web')!.isDisposed, false);
    });
  });

  it('hear of saved and changed files below them, and of nothing else', () =>
    withIndexes({ folders: [api, web] }, async (client, { indexes }) => {
      await untilFolders(client, ['api', 'web']);
      const uri = 'file:///harbour/api/src/a%20b.ts';
      client.open(uri, '// one');
      await client.connection.sendNotification(DidSaveTextDocumentNotification.type, {
        textDocument: { uri },
      });
      await client.connection.sendNotification(DidChangeWatchedFilesNotification.type, {
        changes: [
          { uri: 'file:///harbour/api/b.ts', type: 2 },
          { uri: 'file:///harbour/apiary/c.ts', type: 1 },
          { uri: 'file:///elsewhere/d.ts', type: 3 },
        ],
      });
      await client.settle();
      assert.deepEqual(indexes.get('/harbour/api')!.changedFiles, ['src/a b.ts', 'b.ts']);
      assert.deepEqual(indexes.get('/harbour/web')!.changedFiles, []);
      assert.ok(client.registrations.includes('workspace/didChangeWatchedFiles'));
    }));

  it('walk the folder once after a checkout, a change of ignore rules, or a folder that is gone', () =>
    withIndexes({ folders: [api] }, async (client, { indexes }) => {
      await untilFolders(client, ['api']);
      const index = indexes.get('/harbour/api')!;
      const before = index.refreshCount;
      const many = Array.from({ length: manyChanges + 1 }, (_, number) => ({
        uri: `file:///harbour/api/${number}.ts`,
        type: 2 as const,
      }));
      for (const changes of [
        many,
        [{ uri: 'file:///harbour/api/.gitignore', type: 2 as const }],
        [{ uri: 'file:///harbour/api/gone', type: 3 as const }],
      ]) {
        await client.connection.sendNotification(DidChangeWatchedFilesNotification.type, { changes });
      }
      await client.settle();
      assert.equal(index.refreshCount, before);
      await client.until('the folder is walked', () => index.refreshCount === before + 1);
      assert.deepEqual(index.changedFiles, []);
    }));

  it('prefer the documents that the user looks at', () =>
    withIndexes({ folders: [api, web] }, async (client, { indexes }) => {
      await untilFolders(client, ['api', 'web']);
      client.setVisible(['file:///harbour/web/x.ts', 'file:///harbour/api/y.ts', 'untitled:Untitled-1']);
      await client.settle();
      assert.deepEqual(indexes.get('/harbour/api')!.preferredFiles.at(-1), ['y.ts']);
      assert.deepEqual(indexes.get('/harbour/web')!.preferredFiles.at(-1), ['x.ts']);
    }));

  it('pause, resume and stay paused for folders that come later', () =>
    withIndexes({ folders: [api] }, async (client, { indexes }) => {
      await untilFolders(client, ['api']);
      await control(client, 'pause');
      await client.until('paused', () => client.indexStatuses.at(-1)?.folders[0]?.state === 'paused');
      await client.connection.sendNotification(DidChangeWorkspaceFoldersNotification.type, {
        event: { added: [web], removed: [] },
      });
      await client.until('web is open', () => indexes.get('/harbour/web')?.isPaused === true);
      await control(client, 'resume');
      assert.equal(indexes.get('/harbour/api')!.isPaused, false);
      assert.equal(indexes.get('/harbour/web')!.isPaused, false);
    }));

  it('are thrown away and read again on request, the old one closed first', () =>
    withIndexes({ folders: [api] }, async (client, { indexes, requests }) => {
      await untilFolders(client, ['api']);
      const old = indexes.get('/harbour/api')!;
      await control(client, 'rebuild');
      assert.equal(old.isDisposed, true);
      assert.deepEqual(
        requests.map((request) => request.fresh),
        [false, true],
      );
      assert.notEqual(indexes.get('/harbour/api'), old);
    }));

  it('BAD CALL - an unknown action is told', () =>
    withIndexes({ folders: [api] }, async (client) => {
      await assert.rejects(control(client, 'explode'), /no action "explode"/);
    }));

  it('EXPECTED FAILURE - one that does not open says why and leaves the others alone', () =>
    withIndexes(
      { folders: [api, web], broken: new Map([['/harbour/api', 'The folder is read-only.']]) },
      async (client) => {
        await client.until('an error', () => client.indexStatuses.at(-1)?.folders[0]?.state === 'error');
        await client.until('web is ready', () => client.indexStatuses.at(-1)?.folders[1]?.state === 'ready');
        assert.equal(client.indexStatuses.at(-1)?.folders[0]?.message, 'The folder is read-only.');
      },
    ));

  it('list the files they left out, with the reason', () =>
    withIndexes({ folders: [api, web] }, async (client) => {
      await untilFolders(client, ['api', 'web']);
      const all: SkippedFilesResponse = await client.connection.sendRequest(skippedFilesRequest, {});
      assert.deepEqual(
        all.folders.map((folder) => folder.name),
        ['api', 'web'],
      );
      assert.equal(all.folders[0]?.files[0]?.reason, 'binary');
      const one: SkippedFilesResponse = await client.connection.sendRequest(skippedFilesRequest, {
        root: web.uri,
      });
      assert.deepEqual(
        one.folders.map((folder) => folder.name),
        ['web'],
      );
    }));

  it('are opened again when the model is another one, and only then', () => {
    let modelPath = '';
    const engineFactory: NonNullable<LspClientOptions['engineFactory']> = (choice) =>
      createFakeEngine({
        model: Promise.resolve({ ...fakeModelInfo, fingerprint: choice.modelPath ?? 'shipped' }),
      });
    const settings = () => ({ model: { path: modelPath } });
    return withIndexes({ folders: [api], engineFactory, settings }, async (client, { requests }) => {
      await untilFolders(client, ['api']);
      await untilReady(client);
      assert.equal(requests.length, 1);
      modelPath = '/models/mine';
      client.changeConfiguration();
      await client.until('the index is opened again', () => requests.length === 2);
      assert.equal(requests[1]?.fresh, false);
    });
  });

  it('get the engine once its model is ready', () =>
    withIndexes({ folders: [api] }, async (_client, { requests }) => {
      const engine = await requests[0]!.engine();
      assert.equal((await engine.modelInfo()).name, 'fake_model');
    }));

  it('are closed when the client leaves', async () => {
    const seen = await withIndexes({ folders: [api] }, (client) => untilFolders(client, ['api']));
    assert.equal(seen.indexes.get('/harbour/api')!.isDisposed, true);
  });
});

interface Seen {
  readonly indexes: Map<string, FakeIndex>;
  readonly requests: IndexRequest[];
}

async function withIndexes(
  options: LspClientOptions & { readonly broken?: ReadonlyMap<string, string> },
  run: (client: LspClient, seen: Seen) => Promise<void>,
): Promise<Seen> {
  const seen: Seen = { indexes: new Map(), requests: [] };
  const openIndex = async (request: IndexRequest) => {
    seen.requests.push(request);
    const problem = options.broken?.get(request.root);
    if (problem !== undefined) throw new Error(problem);
    const index = createFakeIndex();
    seen.indexes.set(request.root, index);
    return index;
  };
  await withLspClient({ ...options, openIndex }, async (client) => {
    await client.until('the folders are known', () => client.indexStatuses.length > 0);
    await run(client, seen);
  });
  return seen;
}

function untilFolders(client: LspClient, names: readonly string[]): Promise<void> {
  return client.until(`the indexes of ${names.join(' and ')} are open`, () => {
    const folders = client.indexStatuses.at(-1)?.folders ?? [];
    return (
      folders.every((folder) => folder.state === 'ready') &&
      folders.map((folder) => folder.name).join() === names.join()
    );
  });
}

function control(client: LspClient, action: string): Promise<unknown> {
  return client.connection.sendRequest(controlIndexRequest, { action });
}
