import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { CancelledError, neverCancelled } from '../../server/src/engine/cancellation.ts';
import type { Engine } from '../../server/src/engine/engine.ts';
import { type Logger, silentLogger } from '../../server/src/engine/log.ts';
import type { ModelFiles } from '../../server/src/engine/model/modelFolder.ts';
import { createEngineClient } from '../../server/src/host/engineClient.ts';
import { createSharedCancellation } from '../../server/src/host/sharedCancel.ts';
import { createReadingEngine, readingModelFiles } from '../engine/readingModels.ts';
import { createTinyEngine, tinyModelFiles, tinyModelWith } from '../engine/tinyEngine.ts';

const realWorker = new URL('../../server/src/host/engineWorker.ts', import.meta.url);
const crashingWorker = new URL('./crashingWorker.ts', import.meta.url);
const background = { priority: 'background' as const };

function createClient(options: { workerUrl?: URL; files?: ModelFiles; logger?: Logger } = {}): Engine {
  return createEngineClient({
    workerUrl: options.workerUrl ?? realWorker,
    files: options.files ?? tinyModelFiles,
    device: 'auto',
    threads: 1,
    logger: options.logger ?? silentLogger,
  });
}

const file = { id: 'a', language: 'typescript', version: 1, text: '/** Opens. */\nopen(); // TODO close\n' };

describe('the engine from outside its thread', () => {
  let client: Engine;
  before(() => {
    client = createClient();
  });
  after(() => client.dispose());

  it('answers everything as the engine itself does', async () => {
    const engine = await createTinyEngine();
    const { passages } = await engine.extract(file);
    const texts = passages.map((passage) => passage.text.value);
    const inputs = [{ text: 'a' }, { text: 'b', context: 'c' }];
    assert.deepEqual(await client.extract(file), await engine.extract(file));
    assert.deepEqual(
      await client.labelPassages(passages, background, neverCancelled),
      await engine.labelPassages(passages, background, neverCancelled),
    );
    assert.deepEqual(
      await client.classify('purpose', inputs, background, neverCancelled),
      await engine.classify('purpose', inputs, background, neverCancelled),
    );
    const options = { ...background, dimensions: 32, depth: 3 };
    assert.deepEqual(
      await client.embed(texts, options, neverCancelled),
      await engine.embed(texts, options, neverCancelled),
    );
    const readings = await client.readTexts(texts, background, neverCancelled);
    assert.deepEqual(readings, await engine.readTexts(texts, background, neverCancelled));
    assert.deepEqual(
      readings.map(({ scores }) => scores),
      (await engine.labelPassages(passages, background, neverCancelled)).map(({ scores }) => scores),
    );
    assert.deepEqual(await client.readTexts([], background, neverCancelled), []);
    assert.deepEqual(await client.modelInfo(), await engine.modelInfo());
    assert.deepEqual(await client.embed([], background, neverCancelled), []);
    assert.deepEqual(await client.classify('debt', [], background, neverCancelled), []);
    await engine.dispose();
  });

  it('answers questions, judges order and fills masks as the engine itself does', async () => {
    const questions = [{ question: 'Who?', context: 'Written by the storage team; ask them 😀.' }];
    const asking = createClient({ files: readingModelFiles('question-answering') });
    const ordering = createClient({ files: readingModelFiles('pretraining') });
    const askingEngine = await createReadingEngine('question-answering');
    const orderingEngine = await createReadingEngine('pretraining');
    const pairs = [{ first: 'a', second: 'b' }];
    const fill = { ...background, count: 2 };
    assert.deepEqual(
      await asking.answer(questions, background, neverCancelled),
      await askingEngine.answer(questions, background, neverCancelled),
    );
    assert.deepEqual(
      await ordering.coherence(pairs, background, neverCancelled),
      await orderingEngine.coherence(pairs, background, neverCancelled),
    );
    assert.deepEqual(
      await ordering.fillMasks(['the [MASK]'], fill, neverCancelled),
      await orderingEngine.fillMasks(['the [MASK]'], fill, neverCancelled),
    );
    const long = [{ question: 'Who?', context: 'The parser reads brackets. '.repeat(20_000) }];
    const cancellation = { isCancelled: false };
    const work = asking.answer(long, background, cancellation);
    setTimeout(() => {
      cancellation.isCancelled = true;
    }, 50);
    await assert.rejects(work, CancelledError);
    for (const one of [asking, ordering, askingEngine, orderingEngine]) await one.dispose();
  });

  it('keeps the codes of errors', async () => {
    await assert.rejects(client.classify('mood', [], background, neverCancelled), {
      name: 'EngineError',
      code: 'taskUnknown',
      message: /purpose, debt, form/,
    });
  });

  it('leaves the calling thread free while it works', async () => {
    const texts = Array.from({ length: 1500 }, (_, index) => `text ${index} ${'word '.repeat(30)}`);
    const before = performance.eventLoopUtilization();
    await client.embed(texts, background, neverCancelled);
    const { utilization } = performance.eventLoopUtilization(before);
    assert.ok(
      utilization < 0.5,
      `the event loop was busy for ${Math.round(utilization * 100)} % of the time`,
    );
  });

  it('answers what the user waits for while background work goes on', async () => {
    const order: string[] = [];
    const texts = Array.from({ length: 3000 }, (_, index) => `background ${index} ${'word '.repeat(30)}`);
    const slow = client.embed(texts, background, neverCancelled).then(() => order.push('background'));
    for (let index = 0; index < 3; index++) {
      await client.classify(
        'debt',
        [{ text: `hover ${index}` }],
        { priority: 'interactive' },
        neverCancelled,
      );
      order.push('interactive');
    }
    await slow;
    assert.deepEqual(order, ['interactive', 'interactive', 'interactive', 'background']);
  });

  for (const [name, create] of [
    ['shared memory', () => createSharedCancellation()],
    [
      'a plain object',
      () => ({
        isCancelled: false,
        cancel() {
          this.isCancelled = true;
        },
      }),
    ],
  ] as const) {
    it(`is cancelled through ${name} while it works`, async () => {
      const cancellation = create();
      const texts = Array.from({ length: 20_000 }, (_, index) => `${name} ${index} ${'word '.repeat(20)}`);
      const work = client.embed(texts, background, cancellation);
      setTimeout(() => cancellation.cancel(), 100);
      await assert.rejects(work, CancelledError);
      await assert.rejects(client.embed(['x'], background, cancellation), CancelledError);
      assert.equal((await client.embed(['x'], background, neverCancelled)).length, 1);
    });
  }
});

describe('an engine without its model', () => {
  it('still extracts, and says what is missing each time it is asked', async () => {
    const client = createClient({ files: tinyModelWith({ 'model.safetensors': undefined }) });
    assert.equal((await client.extract(file)).passages.length, 2);
    for (let attempt = 0; attempt < 2; attempt++) {
      await assert.rejects(client.modelInfo(), { name: 'EngineError', code: 'modelMissing' });
    }
    await client.dispose();
  });

  it('finds a model that was repaired meanwhile', async () => {
    let isRepaired = false;
    const files: ModelFiles = {
      displayName: 'repaired',
      read: async (name) =>
        name === 'config.json' && !isRepaired ? undefined : await tinyModelFiles.read(name),
    };
    const client = createClient({ files });
    await assert.rejects(client.modelInfo(), { code: 'modelMissing' });
    isRepaired = true;
    assert.equal((await client.modelInfo()).name, 'tiny');
    await client.dispose();
  });

  it('passes on that a file cannot be read', async () => {
    const files: ModelFiles = { displayName: 'locked', read: () => Promise.reject(new Error('locked away')) };
    const client = createClient({ files });
    await assert.rejects(client.modelInfo(), /locked away/);
    await client.dispose();
  });
});

describe('a worker that dies', () => {
  it('fails its calls clearly and is started again by the next', async () => {
    const errors: string[] = [];
    const logger: Logger = { log: (level, message) => void (level === 'error' && errors.push(message)) };
    const client = createClient({ workerUrl: crashingWorker, logger });
    const lost = [
      client.embed(['a'], background, neverCancelled),
      client.classify('debt', [], background, neverCancelled),
    ];
    for (const call of lost) {
      await assert.rejects(call, {
        name: 'EngineError',
        code: 'runtimeUnavailable',
        message: /stopped unexpectedly: thrown on purpose.*next request starts it again/,
      });
    }
    assert.equal(errors.length, 1);
    assert.equal((await client.modelInfo()).name, 'alive');
    await assert.rejects(client.classify('debt', [], background, neverCancelled), {
      code: 'runtimeUnavailable',
    });
    assert.equal((await client.modelInfo()).name, 'alive');
    await client.dispose();
  });

  it('is given up after a few crashes in a row', async () => {
    const client = createClient({ workerUrl: crashingWorker });
    const crash = () => client.embed(['a'], background, neverCancelled);
    for (let attempt = 0; attempt < 4; attempt++) await assert.rejects(crash(), /starts it again/);
    await assert.rejects(crash(), { code: 'runtimeUnavailable', message: /4 times.*Restart Marginalia/ });
    await client.dispose();
  });
});

describe('closing the engine', () => {
  it('ends the thread and rejects what was under way and what comes after', async () => {
    const client = createClient();
    await client.modelInfo();
    const texts = Array.from({ length: 20_000 }, (_, index) => `closing ${index} ${'word '.repeat(20)}`);
    const work = assert.rejects(client.embed(texts, background, { isCancelled: false }), CancelledError);
    await client.dispose();
    await work;
    await client.dispose();
    await assert.rejects(client.modelInfo(), { code: 'invalidArgument' });
  });
});
