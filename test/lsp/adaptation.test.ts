// Adapting to the workspace by the protocol alone: from its passages to a model that waits, or to the reasons why
// there is none; through a restart of the server, a cancellation while files are read, and bad input.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  type EstimateAdaptationResponse,
  estimateAdaptationRequest,
  type TrainingResultResponse,
  type TrainingStateParams,
  trainingResultRequest,
} from '../../protocol/fineTuneRequests.ts';
import type { AdaptationMeasures, Verdict } from '../../server/src/engine/adaptationMeasure.ts';
import type { AdaptationOptions, TrainingEvent } from '../../server/src/engine/trainingRun.ts';
import {
  change,
  control,
  done,
  models,
  type Surroundings,
  started,
  state,
  step,
  surroundings,
  train,
  untilPhase,
} from './support/fineTuneClient.ts';
import { type LspClient, type LspClientOptions, untilReady, withLspClient } from './support/lspClient.ts';

const before: AdaptationMeasures = {
  words: { loss: 6.2, accuracy: 0.1, count: 900 },
  order: undefined,
  search: { mrr: 0.4, queries: 50, passages: 700 },
  labels: { debt: { macroF1: 0.8, texts: 40 } },
};
const after: AdaptationMeasures = {
  ...before,
  words: { ...before.words, loss: 5.9, accuracy: 0.14 },
  search: { ...before.search!, mrr: 0.45 },
};
const ended = (verdict: Verdict): TrainingEvent => ({
  ...done,
  adaptation: { before, after, verdict, isKept: verdict.isKept },
});
const kept: Verdict = { isKept: true, reasons: [], agreement: { debt: 0.96 } };
const planned = {
  kind: 'adapting',
  plan: {
    trainingPassages: 180,
    heldOutPassages: 20,
    repeatedPassages: 3,
    leftOutPassages: 0,
    windows: 150,
    keptPassages: 150,
    replayTexts: 0,
    epochs: 2,
    keptTasks: ['debt', 'form'],
    fitsHeads: true,
    labelledTexts: { debt: 40 },
  },
} as const;

/** A workspace with so many comments, two in each file. */
function workspace(around: Surroundings, comments = 200): LspClientOptions {
  const names = Array.from({ length: comments / 2 }, (_, index) => `/project/part ${index}.ts`);
  return {
    ...around.options,
    files: {
      languageOf: () => 'typescript',
      read: async (file) => ({
        text: `/** Opens ${file}. */\nexport function open() {}\n\n// Then ${file} is closed.\nclose();\n`,
      }),
      changedLines: async () => ({ problem: 'no git' }),
    },
    listFiles: async () => names,
  };
}

async function adapt(client: LspClient, { training }: Surroundings) {
  assert.deepEqual(await control(client, { action: 'adapt' }), {});
  const run = training.runs.at(-1)!;
  return { ...run, options: run.options as AdaptationOptions };
}

describe('adapting to the workspace over the protocol', () => {
  it('takes a time that is measured on some of its passages, once, and not beside a training', async () => {
    const around = surroundings();
    await withLspClient(workspace(around), async (client) => {
      await untilReady(client);
      const ask = (): Promise<EstimateAdaptationResponse> =>
        client.connection.sendRequest(estimateAdaptationRequest, {});
      const asked = ask();
      await client.until('the measuring run', () => around.training.runs.length === 1);
      const run = around.training.runs[0]!;
      const sample = run.options as AdaptationOptions;
      assert.ok(sample.maxPassages! < 200, 'of 200 passages, some');
      assert.equal(sample.labelsFile, undefined);
      // 100 of 200 passages, in 80 windows, with all of them held: what is fitted twice in the whole run.
      run.emit({
        kind: 'adapting',
        plan: {
          ...planned.plan,
          trainingPassages: 90,
          heldOutPassages: 10,
          leftOutPassages: 100,
          windows: 80,
          keptPassages: 80,
        },
      });
      run.emit({ kind: 'phase', phase: 'heads' });
      run.emit(started);
      assert.deepEqual(run.asked, [], 'the speed of fitting heads is not that of the model');
      client.clock.advance(3_000);
      run.emit({ kind: 'measured', when: 'before', measures: before });
      run.emit({ kind: 'phase', phase: 'model' });
      run.emit({ ...started, tokensPerEpoch: 1_600, tokensPerSecond: 100 });
      assert.deepEqual(run.asked, ['cancel']);
      // Twice the 3 s of the heads; 10 tokens a text, 160 of its own twice, at 100 a second, 12 epochs.
      const { seconds, ...rest } = await asked;
      assert.deepEqual(rest, { tokensPerSecond: 100, passages: 200 });
      // The clock went on a little while the run was waited for.
      assert.ok(Math.abs(seconds - (6 + (12 * 10 * 320) / 100)) <= 2, `${seconds} s`);
      assert.equal((await ask()).passages, 200);
      assert.equal(around.training.runs.length, 1, 'measured once');

      const kept = (await around.store.readRecord('adaptationTime')) as { measuredAt: number };
      await around.store.writeRecord('adaptationTime', {
        ...kept,
        measuredAt: kept.measuredAt - 30 * 60_000,
      });
      const again = assert.rejects(ask(), /ended before its speed was known/);
      await client.until('another measuring run', () => around.training.runs.length === 2);
      await adapt(client, around);
      assert.deepEqual(
        around.training.runs[1]!.asked,
        ['cancel'],
        'a training that a person waits for goes before',
      );
      await again;
      await assert.rejects(ask(), /A training is running/);
    });
  });

  it('learns from its passages, measures by its labels, and makes a model that waits', async () => {
    const around = surroundings();
    await withLspClient(workspace(around), async (client) => {
      await untilReady(client);
      const run = await adapt(client, around);
      assert.equal(run.options.modelFolder, '/shipped');
      assert.equal(run.options.isBackground, true);
      assert.equal(run.options.dataSource, 'comments and docs of project');
      const passages = around.store.lines.get('passages.jsonl') as Record<string, string>[];
      assert.equal(passages.length, 200);
      assert.deepEqual(passages[0], {
        text: 'Opens /project/part 0.ts.',
        file: 'part 0.ts',
        symbol: 'open',
      });
      const labels = around.store.lines.get('adapt-labels.jsonl') as Record<string, unknown>[];
      assert.equal(labels.length, 40);
      assert.ok(labels.every(({ task }) => task === 'debt'));

      run.emit(planned);
      run.emit({ kind: 'phase', phase: 'heads' });
      run.emit(started);
      run.emit({ ...step, step: 1, loss: 9 });
      const fitting = await state(client);
      assert.equal(fitting.adaptation!.part, 'heads');
      assert.equal(fitting.progress!.share, 0.25);
      assert.deepEqual(fitting.losses, [], 'the curve is about the model');
      assert.deepEqual(fitting.notes, [
        '3 passages say word for word what another one says; each counts once.',
      ]);

      await control(client, { action: 'pause' });
      run.emit({ kind: 'measured', when: 'before', measures: before });
      run.emit({ kind: 'phase', phase: 'model' });
      run.emit(started);
      assert.equal((await state(client)).phase, 'paused', 'whatever it reports before its next step');
      await control(client, { action: 'resume' });
      run.emit({ ...step, step: 1, loss: 6 });
      run.emit({
        kind: 'epoch',
        epoch: 1,
        epochs: 2,
        step: 2,
        trainingLoss: 6,
        validation: undefined,
        words: { loss: 6.1, accuracy: 0.11 },
        tokensPerSecond: 50,
        remainingMs: 10,
      });
      const now = await state(client);
      assert.equal(now.phase, 'training');
      assert.deepEqual(now.losses, [{ step: 1, loss: 6 }]);
      assert.deepEqual([now.epochs[0]!.loss, now.epochs[0]!.accuracy], [6.1, 0.11]);
      assert.deepEqual(
        now.adaptation!.measures.map(({ kind, before: was, after: is }) => [kind, was, is]),
        [
          ['wordLoss', 6.2, undefined],
          ['words', 0.1, undefined],
          ['search', 0.4, undefined],
          ['labels', 0.8, undefined],
        ],
      );
      await control(client, { action: 'pause' });
      assert.equal((await state(client)).phase, 'paused');
      await control(client, { action: 'resume' });
      assert.equal((await state(client)).phase, 'training');

      run.emit(ended(kept));
      const { model, adaptation } = await untilPhase(client, 'done');
      assert.deepEqual(adaptation!.verdict, { isKept: true, reasons: [] });
      const { versions, active } = await models(client);
      assert.deepEqual(
        versions.map(({ name, origin, status }) => ({ name, origin, status })),
        [{ name: model, origin: 'adapted', status: 'candidate' }],
      );
      assert.equal(active, undefined, 'nothing is used before somebody decides');
      const result: TrainingResultResponse = await client.connection.sendRequest(trainingResultRequest, {
        model: model!,
      });
      assert.equal(result.result, undefined);
      assert.deepEqual(
        result.adaptation!.map(({ kind, task, before: was, after: is, count }) => [
          ...[kind, task, was, is, count],
        ]),
        [
          ['wordLoss', undefined, 6.2, 5.9, 900],
          ['words', undefined, 0.1, 0.14, 900],
          ['search', undefined, 0.4, 0.45, 50],
          ['labels', 'debt', 0.8, 0.8, 40],
          ['sameAnswers', 'debt', undefined, 0.96, 0],
        ],
      );

      assert.deepEqual(await change(client, { action: 'accept', model: model! }), { model });
      assert.equal((await state(client)).phase, 'none', 'the decision is made');
      assert.deepEqual(await change(client, { action: 'rollBack' }), {});
      assert.equal((await models(client)).active, undefined);
    });
  });

  for (const [locale, sentence] of [
    [
      'en',
      'Comments are found worse by the name of what they document: mean reciprocal rank 0.400, now 0.300.',
    ],
    ['zh-cn', '按所说明的名称查找注释变差了：平均倒数排名原为 0.400，现为 0.300。'],
  ] as const) {
    it(`makes no model where it got worse, and says why in ${locale}; also after a restart`, async () => {
      const around = surroundings();
      const worse: Verdict = {
        isKept: false,
        reasons: [{ kind: 'search', before: 0.4, after: 0.3 }],
        agreement: {},
      };
      const checkDone = ({ model, adaptation }: TrainingStateParams) => {
        assert.equal(model, undefined);
        assert.deepEqual(adaptation!.verdict, { isKept: false, reasons: [sentence] });
      };
      await withLspClient({ ...workspace(around), locale }, async (client) => {
        await untilReady(client);
        (await adapt(client, around)).emit(ended(worse));
        checkDone(await untilPhase(client, 'done'));
        assert.deepEqual((await models(client)).versions, []);
      });
      await withLspClient({ ...workspace(around), locale }, async (client) => {
        await untilReady(client);
        checkDone(await untilPhase(client, 'done'));
        assert.deepEqual(await control(client, { action: 'discard' }), {});
        assert.equal((await state(client)).phase, 'none');
      });
    });
  }

  it('goes on after the server was restarted, with the same passages and the curve from before', async () => {
    const around = surroundings();
    await withLspClient(workspace(around), async (client) => {
      await untilReady(client);
      const run = await adapt(client, around);
      run.emit(planned);
      run.emit({ kind: 'phase', phase: 'model' });
      run.emit(started);
      run.emit({ ...step, step: 1, loss: 6 });
      run.emit({ ...step, step: 2, loss: 5 });
    });
    assert.deepEqual(around.training.runs[0]!.asked, ['cancel'], 'no process is left behind');
    const passages = around.store.lines.get('passages.jsonl');
    await withLspClient(workspace(around, 300), async (client) => {
      await untilReady(client);
      await client.until('the run goes on', () => around.training.runs.length === 2);
      const [first, second] = around.training.runs;
      assert.deepEqual(second!.options, JSON.parse(JSON.stringify(first!.options)));
      assert.equal(around.store.lines.get('passages.jsonl'), passages);
      second!.emit(planned);
      second!.emit({ kind: 'phase', phase: 'heads' });
      second!.emit({ ...started, resumedAtStep: 4 });
      second!.emit({ kind: 'phase', phase: 'model' });
      second!.emit({ ...started, resumedAtStep: 1 });
      assert.deepEqual((await state(client)).losses, [{ step: 1, loss: 6 }], 'step 2 is made again');
      second!.emit(ended(kept));
      await untilPhase(client, 'done');
    });
  });

  it('is cancelled while the workspace is still being read, and leaves what was there before', () =>
    whileReading(async ({ client, around, readOn, adapting }) => {
      assert.equal((await state(client)).phase, 'preparing');
      assert.match((await control(client, { action: 'start', task: 'debt' })).message!, /is running/);
      assert.deepEqual(await control(client, { action: 'cancel' }), {});
      readOn();
      assert.deepEqual(await adapting, {});
      assert.equal((await state(client)).phase, 'none');
      assert.equal(around.training.runs.length, 0);
    }));

  it('is paused while the workspace is still being read, and the run begins so', () =>
    whileReading(async ({ client, around, readOn, adapting }) => {
      assert.deepEqual(await control(client, { action: 'pause' }), {});
      assert.equal((await state(client)).phase, 'paused');
      readOn();
      await adapting;
      assert.deepEqual(around.training.runs.at(-1)!.asked, ['pause']);
      assert.equal((await state(client)).phase, 'paused');
    }));

  it('BAD CALL - a workspace with few comments is an answer with the number that is needed', async () => {
    const around = surroundings();
    await withLspClient(workspace(around, 20), async (client) => {
      await untilReady(client);
      const { message } = await control(client, { action: 'adapt' });
      assert.match(message!, /has 20 different comments and paragraphs; at least 100/);
      assert.equal(around.training.runs.length, 0);
      assert.equal((await state(client)).phase, 'none');
    });
  });

  it('BAD CALL - no curve of labels is measured for it, and only one training runs at a time', async () => {
    const around = surroundings();
    await withLspClient(workspace(around), async (client) => {
      await untilReady(client);
      const run = await adapt(client, around);
      assert.match((await control(client, { action: 'adapt' })).message!, /is running/);
      run.emit(ended(kept));
      await untilPhase(client, 'done');
      assert.match((await control(client, { action: 'measureCurve' })).message!, /Train a model first/);
      await train(client, around);
    });
  });
});

interface Reading {
  readonly client: LspClient;
  readonly around: Surroundings;
  readonly readOn: () => void;
  /** The answer to the request that began it. */
  readonly adapting: ReturnType<typeof control>;
}

/** Adapting, up to the moment in which the first file is read; it waits there. */
async function whileReading(test: (reading: Reading) => Promise<void>): Promise<void> {
  const around = surroundings();
  let wasAsked = () => {};
  const reading = new Promise<void>((resolve) => {
    wasAsked = resolve;
  });
  let readOn = () => {};
  const held = new Promise<void>((resolve) => {
    readOn = resolve;
  });
  const options = workspace(around);
  const files: NonNullable<LspClientOptions['files']> = {
    ...options.files!,
    read: async (file) => {
      wasAsked();
      await held;
      return await options.files!.read(file);
    },
  };
  await withLspClient({ ...options, files }, async (client) => {
    await untilReady(client);
    const adapting = control(client, { action: 'adapt' });
    await reading;
    await test({ client, around, readOn, adapting });
  });
}
