// `adapt` as a user types it, with the tiny model: a folder's passages become a better guesser of its words; the new
// model appears only where nothing got worse, and is the same after a kill.

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
import { tinyModelFolder } from '../engine/tinyEngine.ts';
import { lineOf, parseJsonLines, runProgram, startProgram } from './runProgram.ts';
import { interruptTraining, killTraining } from './trainingPrograms.ts';

/** What the command prints, as far as it is looked at here. */
interface Printed {
  readonly kept: boolean;
  readonly model: string | null;
  readonly reasons: readonly string[];
  readonly before: PrintedMeasures;
  readonly after: PrintedMeasures;
}

interface PrintedMeasures {
  readonly words: { readonly loss: number; readonly count: number };
  readonly search: { readonly queries: number };
}

describe('the command line adapts', function () {
  // Programs, half a dozen of them.
  this.timeout(240_000);
  let folder = '';
  const inFolder = (name: string) => path.join(folder, name);
  const adapt = (output: string, ...more: readonly string[]) => [
    'adapt',
    inFolder('harbour'),
    '--output',
    inFolder(output),
    '--model',
    tinyModelFolder,
    '--threads',
    '1',
    '--learning-rate',
    '0.003',
    ...more,
  ];

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'marginalia-adapt-'));
    mkdirSync(inFolder('harbour'));
    for (let file = 0; file < 9; file++) writeFileSync(inFolder(`harbour/berth${file}.ts`), sourceFile(file));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('a folder: what was learned, on passages that were held out, and a model that fills masks', async () => {
    mkdirSync(inFolder('harbour/.marginalia'));
    const row = { text: 'Moves the ship to the quay.', labels: { debt: ['none'], purpose: ['summary'] } };
    writeFileSync(inFolder('harbour/.marginalia/labels.jsonl'), `${JSON.stringify(row)}\n`);
    const run = await runProgram(adapt('first', '--epochs', '3', '--keep-worse'));
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.stderr, /^\d+ passages to learn from in \d+ windows, \d+ held out;/m);
    assert.match(run.stderr, /^Labels to measure by: purpose 1, debt 1\.$/m);
    assert.match(run.stderr, /^epoch 3\/3 .*hidden words of other passages: loss [\d.]+, right [\d.]+ %/m);
    assert.match(run.stderr, /your labels of debt: macro F1/);
    assert.doesNotMatch(run.stderr, /\r/, 'progress belongs to a terminal');
    const result = JSON.parse(run.stdout) as Printed;
    assert.equal(result.kept, true);
    assert.ok(result.after.words.loss < result.before.words.loss, run.stdout);
    assert.equal(result.after.words.count, result.before.words.count, 'both were asked the same');
    assert.equal(result.before.search.queries, result.after.search.queries);
    assert.ok(!existsSync(inFolder('first.training')), 'the run is over');

    const verified = await runProgram(['model', 'verify', '--model', inFolder('first')]);
    assert.equal(verified.code, 0, verified.stdout);
    const manifest = JSON.parse(readFileSync(path.join(inFolder('first'), 'manifest.json'), 'utf8'));
    assert.equal(manifest.metrics.adaptation.after.words.loss, result.after.words.loss);
    const filled = await runProgram(['fill-mask', '--model', inFolder('first')], {
      input: `${JSON.stringify({ text: 'Moves the [MASK] to the quay.' })}\n`,
    });
    assert.equal(filled.code, 0, filled.stderr);
    assert.equal((parseJsonLines(filled.stdout)[0]!.candidates as readonly unknown[]).length, 5);
  });

  it('or says how long that would take here, and leaves nothing', async () => {
    const run = await runProgram(adapt('trial', '--dry-run'));
    assert.equal(run.code, 0, run.stderr);
    assert.match(
      run.stderr,
      /^About .* on this machine: \d+ different passages, \d+ epochs, [\d,]+ tokens\/s\. Nothing was written\.$/m,
    );
    const time = JSON.parse(run.stdout) as Readonly<Record<string, number>>;
    assert.ok(time.seconds! > 0 && time.tokensPerSecond! > 0, run.stdout);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith('trial')),
      [],
    );
  });

  it('and leaves everything as it is where the new model is worse', async () => {
    // So great a step that nothing of what the model said survives.
    const run = await runProgram(adapt('worse', '--epochs', '2', '--learning-rate', '0.3'));
    assert.equal(run.code, 0, run.stderr);
    const result = JSON.parse(run.stdout) as Printed;
    assert.equal(result.kept, false, run.stdout);
    assert.equal(result.model, null);
    assert.ok(result.reasons.length > 0);
    assert.match(run.stderr, /^Not written: .*--keep-worse/m);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith('worse')),
      [],
    );
  });

  it('the same model after kill -9, on the passages with which it began', async () => {
    const flags = ['--epochs', '4', '--batch-size', '8', '--seed', '5', '--keep-worse'];
    const whole = await runProgram(adapt('whole', ...flags));
    assert.equal(whole.code, 0, whole.stderr);
    const child = startProgram(adapt('killed', ...flags));
    await lineOf(child.stderr, /^Then the whole model:[\s\S]*^epoch 2\//m);
    await killTraining(child, inFolder('killed'));
    writeFileSync(inFolder('harbour/late.ts'), sourceFile(99));
    const resumed = await runProgram(adapt('killed', ...flags));
    rmSync(inFolder('harbour/late.ts'));
    assert.equal(resumed.code, 0, resumed.stderr);
    assert.match(resumed.stderr, /Goes on after step \d+\./);
    assert.deepEqual(weightsIn('killed'), weightsIn('whole'));
  });

  it('and stops within a second of Ctrl+C', async () => {
    const child = startProgram(adapt('stopped', '--epochs', '400'));
    await lineOf(child.stderr, /^Then the whole model:[\s\S]*^epoch 1\//m);
    await interruptTraining(child, inFolder('stopped'));
  });

  it('BAD INPUT - one clear line for what cannot be adapted to', async () => {
    mkdirSync(inFolder('empty'));
    writeFileSync(inFolder('empty/one.ts'), '// Only this.\n');
    const says = async (words: readonly string[], pattern: RegExp) => {
      const run = await runProgram(words);
      assert.equal(run.code, 2, run.stderr);
      assert.match(run.stderr, pattern);
      assert.equal(run.stderr.trim().split('\n').length, 1, run.stderr);
    };
    const out = ['--output', inFolder('bad')];
    await says(
      ['adapt', inFolder('empty'), ...out, '--model', tinyModelFolder],
      /1 different passages, too few/,
    );
    await says(['adapt', inFolder('nowhere'), ...out], /nowhere is no folder/);
    await says(['adapt', inFolder('empty')], /adapt needs --output DIR/);
    assert.ok(!existsSync(inFolder('bad')));
  });

  function weightsIn(name: string): Buffer {
    return readFileSync(path.join(inFolder(name), 'model.safetensors'));
  }
});

/** Comments with few words and regular sentences, so that a tiny model can learn to guess them. */
function sourceFile(seed: number): string {
  const things = ['ship', 'crane', 'pilot', 'cargo', 'berth', 'tide', 'rope'];
  const verbs = ['Moves', 'Counts', 'Finds', 'Opens', 'Checks'];
  const lines: string[] = [];
  for (let index = 0; index < 14; index++) {
    const thing = things[(index + seed) % things.length]!;
    const verb = verbs[(index * 3 + seed) % verbs.length]!;
    lines.push(
      `/** ${verb} the ${thing} number ${seed} to the quay. Then the ${thing} of line ${index} is free. */`,
      `export function ${verb.toLowerCase()}${thing}${seed}x${index}() {}`,
      '',
    );
  }
  return lines.join('\n');
}
