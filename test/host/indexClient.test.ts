import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { CancelledError, neverCancelled } from '../../server/src/engine/cancellation.ts';
import { EngineError } from '../../server/src/engine/errors.ts';
import type { IndexStatus } from '../../server/src/engine/index/workspaceIndex.ts';
import { silentLogger } from '../../server/src/engine/log.ts';
import { createIndexClient } from '../../server/src/host/indexClient.ts';
import { createWatchedModel, waitUntilReady } from '../io/index/testIndex.ts';
import { makeFolder } from '../io/temporaryFolder.ts';

function open(
  root: string,
  options: {
    readonly model?: ReturnType<typeof createWatchedModel>;
    readonly workerUrl?: URL;
    readonly teamIndex?: string;
  } = {},
) {
  return createIndexClient({
    workerUrl: options.workerUrl ?? new URL('../../server/src/indexWorker.ts', import.meta.url),
    root,
    indexFolder: makeFolder({}),
    teamIndex: options.teamIndex,
    isInBackground: false,
    pauseOnBattery: false,
    isFresh: false,
    model: options.model,
    logger: silentLogger,
  });
}

describe('the index seen from outside its thread', function () {
  this.timeout(60_000);

  it('searches, asks the model outside for vectors, and tells how far it is', async () => {
    const root = makeFolder({ 'a.md': 'Uploads are resumed after a lost connection.' });
    const model = createWatchedModel();
    const index = open(root, { model });
    const seen: IndexStatus[] = [];
    index.onStatus((status) => seen.push(status));
    await index.refresh(neverCancelled);
    await waitUntilReady(index);
    assert.deepEqual(model.readTexts, ['Uploads are resumed after a lost connection.']);
    assert.deepEqual(
      [index.status().state, index.status().passages, index.status().embedded],
      ['ready', 1, 1],
    );
    assert.ok(seen.some(({ state }) => state === 'reading'));
    const { hits, tiers } = await index.search({ text: 'resumed', count: 5 }, neverCancelled);
    assert.deepEqual(tiers, ['lexical', 'encoder']);
    assert.equal(hits[0]?.file, 'a.md');

    writeFileSync(path.join(root, 'b.md'), 'Another remark.');
    await index.fileChanged('b.md');
    assert.equal((await index.search({ text: '"another remark"', count: 5 }, neverCancelled)).hits.length, 1);
    assert.deepEqual(await index.skippedFiles(), []);
    await index.dispose();
  });

  it('a model that does not load leaves the words', async () => {
    const model = createWatchedModel();
    const broken = {
      ...model,
      info: async () => Promise.reject(new EngineError('modelMissing', 'There is no model.')),
    };
    const index = open(makeFolder({ 'a.md': 'Some remark.' }), { model: broken });
    await index.refresh(neverCancelled);
    await waitUntilReady(index);
    assert.equal((await index.search({ text: 'remark', count: 5 }, neverCancelled)).hits.length, 1);
    assert.match(index.status().message ?? '', /Only words can be searched: There is no model/);
    await index.dispose();
  });

  it('calls that are cancelled or come too late end with that', async () => {
    const index = open(makeFolder({ 'a.md': 'Some remark.' }));
    await assert.rejects(index.refresh({ isCancelled: true }), CancelledError);
    await index.dispose();
    await assert.rejects(index.search({ text: 'a', count: 1 }, neverCancelled), CancelledError);
    await index.dispose();
  });

  it('a team index that does not answer is said in its own words', async () => {
    const index = open(makeFolder({}), { teamIndex: 'postgres://nobody:secret@127.0.0.1:1/nothing' });
    await assert.rejects(
      index.refresh(neverCancelled),
      /^EngineError: The database of the team index does not answer/,
    );
    assert.match(index.status().message ?? '', /^The database of the team index does not answer/);
    assert.doesNotMatch(index.status().message ?? '', /secret/);
    await index.dispose();
  });

  it('a thread that dies is an error with a sentence, not a silence', async () => {
    const workerUrl = new URL('data:text/javascript,throw new Error("no such library")');
    const index = open(makeFolder({}), { workerUrl });
    await assert.rejects(index.refresh(neverCancelled), /Search stopped unexpectedly: no such library/);
    assert.equal(index.status().state, 'error');
    await index.dispose();
  });
});
