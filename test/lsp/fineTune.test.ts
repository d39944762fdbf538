// Fine-tuning by the protocol alone: what can be trained, and one training from its plan to the comparison of both
// models, through a restart of the server, a cancellation, and the parts that only measure.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  type TrainingDataResponse,
  type TrainingResultResponse,
  type TrainingStateParams,
  trainingDataRequest,
  trainingResultRequest,
  trainingStateNotification,
} from '../../protocol/fineTuneRequests.ts';
import { EngineError } from '../../server/src/engine/errors.ts';
import {
  control,
  done,
  models,
  started,
  state,
  step,
  surroundings,
  train,
  untilPhase,
} from './support/fineTuneClient.ts';
import { untilReady, withLspClient } from './support/lspClient.ts';

describe('fine-tuning over the protocol', () => {
  it('tells what the labels are good for, and keeps test texts apart', async () => {
    const around = surroundings();
    await withLspClient(around.options, async (client) => {
      await untilReady(client);
      const data: TrainingDataResponse = await client.connection.sendRequest(trainingDataRequest, {});
      const debt = data.tasks.find(({ task }) => task === 'debt')!;
      assert.equal(debt.trainingRows + debt.testRows, 40);
      assert.ok(debt.testRows >= 4 && debt.testRows <= 14, `${debt.testRows} test rows`);
      assert.equal(debt.obstacle, undefined);
      assert.deepEqual(
        debt.labels.map(({ name, training, test }) => [name, training + test]),
        [
          ['none', 20],
          ['design', 20],
        ],
      );
      assert.match(data.tasks.find(({ task }) => task === 'purpose')!.obstacle!, /Nobody has labelled/);

      await control(client, { action: 'start', task: 'debt' });
      const learned = around.store.lines.get('train.jsonl') as { text: string }[];
      const tested = around.store.lines.get('test.jsonl') as { text: string }[];
      assert.equal(learned.length + tested.length, 40);
      assert.deepEqual(
        learned.filter(({ text }) => tested.some((one) => one.text === text)),
        [],
      );
    });
  });

  it('knows the tasks of a model that is still being read when it is asked', async () => {
    await withLspClient(surroundings().options, async (client) => {
      const data: TrainingDataResponse = await client.connection.sendRequest(trainingDataRequest, {});
      assert.equal(data.tasks.find(({ task }) => task === 'debt')?.isKnown, true);
    });
  });

  it('BAD CALL - too few labels are an answer with the number that is needed, and nothing starts', async () => {
    const around = surroundings({ count: 5 });
    await withLspClient(around.options, async (client) => {
      await untilReady(client);
      const { message } = await control(client, { action: 'start', task: 'debt' });
      assert.match(message!, /5 texts are labelled; at least 8/);
      assert.equal(around.training.runs.length, 0);
      assert.equal((await state(client)).phase, 'none');
    });
  });

  it('follows a run from its plan to the comparison of both models', async () => {
    const around = surroundings();
    await withLspClient(around.options, async (client) => {
      await untilReady(client);
      const heard: TrainingStateParams[] = [];
      client.connection.onNotification(
        trainingStateNotification,
        (one: TrainingStateParams) => void heard.push(one),
      );
      await control(client, { action: 'start', task: 'debt' });
      const [run] = around.training.runs;
      assert.equal(run!.options.modelFolder, '/shipped');
      assert.equal(run!.options.isBackground, true);
      run!.emit({
        kind: 'started',
        totalSteps: 1000,
        epochs: 2,
        tokensPerEpoch: 4000,
        resumedAtStep: 0,
        tokensPerSecond: 800,
        estimateMs: 10_000,
      });
      for (let step = 1; step <= 1000; step++) {
        run!.emit({
          kind: 'step',
          step,
          totalSteps: 1000,
          epoch: 1,
          loss: 1 / step,
          learningRate: 1e-4,
          tokensPerSecond: 800,
          remainingMs: 10_000 - 10 * step,
        });
      }
      const now = await state(client);
      assert.equal(now.phase, 'training');
      assert.equal(now.progress!.share, 1);
      assert.ok(now.losses.length <= 300 && now.losses.length > 100, `${now.losses.length} points`);
      assert.equal(now.losses.at(-1)!.step, 1000);

      await control(client, { action: 'pause' });
      assert.equal((await state(client)).phase, 'paused');
      await control(client, { action: 'resume' });
      assert.equal((await state(client)).phase, 'training');
      assert.deepEqual(run!.asked, ['pause', 'resume']);
      assert.ok(heard.length < 20, `${heard.length} notifications for 1000 steps`);

      run!.emit(done);
      const { model } = await untilPhase(client, 'done');
      const { result }: TrainingResultResponse = await client.connection.sendRequest(trainingResultRequest, {
        model: model!,
      });
      assert.equal(result!.after.macroF1, 1);
      assert.ok(result!.before!.macroF1 < 0.5, 'the model before calls everything debt');
      assert.equal(result!.examples.length, result!.after.count);
      assert.equal(result!.examples[0]!.uri, 'file:///project/src/a.ts');
      const { versions, active } = await models(client);
      assert.equal(active, undefined, 'nothing is used before somebody decides');
      assert.deepEqual(
        versions.map(({ name, status, macroF1 }) => ({ name, status, macroF1 })),
        [{ name: model, status: 'candidate', macroF1: 1 }],
      );
    });
  });

  it('goes on after the server was restarted, with the curve that was drawn before', async () => {
    const around = surroundings();
    await withLspClient(around.options, async (client) => {
      await untilReady(client);
      await control(client, { action: 'start', task: 'debt' });
      const [run] = around.training.runs;
      run!.emit({ ...started, resumedAtStep: 0 });
      run!.emit({ ...step, step: 1, loss: 0.9 });
      run!.emit({ ...step, step: 2, loss: 0.7 });
    });
    assert.deepEqual(around.training.runs[0]!.asked, ['cancel'], 'no process is left behind');
    await withLspClient(around.options, async (client) => {
      await untilReady(client);
      const now = await untilPhase(client, 'preparing');
      assert.equal(now.curve, undefined, 'nothing but what a training says is sent');
      assert.deepEqual(
        now.losses.map(({ loss }) => loss),
        [0.9, 0.7],
      );
      await client.until('the run goes on', () => around.training.runs.length === 2);
      const [before, after] = around.training.runs;
      assert.deepEqual(
        after!.options,
        JSON.parse(JSON.stringify(before!.options)),
        'the same run, not another',
      );
      after!.emit({ ...started, resumedAtStep: 1 });
      assert.deepEqual(
        (await state(client)).losses.map(({ loss }) => loss),
        [0.9],
        'step 2 is made again',
      );
      after!.emit(done);
      await untilPhase(client, 'done');
    });
  });

  it('a cancelled training stays cancelled until somebody wants it to go on', async () => {
    const around = surroundings();
    await withLspClient(around.options, async (client) => {
      await untilReady(client);
      await control(client, { action: 'start', task: 'debt' });
      await control(client, { action: 'cancel' });
      await untilPhase(client, 'interrupted');
    });
    await withLspClient(around.options, async (client) => {
      await untilReady(client);
      await untilPhase(client, 'interrupted');
      assert.equal(around.training.runs.length, 1);
      await control(client, { action: 'continue' });
      assert.equal(around.training.runs.length, 2);
      await control(client, { action: 'cancel' });
      await untilPhase(client, 'interrupted');
      assert.deepEqual(await control(client, { action: 'discard' }), {});
      assert.equal((await state(client)).phase, 'none');
      assert.equal(around.training.stored.size, 0);
    });
  });

  it('EXPECTED FAILURE - a loss that is no number keeps the last good model, and says what to try', async () => {
    const around = surroundings();
    await withLspClient(around.options, async (client) => {
      await untilReady(client);
      await control(client, { action: 'start', task: 'debt' });
      around.training.runs[0]!.emit({ ...done, outcome: 'diverged', bestEpoch: 3 });
      const { message, model } = await untilPhase(client, 'done');
      assert.match(message!, /model is that of epoch 3.*half the learning rate/);
      assert.deepEqual(
        (await models(client)).versions.map(({ name }) => name),
        [model],
      );
    });
  });

  it('EXPECTED FAILURE - a comparison that cannot be written is made again, and the training is not', async () => {
    const around = surroundings();
    const save = around.store.saveVersion;
    let isFull = true;
    around.store.saveVersion = async (version) => {
      if (isFull) throw new EngineError('invalidArgument', 'model.json cannot be written. The disk is full.');
      await save(version);
    };
    await withLspClient(around.options, async (client) => {
      await untilReady(client);
      await control(client, { action: 'start', task: 'debt' });
      around.training.runs[0]!.emit(done);
      assert.match((await untilPhase(client, 'failed')).message!, /The disk is full/);
      assert.equal((await models(client)).active, undefined);
      isFull = false;
      assert.deepEqual(await control(client, { action: 'continue' }), {});
      const { model, message } = await untilPhase(client, 'done');
      assert.equal(message, undefined);
      assert.equal(around.training.runs.length, 1);
      assert.deepEqual(
        (await models(client)).versions.map(({ name }) => name),
        [model],
      );
    });
  });

  it('trains with parts of the labels to tell whether more would help', async () => {
    const around = surroundings();
    await withLspClient(around.options, async (client) => {
      await untilReady(client);
      await train(client, around);
      await control(client, { action: 'measureCurve' });
      for (const [index, share] of [0.25, 0.5, 0.75].entries()) {
        await client.until(`run ${index}`, () => around.training.runs.length === index + 2);
        assert.equal((await state(client)).curve!.running, share);
        around.training.runs.at(-1)!.emit(done);
      }
      const { curve } = await untilPhase(client, 'done');
      assert.deepEqual(
        curve!.points.map(({ share, macroF1 }) => [share, macroF1]),
        [
          [0.25, 1],
          [0.5, 1],
          [0.75, 1],
          [1, 1],
        ],
      );
      assert.ok(curve!.points.every(({ rows }, index, all) => index === 0 || rows > all[index - 1]!.rows));
    });
  });

  it('without a folder to keep things in there is a sentence, and no model', async () => {
    const around = surroundings();
    await withLspClient({ ...around.options, initializationOptions: {} }, async (client) => {
      await untilReady(client);
      const data: TrainingDataResponse = await client.connection.sendRequest(trainingDataRequest, {});
      assert.match(data.problem!, /Open a folder/);
      assert.equal((await state(client)).phase, 'none');
      await assert.rejects(control(client, { action: 'start', task: 'debt' }), /Open a folder/);
    });
  });
});
