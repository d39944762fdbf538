// `finetune` and `evaluate` as a user types them, with the tiny model: a model folder at the end, the same one after a
// kill, a quick end on Ctrl+C, and one clear line for everything that cannot be trained with.

import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'mocha';
import { readSafetensors, toFloat32Array } from '../../server/src/engine/model/safetensors.ts';
import { tinyModelFolder } from '../engine/tinyEngine.ts';
import { toJsonLines, wordLines } from '../engine/training/wordLabels.ts';
import { lineOf, parseJsonLines, runProgram, startProgram } from './runProgram.ts';
import { interruptTraining, killTraining } from './trainingPrograms.ts';

describe('the command line trains', function () {
  // Programs, a dozen of them.
  this.timeout(240_000);
  let folder = '';
  const inFolder = (name: string) => path.join(folder, name);
  const write = (name: string, content: string) => {
    writeFileSync(inFolder(name), content);
    return inFolder(name);
  };
  const words = (output: string, ...more: readonly string[]) => [
    'finetune',
    '--train',
    inFolder('train.jsonl'),
    '--task',
    'things',
    '--output',
    inFolder(output),
    '--model',
    tinyModelFolder,
    '--threads',
    '1',
    ...more,
  ];

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'marginalia-finetune-'));
    write('train.jsonl', toJsonLines(wordLines(60)));
    write('test.jsonl', toJsonLines(wordLines(24, 100)));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('a folder that verifies, classifies and is evaluated at once, with the other tasks beside the new one', async () => {
    const trained = await runProgram(words('first', '--epochs', '16', '--learning-rate', '0.01', '--forget'));
    assert.equal(trained.code, 0, trained.stderr);
    assert.match(trained.stderr, /^\d+ texts to learn from, \d+ held back; one of bird \d+\+\d+/m);
    assert.match(trained.stderr, /^16 epochs, \d+ steps, about .* tokens\/s\.$/m);
    assert.match(
      trained.stderr,
      /^epoch 16\/16 {2}loss [\d.]+ {2}validation loss [\d.]+ {2}macro F1 [\d.]+ .* tokens\/s {2}0 s left$/m,
    );
    assert.doesNotMatch(trained.stderr, /\r/, 'progress belongs to a terminal');
    const [result] = parseJsonLines(trained.stdout);
    assert.equal(result!.outcome, 'finished');
    assert.deepEqual(readdirSync(inFolder('first')).sort(), [
      'README.md',
      'config.json',
      'manifest.json',
      'model.safetensors',
      'replay.jsonl',
      'tasks.json',
      'tokenizer.json',
    ]);
    assert.ok(!existsSync(inFolder('first.training')), 'the run is over');

    const model = ['--model', inFolder('first')];
    const verified = await runProgram(['model', 'verify', ...model]);
    assert.equal(verified.code, 0, verified.stdout);
    const evaluated = await runProgram([
      'evaluate',
      '--test',
      inFolder('test.jsonl'),
      '--task',
      'things',
      ...model,
    ]);
    const metrics = JSON.parse(evaluated.stdout);
    assert.ok(metrics.macro.f1 > 0.8, evaluated.stdout);
    assert.deepEqual(Object.keys(metrics.labels), ['bird', 'fruit', 'metal']);
    assert.equal(metrics.labels.bird.support, 8);
    for (const key of ['micro', 'accuracy', 'confusion', 'ece']) assert.ok(key in metrics, key);
    const classified = await runProgram(['classify', '--task', 'things', ...model], {
      input: toJsonLines([{ text: 'owl owl 7' }, { text: 'zinc zinc 8' }]),
    });
    assert.deepEqual(
      parseJsonLines(classified.stdout).map(({ labels }) => labels),
      [['bird'], ['metal']],
    );
    const old = await runProgram(['classify', '--task', 'purpose', ...model], {
      input: toJsonLines([{ text: 'Returns it.' }]),
    });
    assert.equal(old.code, 0, old.stderr);
    const manifest = JSON.parse(readFileSync(path.join(inFolder('first'), 'manifest.json'), 'utf8'));
    assert.match(manifest.parent, /^[0-9a-f]{64}$/);
    assert.equal(
      manifest.metrics.things.texts,
      result!.validation && manifest.metrics.things.validation.texts,
    );
  });

  it('the same model after kill -9 of both processes in the middle', async () => {
    const flags = ['--epochs', '12', '--batch-size', '4', '--seed', '5'];
    const whole = await runProgram(words('whole', ...flags));
    assert.equal(whole.code, 0, whole.stderr);
    const child = startProgram(words('killed', ...flags));
    await lineOf(child.stderr, /^epoch 3\//m);
    await killTraining(child, inFolder('killed'));
    const resumed = await runProgram(words('killed', ...flags));
    assert.equal(resumed.code, 0, resumed.stderr);
    assert.match(resumed.stderr, /Goes on after step \d+\./);
    assert.deepEqual(weightsIn('killed'), weightsIn('whole'));
  });

  it('and holds what the model knew: its heads stay near, and the next training has texts of every label', () => {
    const [before, now] = [
      path.join(tinyModelFolder, 'model.safetensors'),
      path.join(inFolder('whole'), 'model.safetensors'),
    ].map((file) => readSafetensors(readFileSync(file), file).tensors);
    const moved = (name: string) => {
      const [one, other] = [before!, now!].map((tensors) => toFloat32Array(tensors.get(name)!));
      return Math.max(...one!.map((value, index) => Math.abs(value - other![index]!)));
    };
    const heads = [...before!.keys()].filter((name) => /^heads\.(purpose|debt)\./.test(name));
    assert.ok(heads.length >= 4, heads.join(' '));
    // They follow the encoder, and no further: less than half of their own size.
    for (const name of heads) {
      const size = Math.max(...toFloat32Array(before!.get(name)!).map(Math.abs));
      assert.ok(moved(name) < 0.5 * size + 1e-3, `${name} moved by ${moved(name)} of ${size}`);
    }
    assert.ok(moved([...before!.keys()].find((name) => name.endsWith('attention.query.weight'))!) > 1e-3);
    const replay = parseJsonLines(readFileSync(path.join(inFolder('whole'), 'replay.jsonl'), 'utf8'));
    for (const word of ['owl', 'zinc']) {
      assert.ok(
        replay.some(({ text }) => String(text).includes(word)),
        word,
      );
    }
  });

  it('and stops within a second of Ctrl+C, keeps what was learned, and leaves no process behind', async () => {
    const flags = ['--epochs', '400', '--batch-size', '4'];
    const child = startProgram(words('stopped', ...flags));
    await lineOf(child.stderr, /^epoch 2\//m);
    await interruptTraining(child, inFolder('stopped'));
    const other = await runProgram(words('stopped', '--epochs', '3'));
    assert.equal(other.code, 2);
    assert.match(other.stderr, /holds a training that was interrupted and has other options/);
  });

  const labelled = (lines: readonly object[]) => toJsonLines(lines);
  const bad: Readonly<
    Record<string, { readonly train?: string; readonly more?: readonly string[]; readonly says: RegExp }>
  > = {
    'an empty file': { train: '', says: /bad\.jsonl is empty\. Write one JSON object a line/ },
    'one class only': {
      train: labelled(Array.from({ length: 9 }, (_, index) => ({ text: `t${index}`, label: 'x' }))),
      says: /every text has the label "x", so there is nothing to tell apart/,
    },
    'a broken line': { train: '{"text":"a","label":"x"}\n{"text"', says: /Line 2 of bad\.jsonl is not JSON/ },
    'a file that is not there': { more: ['--train', '/nowhere/x.jsonl'], says: /x\.jsonl does not exist/ },
    'a model that is not there': {
      more: ['--model', '/nowhere/model'],
      says: /nowhere.model has no config\.json/,
    },
    'a learning rate that is none': {
      more: ['--learning-rate', 'fast'],
      says: /--learning-rate takes a number above 0 and up to 1, not "fast"/,
    },
    'a depth that would count more than the full one': {
      more: ['--shallow', '2'],
      says: /--shallow takes a number from 0 and up to 1, not "2"/,
    },
    'layers that would learn faster below': {
      more: ['--layer-decay', '1.5'],
      says: /--layer-decay takes a number above 0 and up to 1, not "1\.5"/,
    },
    'a part that cannot be frozen': {
      more: ['--freeze', 'head'],
      says: /--freeze takes none, embeddings, encoder/,
    },
    'wider adapters where there are none': {
      more: ['--lora-ffn'],
      says: /--lora-ffn widens --lora\. Add --lora RANK/,
    },
    'adapters on a part that is frozen': {
      more: ['--lora', '4', '--freeze', 'encoder'],
      says: /leave --freeze out/,
    },
    'a name that is none': { more: ['--task', 'a b'], says: /"a b" cannot be the name of a task/ },
    'the name of the vector': { more: ['--task', 'embedding'], says: /task "embedding" gives no labels/ },
  };
  for (const [what, { train, more = [], says }] of Object.entries(bad)) {
    it(`BAD INPUT - ${what}`, async () => {
      const given = train === undefined ? [] : ['--train', write('bad.jsonl', train)];
      const result = await runProgram(words('bad', ...given, ...more));
      assert.equal(result.code, 2, result.stderr);
      assert.match(result.stderr, says);
      assert.equal(result.stderr.trim().split('\n').length, 1, result.stderr);
      assert.ok(!existsSync(inFolder('bad')));
      rmSync(inFolder('bad.training'), { recursive: true, force: true });
    });
  }

  it('BAD INPUT - an output folder that exists stays as it is', async () => {
    mkdirSync(inFolder('mine'));
    writeFileSync(path.join(inFolder('mine'), 'precious'), 'x');
    const result = await runProgram(words('mine'));
    assert.equal(result.code, 2);
    assert.match(result.stderr, /mine exists already\. Choose another --output or remove it\./);
    assert.deepEqual(readdirSync(inFolder('mine')), ['precious']);
  });

  it('BAD INPUT - a label in the validation file that is never learned', async () => {
    const validation = write('validation.jsonl', labelled([{ text: 'a', label: 'fish' }]));
    const result = await runProgram(words('bad', '--validation', validation));
    assert.equal(result.code, 2);
    assert.match(result.stderr, /Line 1 of validation\.jsonl has the label "fish", which is not one of bird/);
    rmSync(inFolder('bad.training'), { recursive: true, force: true });
  });

  it('BAD INPUT - evaluate names the line whose label the task does not have', async () => {
    const test = write(
      'odd.jsonl',
      labelled([
        { text: 'a', labels: ['summary'] },
        { text: 'b', label: 'fish' },
      ]),
    );
    const result = await runProgram([
      'evaluate',
      '--test',
      test,
      '--task',
      'purpose',
      '--model',
      tinyModelFolder,
    ]);
    assert.equal(result.code, 2);
    assert.match(result.stderr, /Line 2 of .*odd\.jsonl has the label "fish"; the task has summary/);
  });

  function weightsIn(name: string): Buffer {
    return readFileSync(path.join(inFolder(name), 'model.safetensors'));
  }
});
