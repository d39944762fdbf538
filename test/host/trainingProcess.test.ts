// What a training does when something goes wrong on the way, without a process around it: numbers that break down, a
// disk that is full, pauses, a thread more. A model appears whole or not at all, and what was learned is not lost.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { readSafetensors, toFloat32Array } from '../../server/src/engine/model/safetensors.ts';
import { readState, writeState } from '../../server/src/engine/training/stateFile.ts';
import type { TrainingEnd, TrainingEvent, TrainingOptions } from '../../server/src/engine/trainingRun.ts';
import { runTraining, type TrainingPorts } from '../../server/src/host/trainingProcess.ts';
import { writeNewFolder } from '../../server/src/io/newFolder.ts';
import { explainWriting, openRun, runStore, writeWhole } from '../../server/src/io/runFolder.ts';
import { tinyModelFiles, tinyModelFolder } from '../engine/tinyEngine.ts';
import { toJsonLines, wordLines } from '../engine/training/wordLabels.ts';
import { makeFolder } from '../io/temporaryFolder.ts';
import { noteSentences } from '../support/noteSentences.ts';

const options: TrainingOptions = {
  trainFile: '/harbour/train.jsonl',
  task: 'things',
  modelFolder: tinyModelFolder,
  outputFolder: '/harbour/new',
  epochs: 3,
  batchSize: 8,
  learningRate: 0.005,
};

describe('a training', function () {
  this.timeout(60_000);

  it('whose loss becomes no number before the first epoch ended says what to try', async () => {
    const run = createRun({ options: { learningRate: 1e30 } });
    const end = await run.start();
    assert.equal(end.kind, 'failed');
    assert.match(messageOf(end), /the loss was no number any more\. Try a smaller --learning-rate/);
    assert.equal(run.written.size, 0);
  });

  it('whose loss becomes no number later keeps the weights of the last good epoch', async () => {
    const whole = createRun();
    assert.equal((await whole.start()).kind, 'done');
    const afterFirst = readState(whole.states.find((bytes) => readState(bytes).epoch === 1)!);
    const good = afterFirst.kept.weights.slice();
    afterFirst.weights[0] = Number.NaN;
    const run = createRun({ state: join(writeState(afterFirst)) });
    const end = await run.start();
    assert.ok(end.kind === 'done' && end.outcome === 'diverged' && end.bestEpoch === 1, JSON.stringify(end));
    const tensors = readSafetensors(run.written.get('model.safetensors')!, 'model').tensors;
    for (const tensor of tensors.values())
      assert.ok(toFloat32Array(tensor).every(Number.isFinite), tensor.name);
    const embeddings = toFloat32Array(tensors.get('albert.embeddings.word_embeddings.weight')!);
    // Stored with 16 bits.
    for (let index = 0; index < 50; index++) assert.ok(Math.abs(embeddings[index]! - good[index]!) < 2e-3);
  });

  it('that cannot save because the disk is full says so, and goes on from the state before', async () => {
    const whole = createRun();
    await whole.start();
    const run = createRun();
    run.failSaving = (count) => count === 2;
    const end = await run.start();
    assert.equal(end.kind, 'failed');
    assert.match(messageOf(end), /state\.bin cannot be written\. The disk is full\. Free some space/);
    assert.equal(run.written.size, 0);
    assert.equal(readState(run.states.at(-1)!).epoch, 1);

    const again = createRun({ state: run.states.at(-1)! });
    assert.equal((await again.start()).kind, 'done');
    assert.deepEqual(again.written.get('model.safetensors'), whole.written.get('model.safetensors'));
  });

  it('that cannot write its model because the disk is full loses nothing but the writing', async () => {
    const run = createRun();
    run.failWriting = true;
    const end = await run.start();
    assert.match(messageOf(end), /new cannot be written\. The disk is full/);
    const again = createRun({ state: run.states.at(-1)! });
    assert.equal((await again.start()).kind, 'done');
    const steps = again.events.filter(({ kind }) => kind === 'epoch');
    assert.equal(steps.length, 0, 'nothing had to be learned again');
  });

  it('that is paused makes no step, and gives the same model afterwards', async () => {
    const whole = createRun();
    await whole.start();
    const run = createRun();
    let resume = () => {};
    let waited = 0;
    const seen: number[] = [];
    run.whenRunning = async () => {
      waited++;
      if (waited !== 4) return;
      const events = run.events.length;
      await new Promise<void>((resolve) => {
        resume = resolve;
        setTimeout(resume, 100);
      });
      seen.push(run.events.length - events);
    };
    assert.equal((await run.start()).kind, 'done');
    assert.deepEqual(seen, [0]);
    assert.deepEqual(run.written.get('model.safetensors'), whole.written.get('model.safetensors'));
  });

  it('is the same with two threads as with two threads, bit for bit', async () => {
    const [one, other] = [createRun({ options: { threads: 2 } }), createRun({ options: { threads: 2 } })];
    await one.start();
    await other.start();
    assert.ok(one.written.size > 0);
    assert.deepEqual(one.written.get('model.safetensors'), other.written.get('model.safetensors'));
  });

  it('of adapters writes a plain model in which only query, value and heads have changed', async () => {
    const run = createRun({ options: { adapterRank: 4, learningRate: 0.02 } });
    assert.equal((await run.start()).kind, 'done');
    const made = readSafetensors(run.written.get('model.safetensors')!, 'model').tensors;
    const old = readSafetensors((await tinyModelFiles.read('model.safetensors'))!, 'model').tensors;
    const changed = [...made.keys()].filter((name) => {
      const before = old.get(name);
      return (
        !before ||
        toFloat32Array(before).some((value, index) => {
          // What was stored with 32 bits is stored with 16 now.
          return (
            Math.abs(value - toFloat32Array(made.get(name)!)[index]!) > 1e-3 * Math.max(1, Math.abs(value))
          );
        })
      );
    });
    assert.deepEqual(
      changed
        .map((name) => name.replace(/^albert.*attention\./, ''))
        .filter((name) => !name.startsWith('heads.')),
      ['query.weight', 'value.weight'],
    );
    assert.ok(changed.includes('heads.things.classifier.weight'));
  });

  it('of a decay by layers is another model than without it', async () => {
    const [even, decayed] = [createRun(), createRun({ options: { layerDecay: 0.1 } })];
    assert.equal((await even.start()).kind, 'done');
    assert.equal((await decayed.start()).kind, 'done');
    assert.notDeepEqual(decayed.written.get('model.safetensors'), even.written.get('model.safetensors'));
    assert.match(new TextDecoder().decode(decayed.written.get('README.md')), /layer decay 0\.1/);
  });

  it('computes layers twice where memory is short, says so, and gives the same model', async () => {
    const roomy = createRun();
    const tight = createRun({ memoryBytes: 1000 });
    await roomy.start();
    await tight.start();
    const recomputes = (events: readonly TrainingEvent[]) =>
      events.flatMap((event) => (event.kind === 'started' ? [event.recomputes] : []));
    assert.deepEqual(recomputes(roomy.events), [false]);
    assert.deepEqual(recomputes(tight.events), [true]);
    assert.deepEqual(tight.written.get('model.safetensors'), roomy.written.get('model.safetensors'));
  });

  it('learns from a file with a text of a megabyte, doubled ids and rows that disagree, and says what it did', async () => {
    const lines = [
      ...wordLines(40).map((line, index) => ({ ...line, id: `row${index}` })),
      { id: 'row1', text: 'crow crow again', label: 'bird' },
      { text: 'gold gold 1', label: 'metal' },
      { text: 'gold gold 1', label: 'bird' },
      { text: 'word '.repeat(200_000), label: 'fruit' },
    ];
    const run = createRun({ train: toJsonLines(lines), options: { epochs: 1 } });
    assert.equal((await run.start()).kind, 'done');
    const planned = run.events.find((event) => event.kind === 'planned');
    assert.ok(planned?.kind === 'planned');
    const notes = noteSentences(planned.notes);
    assert.match(notes, /1 texts of train\.jsonl are longer than 8000 characters; their start is used/);
    assert.match(notes, /1 ids of train\.jsonl come twice; the later line counts/);
    assert.match(notes, /1 texts of train\.jsonl have different labels in different lines/);
  });
});

describe('the folder of a training', () => {
  it('keeps the state before, whole, where a new one does not fit on the disk', async () => {
    const folder = path.join(makeFolder({}), 'new.training');
    await runStore.begin(folder, options);
    const run = await openRun(folder);
    try {
      await run.saveState([new TextEncoder().encode('the state before')], 'model');
      // A device that is always full stands where the new file is written first.
      assert.ok(existsSync('/dev/full'), 'this test needs /dev/full, which Linux has');
      symlinkSync('/dev/full', path.join(folder, 'state.bin.part'));
      await assert.rejects(
        run.saveState([new Uint8Array(100_000)], 'model'),
        /state\.bin cannot be written\. The disk is full\. Free some space and start again; what was saved before is whole\./,
      );
      assert.equal(new TextDecoder().decode((await run.loadState('model'))!), 'the state before');
      assert.ok(!readdirSync(folder).includes('state.bin.part'));
      await run.saveState([new TextEncoder().encode('the next one')], 'model');
      assert.equal(new TextDecoder().decode((await run.loadState('model'))!), 'the next one');
    } finally {
      await run.close();
    }
  });

  it('never replaces a model: a folder that exists stays as it is', async () => {
    const folder = makeFolder({ 'model/model.safetensors': 'precious' });
    const target = path.join(folder, 'model');
    await assert.rejects(
      writeNewFolder(target, new Map([['model.safetensors', new Uint8Array(3)]])),
      /exists already, and nothing is replaced/,
    );
    assert.equal(readFileSync(path.join(target, 'model.safetensors'), 'utf8'), 'precious');
    assert.deepEqual(readdirSync(folder), ['model']);
  });

  it('is not there, nor any part of it, where one of its files cannot be written', async () => {
    const folder = makeFolder({ 'model/model.safetensors': 'precious' });
    // Longer than any file system takes: the files before it are written already.
    const files = new Map([
      ['model.safetensors', new Uint8Array(100_000)],
      ['x'.repeat(300), new Uint8Array(1)],
    ]);
    await assert.rejects(writeNewFolder(path.join(folder, 'new'), files), /ENAMETOOLONG/);
    assert.deepEqual(readdirSync(folder), ['model']);
    assert.equal(readFileSync(path.join(folder, 'model/model.safetensors'), 'utf8'), 'precious');
  });

  it('is written by renaming: a file that is there is whole', async () => {
    const folder = makeFolder({ 'events.jsonl': 'old' });
    const file = path.join(folder, 'events.jsonl');
    await writeWhole(file, [new TextEncoder().encode('new '), new TextEncoder().encode('words')]);
    assert.equal(readFileSync(file, 'utf8'), 'new words');
    assert.deepEqual(readdirSync(folder), ['events.jsonl']);
  });
});

/** A run whose files are in memory and whose disk is as full as a test wants it. */
function createRun(
  given: {
    readonly options?: Partial<TrainingOptions>;
    readonly state?: Uint8Array;
    readonly train?: string;
    readonly memoryBytes?: number;
  } = {},
) {
  const diskFull = (file: string) =>
    explainWriting(file, Object.assign(new Error('full'), { code: 'ENOSPC' }));
  const self = {
    events: [] as TrainingEvent[],
    /** Every state that was saved, oldest first. */
    states: given.state ? [given.state] : ([] as Uint8Array[]),
    written: new Map<string, Uint8Array>(),
    failSaving: (_count: number): boolean => false,
    failWriting: false,
    whenRunning: (): Promise<void> => Promise.resolve(),
    start: () => runTraining(ports),
  };
  let saved = 0;
  const ports: TrainingPorts = {
    options: { ...options, ...given.options },
    modelFiles: tinyModelFiles,
    defaultThreads: 1,
    availableMemoryBytes: 2 * (given.memoryBytes ?? 1e9),
    now: () => 0,
    async *readFile() {
      yield new TextEncoder().encode(given.train ?? toJsonLines(wordLines(40)));
    },
    async saveState(pieces) {
      if (self.failSaving(++saved)) throw diskFull('/harbour/new.training/state.bin');
      self.states.push(join(pieces));
    },
    loadState: async () => self.states.at(-1),
    checkOutput: async () => {},
    async writeOutput(folder, files) {
      if (self.failWriting) throw diskFull(folder);
      for (const [name, bytes] of files) self.written.set(name, bytes);
    },
    emit: (event) => void self.events.push(event),
    control: { isCancelled: false, whenRunning: () => self.whenRunning() },
  };
  return self;
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(pieces));
}

function messageOf(end: TrainingEnd): string {
  return end.kind === 'failed' ? end.message : `it ended as ${end.kind}`;
}
