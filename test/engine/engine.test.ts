import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { after, before, describe, it } from 'mocha';
import { CancelledError, neverCancelled } from '../../server/src/engine/cancellation.ts';
import { type LabellingEngine, verifyModelFiles } from '../../server/src/engine/engine.ts';
import { packScores, unpackScores } from '../../server/src/host/messages.ts';
import { createTinyEngine, tinyModelFiles, tinyModelWith } from './tinyEngine.ts';

const background = { priority: 'background' as const };
const interactive = { priority: 'interactive' as const };
const utf8 = (text: string) => new TextEncoder().encode(text);

const source = `
/** Opens the file. @deprecated */
function open() {} // TODO: close it again

# not a comment here
`;

describe('the engine on the tiny model', () => {
  let engine: LabellingEngine;
  before(async () => {
    engine = await createTinyEngine();
  });
  after(() => engine.dispose());

  it('takes a source all the way to labels', async () => {
    const file = { id: 'a', language: 'typescript', version: 1, text: source };
    const { passages } = await engine.extract(file);
    const labelled = await engine.labelPassages(passages, interactive, neverCancelled);
    assert.deepEqual(
      labelled.map(({ passage }) => passage.text.value.slice(0, 15)),
      ['Opens the file.', 'TODO: close it '],
    );
    for (const { scores } of labelled) {
      assert.deepEqual(
        scores.map((one) => one.task),
        ['purpose', 'debt', 'form'],
      );
      for (const one of scores) assert.ok(one.probabilities.every((p) => p >= 0 && p <= 1));
      const sum = scores[1]!.probabilities.reduce((total, p) => total + p, 0);
      assert.ok(Math.abs(sum - 1) < 1e-5);
      assert.equal(scores[1]!.predicted.length, 1);
    }
  });

  it('gives a text the same labels alone, in a batch, and through every way in', async () => {
    const texts = Array.from({ length: 300 }, (_, index) => `comment ${'word '.repeat(index % 37)}${index}`);
    const inputs = texts.map((text) => ({ text }));
    const together = await engine.labelTexts(inputs, background, neverCancelled);
    const other = await createTinyEngine();
    for (const index of [0, 1, 36, 150, 299]) {
      const [alone] = await other.labelTexts([inputs[index]!], background, neverCancelled);
      const classified = await other.classify('debt', [inputs[index]!], background, neverCancelled);
      for (const [task, scores] of alone!.entries()) {
        assertClose(scores.probabilities, together[index]![task]!.probabilities, 1e-5);
      }
      assertClose(classified[0]!.probabilities, together[index]![1]!.probabilities, 1e-5);
    }
    await other.dispose();
  });

  it('reads a second segment and another depth as another question', async () => {
    const score = async (context: string | undefined, depth: number) => {
      const input = context === undefined ? { text: 'close it' } : { text: 'close it', context };
      const [scores] = await engine.classify('debt', [input], { ...background, depth }, neverCancelled);
      return [...scores!.probabilities].join();
    };
    const answers = [
      await score(undefined, 6),
      await score('open', 6),
      await score(undefined, 3),
      await score('open', 4),
    ];
    assert.equal(new Set(answers).size, 4);
    assert.equal(await score(undefined, 6), answers[0]);
  });

  it('asks a task about pairs only where there is a context', async () => {
    const tasks = JSON.parse(new TextDecoder().decode((await tinyModelFiles.read('tasks.json'))!));
    tasks.tasks[1].input = 'pair';
    const paired = await createTinyEngine({
      files: tinyModelWith({ 'tasks.json': utf8(JSON.stringify(tasks)), 'manifest.json': undefined }),
    });
    const inputs = [{ text: 'close it' }, { text: 'close it', context: 'open' }, { text: 'sort' }];
    const scores = await paired.labelTexts(inputs, background, neverCancelled);
    assert.deepEqual(
      scores.map((text) => text.map((one) => one.task)),
      [
        ['purpose', 'form'],
        ['purpose', 'debt', 'form'],
        ['purpose', 'form'],
      ],
    );
    // What crosses to another thread comes back the same.
    assert.deepEqual(unpackScores(packScores(scores)), scores);
    const [debt] = await paired.classify('debt', [inputs[1]!], background, neverCancelled);
    const [same] = await engine.classify('debt', [inputs[1]!], background, neverCancelled);
    assertClose(debt!.probabilities, same!.probabilities, 1e-5);
    await assert.rejects(
      paired.classify('debt', inputs, background, neverCancelled),
      /debt compares a text with its context, and input 1 has none/,
    );
    await paired.dispose();
  });

  it('makes unit vectors whose prefixes are vectors again', async () => {
    const [full] = await engine.embed(['open the file'], background, neverCancelled);
    const [short] = await engine.embed(['open the file'], { ...background, dimensions: 16 }, neverCancelled);
    assert.equal(full!.length, 48);
    assert.equal(short!.length, 16);
    for (const vector of [full!, short!]) {
      assert.ok(Math.abs(vector.reduce((sum, one) => sum + one * one, 0) - 1) < 1e-5);
    }
    const ratio = full![0]! / short![0]!;
    assertClose(
      Float32Array.from(short!, (one) => one * ratio),
      full!.subarray(0, 16),
      1e-5,
    );
  });

  it('answers nothing with nothing', async () => {
    assert.deepEqual(await engine.labelPassages([], background, neverCancelled), []);
    assert.deepEqual(await engine.classify('form', [], background, neverCancelled), []);
    assert.deepEqual(await engine.embed([], background, neverCancelled), []);
  });

  it('cuts a text that is longer than the model reads', async () => {
    const [long] = await engine.embed(['word '.repeat(100_000)], background, neverCancelled);
    const [cut] = await engine.embed(['word '.repeat(100_001)], background, neverCancelled);
    assertClose(long!, cut!, 1e-6);
  });

  it('takes any string for a text', async () => {
    const nasty = [
      '',
      ' ',
      '\u0000',
      '\ud800',
      '😀'.repeat(50),
      '\r\n\t',
      '[CLS] [SEP] [MASK]',
      'ä'.normalize('NFD'),
    ];
    const vectors = await engine.embed(nasty, background, neverCancelled);
    assert.equal(vectors.length, nasty.length);
    for (const vector of vectors) assert.ok(vector.every(Number.isFinite));
  });

  it('BAD CALL - names the tasks, depths and dimensions there are', async () => {
    const rejects = (work: Promise<unknown>, code: string, message: RegExp) =>
      assert.rejects(work, { name: 'EngineError', code, message });
    await rejects(
      engine.classify('mood', [], background, neverCancelled),
      'taskUnknown',
      /purpose, debt, form/,
    );
    await rejects(
      engine.classify('embedding', [], background, neverCancelled),
      'taskUnknown',
      /purpose, debt, form/,
    );
    await rejects(
      engine.embed(['a'], { ...background, depth: 5 }, neverCancelled),
      'invalidArgument',
      /3, 4, 6, not 5/,
    );
    await rejects(
      engine.embed(['a'], { ...background, dimensions: 17 }, neverCancelled),
      'invalidArgument',
      /48, 32, 16 dimensions, not 17/,
    );
    await rejects(createTinyEngine({ device: 'abacus' }), 'invalidArgument', /auto, cpu, wasm/);
  });

  it('tells what it is', async () => {
    const info = await engine.modelInfo();
    assert.equal(info.name, 'tiny');
    assert.equal(info.fingerprint, info.manifest?.fingerprint);
    assert.equal(info.device.name, 'cpu');
    assert.equal(info.threads, 1);
    assert.deepEqual(Object.keys(info.parameters), ['embeddings', 'encoder', 'pooler', 'heads']);
    assert.equal(info.sizeBytes, (await tinyModelFiles.read('model.safetensors'))!.length);
  });
});

describe('work in the engine', () => {
  it('is done once for equal texts, and not at all for known ones', async () => {
    let clockCalls = 0;
    const engine = await createTinyEngine({ now: () => clockCalls++ });
    const runsOf = async (texts: readonly string[]) => {
      const start = clockCalls;
      await engine.labelTexts(
        texts.map((text) => ({ text })),
        background,
        neverCancelled,
      );
      return (clockCalls - start) / 2;
    };
    assert.equal(await runsOf(Array(50).fill('the same text')), 1);
    assert.equal(await runsOf(['the same text', 'the same text']), 0);
    assert.equal(await runsOf(['the same text', 'another']), 1);
    await engine.embed(['the same text'], background, neverCancelled);
    assert.equal(await runsOf(['another']), 0);
    await engine.dispose();
  });

  it('for the user goes before work in the background', async () => {
    const engine = await createTinyEngine();
    const order: string[] = [];
    const texts = Array.from({ length: 3000 }, (_, index) => ({
      text: `background ${index} ${'x '.repeat(40)}`,
    }));
    const slow = engine.labelTexts(texts, background, neverCancelled).then(() => order.push('background'));
    await new Promise((resolve) => setTimeout(resolve, 5));
    for (let index = 0; index < 3; index++) {
      await engine.classify('debt', [{ text: `hover ${index}` }], interactive, neverCancelled);
      order.push('interactive');
    }
    await slow;
    assert.deepEqual(order, ['interactive', 'interactive', 'interactive', 'background']);
    await engine.dispose();
  });

  it('stops between batches when it is cancelled, and the engine goes on', async () => {
    const engine = await createTinyEngine();
    let polls = 0;
    const cancellation = {
      get isCancelled() {
        return ++polls > 3;
      },
    };
    const texts = Array.from({ length: 2000 }, (_, index) => ({ text: `number ${index}` }));
    await assert.rejects(engine.labelTexts(texts, background, cancellation), CancelledError);
    assert.equal(polls, 4);
    const [scores] = await engine.classify('form', [{ text: 'still here' }], background, neverCancelled);
    assert.equal(scores!.predicted.length, 1);
    await engine.dispose();
  });

  it('does not let the heap grow with a hundred thousand calls', async function () {
    this.timeout(60_000);
    const engine = await createTinyEngine();
    const call = async (count: number) => {
      for (let index = 0; index < count; index++) {
        await engine.classify('debt', [{ text: `text ${index % 50}` }], interactive, neverCancelled);
      }
    };
    await call(2000);
    const beforeBytes = heapAfterCollection();
    await call(100_000);
    const grownBytes = heapAfterCollection() - beforeBytes;
    assert.ok(grownBytes < 4e6, `the heap grew by ${grownBytes} bytes`);
    await engine.dispose();
  });
});

describe('a broken model', () => {
  const rejects = (changes: Parameters<typeof tinyModelWith>[0], code: string, message: RegExp) =>
    assert.rejects(createTinyEngine({ files: tinyModelWith(changes) }), {
      name: 'EngineError',
      code,
      message,
    });

  it('is named with what to do, file by file', async () => {
    await rejects({ 'model.safetensors': undefined }, 'modelMissing', /no model\.safetensors/);
    await rejects({ 'config.json': undefined }, 'modelMissing', /no config\.json/);
    await rejects({ 'tokenizer.json': undefined }, 'modelMissing', /tokenizer\.json/);
    await rejects({ 'config.json': utf8('{') }, 'modelCorrupt', /config\.json/);
    await rejects({ 'tasks.json': utf8('[]') }, 'modelCorrupt', /tasks\.json/);
    await rejects({ 'manifest.json': utf8('nonsense') }, 'modelCorrupt', /manifest\.json/);
    const weights = (await tinyModelFiles.read('model.safetensors'))!;
    await rejects({ 'model.safetensors': weights.subarray(0, 1000) }, 'modelCorrupt', /model\.safetensors/);
  });

  it('is found by its sums', async () => {
    assert.deepEqual(await verifyModelFiles(tinyModelFiles), []);
    const weights = Uint8Array.from((await tinyModelFiles.read('model.safetensors'))!);
    weights[weights.length - 1]! ^= 1;
    const problems = await verifyModelFiles(
      tinyModelWith({ 'model.safetensors': weights, 'README.md': undefined }),
    );
    assert.equal(problems.length, 2);
    assert.match(problems.join('\n'), /README\.md is missing/);
    assert.match(problems.join('\n'), /model\.safetensors is not the file/);
  });
});

function assertClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  assert.equal(actual.length, expected.length);
  for (let index = 0; index < actual.length; index++) {
    const difference = Math.abs(actual[index]! - expected[index]!);
    assert.ok(difference <= tolerance, `${actual[index]} is not ${expected[index]} at ${index}`);
  }
}

function heapAfterCollection(): number {
  setFlagsFromString('--expose_gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}
