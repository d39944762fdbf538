// Models that came of trainings, by the protocol alone: used, refused, rolled back, and what they would change.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { type PreviewModelResponse, previewModelRequest } from '../../protocol/fineTuneRequests.ts';
import type { Engine } from '../../server/src/engine/engine.ts';
import { change, models, state, surroundings, train } from './support/fineTuneClient.ts';
import { type LspClientOptions, untilReady, withLspClient } from './support/lspClient.ts';

describe('models over the protocol', () => {
  it('uses a model after it was accepted, in the next server too, and goes back in one step', async () => {
    const around = surroundings();
    let model = '';
    await withLspClient(around.options, async (client) => {
      await untilReady(client);
      model = await train(client, around);
      const accepted = await change(client, { action: 'accept', model });
      assert.deepEqual(accepted, { model });
      assert.equal(around.opened.at(-1), `/models/${model}`);
      assert.equal((await state(client)).phase, 'none', 'the decision is made');
    });
    around.opened.length = 0;
    await withLspClient(around.options, async (client) => {
      await untilReady(client);
      assert.deepEqual(around.opened, [`/models/${model}`]);
      const inUse = await change(client, { action: 'remove', model });
      assert.match(inUse.message!, /in use/);
      assert.equal((await models(client)).active, model);
      assert.deepEqual(await change(client, { action: 'rollBack' }), {});
      assert.equal(around.opened.at(-1), undefined, 'the shipped model is back');
      assert.match((await change(client, { action: 'rollBack' })).message!, /No other model/);
      await change(client, { action: 'remove', model });
      assert.deepEqual((await models(client)).versions, []);
    });
  });

  it('EXPECTED FAILURE - a model that does not load is not used, and the one before stays', async () => {
    const around = surroundings({ broken: ['broken'] });
    await withLspClient(around.options, async (client) => {
      await untilReady(client);
      const record = { created: '2026-11-27', origin: 'imported', status: 'accepted', notes: '' } as const;
      const rest = { task: undefined, parent: undefined, trainingRows: undefined };
      await around.store.saveVersion({
        name: 'broken',
        ...record,
        ...rest,
        macroF1: undefined,
        macroF1Before: undefined,
      });
      await assert.rejects(change(client, { action: 'use', model: 'broken' }), /cut off/);
      assert.equal((await models(client)).active, undefined);
      await assert.rejects(change(client, { action: 'import', folder: '/elsewhere/broken' }), /cut off/);
      assert.deepEqual(
        (await models(client)).versions.map(({ name }) => name),
        ['broken'],
        'the copy is gone',
      );
    });
  });

  it('shows what would change in the workspace, and changes nothing', async () => {
    const around = surroundings();
    const files = { '/project/a.ts': '// TODO one\n', '/project/b.ts': '// fine\n' } as const;
    const options: LspClientOptions = {
      ...around.options,
      files: {
        languageOf: () => 'typescript',
        read: async (file) => ({ text: files[file as keyof typeof files] }),
        changedLines: async () => ({ problem: 'no git' }),
      },
      listFiles: async () => Object.keys(files),
      // What is found depends on the model alone.
      engineFactory: (choice) => {
        const engine = around.options.engineFactory!(choice) as Engine;
        if (choice.modelPath === undefined) return engine;
        return {
          ...engine,
          labelPassages: async (passages) =>
            passages.map((passage) => ({
              passage,
              scores: [{ task: 'debt', probabilities: Float32Array.from([0.99, 0.01]), predicted: ['none'] }],
            })),
        };
      },
    };
    await withLspClient(options, async (client) => {
      await untilReady(client);
      const model = await train(client, around);
      const preview: PreviewModelResponse = await client.connection.sendRequest(previewModelRequest, {
        model,
      });
      assert.equal(preview.files, 2);
      assert.equal(preview.gone, 1);
      assert.equal(preview.added, 0);
      assert.equal(preview.relabelled, 1);
      assert.deepEqual(
        preview.changes.map(({ kind, file, line }) => ({ kind, file, line })),
        [
          { kind: 'gone', file: 'a.ts', line: 0 },
          { kind: 'relabelled', file: 'a.ts', line: 0 },
        ],
      );
      assert.equal((await models(client)).active, undefined);
    });
  });
});
