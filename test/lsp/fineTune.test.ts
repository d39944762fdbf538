// Fine-tuning by the protocol alone: what can be trained, one training from its start to a decision, a server that
// is restarted in between, and models that are used, rolled back and deleted.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  type ChangeModelParams,
  type ChangeModelResponse,
  type ControlTrainingParams,
  type ControlTrainingResponse,
  changeModelRequest,
  controlTrainingRequest,
  type EstimateTrainingResponse,
  estimateTrainingRequest,
  type GetTrainingResponse,
  getTrainingRequest,
  type ModelVersionsResponse,
  modelVersionsRequest,
  type PreviewModelResponse,
  previewModelRequest,
  type TrainingDataResponse,
  type TrainingResultResponse,
  type TrainingStateParams,
  trainingDataRequest,
  trainingResultRequest,
  trainingStateNotification,
} from '../../protocol/fineTuneRequests.ts';
import type { Engine } from '../../server/src/engine/engine.ts';
import { createBook } from '../../server/src/engine/labelling/labelBook.ts';
import { emptyRow } from '../../server/src/engine/labelling/labelRow.ts';
import type { LabelStore } from '../../server/src/engine/labelling/labelStore.ts';
import type { EngineChoice } from '../../server/src/lsp/services.ts';
import { createFakeEngine, type FakeEngineOptions, fakeModelInfo } from './support/fakeEngine.ts';
import { createFakeStore, createFakeTraining } from './support/fakeTraining.ts';
import { type LspClient, type LspClientOptions, untilReady, withLspClient } from './support/lspClient.ts';

const folders = [{ uri: 'file:///project', name: 'project' }];
const initializationOptions = { storageFolder: '/window', modelsFolder: '/models' };

/** Forty texts of the task `debt`: those that say TODO are design debt, as the fake model thinks too. */
function labelStore(count = 40): LabelStore {
  const rows = Array.from({ length: count }, (_, index) => {
    const isDebt = index % 2 === 0;
    return {
      ...emptyRow(`${isDebt ? 'TODO' : 'note'} number ${index}`, undefined),
      labels: { debt: [isDebt ? 'design' : 'none'] },
      file: 'src/a.ts',
    };
  });
  return {
    location: '/project/.marginalia/labels.jsonl',
    read: async () => createBook(rows, []),
    async save() {},
    async add() {},
    async remove() {},
    tasks: async () => ({ tasks: [], problem: undefined }),
    author: async () => 'Ada',
    async dispose() {},
  };
}

interface Surroundings {
  readonly store: ReturnType<typeof createFakeStore>;
  readonly training: ReturnType<typeof createFakeTraining>;
  /** Folders of the models for which engines were made. */
  readonly opened: (string | undefined)[];
  readonly options: LspClientOptions;
}

/** The shipped model calls everything debt; a trained one is right. */
function surroundings(
  options: { readonly count?: number; readonly broken?: readonly string[] } = {},
): Surroundings {
  const store = createFakeStore();
  const training = createFakeTraining();
  const opened: (string | undefined)[] = [];
  const engineFactory = ({ modelPath }: EngineChoice): Engine => {
    opened.push(modelPath);
    const isBroken = options.broken?.some((name) => modelPath?.includes(name)) ?? false;
    const model: FakeEngineOptions['model'] = isBroken
      ? Promise.reject(new Error('The weights are cut off.'))
      : Promise.resolve({
          ...fakeModelInfo,
          name: modelPath ?? 'fake_model',
          fingerprint: modelPath ?? 'f00d',
        });
    model.catch(() => {});
    const isDebt = (text: string) => modelPath === undefined || text.includes('TODO');
    return {
      ...createFakeEngine({ model }),
      classify: async (task, inputs) =>
        inputs.map(({ text }) => ({
          task,
          probabilities: Float32Array.from(isDebt(text) ? [0.1, 0.9] : [0.9, 0.1]),
          predicted: [isDebt(text) ? 'design' : 'none'],
        })),
    };
  };
  return {
    store,
    training,
    opened,
    options: {
      folders,
      initializationOptions,
      engineFactory,
      openLabels: () => labelStore(options.count),
      fineTune: {
        training,
        openStore: () => store,
        toModelFolder: (modelPath) => modelPath ?? '/shipped',
      },
    },
  };
}

const control = (client: LspClient, params: ControlTrainingParams): Promise<ControlTrainingResponse> =>
  client.connection.sendRequest(controlTrainingRequest, params);
const state = async (client: LspClient): Promise<TrainingStateParams> => {
  const { training }: GetTrainingResponse = await client.connection.sendRequest(getTrainingRequest, {});
  return training;
};
const change = (client: LspClient, params: ChangeModelParams): Promise<ChangeModelResponse> =>
  client.connection.sendRequest(changeModelRequest, params);
const models = (client: LspClient): Promise<ModelVersionsResponse> =>
  client.connection.sendRequest(modelVersionsRequest, {});

async function untilPhase(
  client: LspClient,
  phase: TrainingStateParams['phase'],
): Promise<TrainingStateParams> {
  for (let attempt = 0; attempt < 400; attempt++) {
    const now = await state(client);
    if (now.phase === phase) return now;
    client.clock.advance(100);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.fail(`phase ${phase} never came; it is ${JSON.stringify(await state(client))}`);
}

const done = {
  kind: 'done',
  outcome: 'finished',
  bestEpoch: 1,
  metrics: undefined,
  folder: '',
  elapsedMs: 1,
} as const;

async function train(client: LspClient, { training }: Surroundings): Promise<string> {
  assert.equal((await control(client, { action: 'start', task: 'debt' })).message, undefined);
  training.runs.at(-1)!.emit(done);
  return (await untilPhase(client, 'done')).model!;
}

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

  it('measures before it says how long a training takes, and remembers it', async () => {
    const around = surroundings();
    await withLspClient(around.options, async (client) => {
      await untilReady(client);
      const options = { epochs: 2, learningRate: 1e-4, freeze: 'none', keepTasks: true } as const;
      const ask = (epochs: number): Promise<EstimateTrainingResponse> =>
        client.connection.sendRequest(estimateTrainingRequest, {
          task: 'debt',
          options: { ...options, epochs },
        });
      const asked = ask(2);
      await client.until('the measuring run', () => around.training.runs.length === 1);
      const [run] = around.training.runs;
      run!.emit({ kind: 'planned', plan, notes: [] });
      run!.emit({ ...started, tokensPerEpoch: 300, tokensPerSecond: 100 });
      assert.deepEqual(run!.asked, ['cancel']);
      const rows = (around.store.lines.get('sample.jsonl') as unknown[]).length;
      assert.ok(rows > 0);
      const { seconds, tokensPerSecond } = await asked;
      assert.equal(tokensPerSecond, 100);
      // 10 tokens a text at 100 a second, two epochs.
      const data: TrainingDataResponse = await client.connection.sendRequest(trainingDataRequest, {});
      const texts = data.tasks.find(({ task }) => task === 'debt')!.trainingRows;
      assert.equal(seconds, Math.ceil((texts * 10 * 2) / 100));
      assert.equal((await ask(4)).seconds, Math.ceil((texts * 10 * 4) / 100));
      assert.equal(around.training.runs.length, 1, 'measured once');
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

const plan = {
  kind: 'singleLabel',
  labels: [],
  trainingCount: 30,
  validationCount: 4,
  replayCount: 0,
  freeze: 'none',
  keptTasks: [],
  continues: true,
} as const;
const started = {
  kind: 'started',
  totalSteps: 4,
  epochs: 2,
  tokensPerEpoch: 100,
  resumedAtStep: 0,
  tokensPerSecond: 50,
  estimateMs: 4000,
} as const;
const step = {
  kind: 'step',
  totalSteps: 4,
  epoch: 1,
  learningRate: 1e-4,
  tokensPerSecond: 50,
  remainingMs: 1000,
} as const;
