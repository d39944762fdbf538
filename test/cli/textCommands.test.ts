import assert from 'node:assert/strict';
import { once } from 'node:events';
import { cpSync, truncateSync } from 'node:fs';
import { describe, it } from 'mocha';
import { neverCancelled } from '../../server/src/engine/cancellation.ts';
import { createTinyEngine, tinyModelFolder } from '../engine/tinyEngine.ts';
import { makeFolder } from '../io/temporaryFolder.ts';
import { parseJsonLines, runWithTinyModel, startProgram } from './runProgram.ts';

const background = { priority: 'background' as const };

function jsonLines(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('');
}

describe('classify', function () {
  // Each case starts the program a few times, perhaps on a busy machine.
  this.timeout(60_000);

  it('answers each line in order with the scores of the engine', async () => {
    const inputs = Array.from({ length: 600 }, (_, index) =>
      index % 3 === 0 ? { text: `comment ${index}`, context: 'open' } : { text: `comment ${index}` },
    );
    const { code, stdout, stderr } = await runWithTinyModel(['classify', '--task', 'debt'], {
      input: jsonLines(inputs),
    });
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    const answers = parseJsonLines(stdout) as { scores: Record<string, number>; labels: string[] }[];
    assert.equal(answers.length, inputs.length);
    const engine = await createTinyEngine();
    const expected = await engine.classify('debt', inputs, background, neverCancelled);
    for (const [index, answer] of answers.entries()) {
      assert.deepEqual(Object.keys(answer.scores), [
        'none',
        'design',
        'defect',
        'requirement',
        'documentation',
        'test',
      ]);
      assert.deepEqual(answer.labels, expected[index]!.predicted);
      for (const [label, probability] of Object.values(answer.scores).entries()) {
        assert.ok(Math.abs(probability - expected[index]!.probabilities[label]!) < 1e-4);
      }
    }
    await engine.dispose();
  });

  it('answers a line before the next one is written', async () => {
    const child = startProgram(['classify', '--task', 'form', '--model', tinyModelFolder]);
    child.stdout.setEncoding('utf8');
    for (const text of ['first', 'second']) {
      child.stdin.write(`${JSON.stringify({ text })}\n`);
      const [answer] = await once(child.stdout, 'data');
      assert.deepEqual(Object.keys(JSON.parse(answer as string)), ['scores', 'labels']);
    }
    child.stdin.end();
    assert.deepEqual(await once(child, 'close'), [0, null]);
  });

  it('names the broken line after answering the lines before it', async () => {
    for (const [broken, message] of [
      ['{"text": ', /Line 3 of the input is not a JSON object/],
      ['[1]', /Line 3 of the input is not a JSON object/],
      ['{"text": 7}', /Line 3 of the input has no "text" that is a string/],
      ['{"text": "a", "context": 7}', /Line 3 of the input has no "context" that is a string/],
    ] as const) {
      const input = `{"text":"a"}\n\n${broken}\n{"text":"b"}\n`;
      const { code, stdout, stderr } = await runWithTinyModel(['classify', '--task', 'debt'], { input });
      assert.equal(code, 2);
      assert.equal(parseJsonLines(stdout).length, 1);
      assert.match(stderr, message);
      assert.equal(stderr.trimEnd().split('\n').length, 1);
    }
  });

  it('takes input without a last line feed, with CRLF, and none at all', async () => {
    const run = (input: string) => runWithTinyModel(['classify', '--task', 'debt'], { input });
    assert.equal(parseJsonLines((await run('{"text":"a"}\r\n{"text":"b"}')).stdout).length, 2);
    assert.deepEqual(await run(''), { code: 0, stdout: '', stderr: '' });
  });

  it('BAD CALL - names the tasks of the model', async () => {
    const unknown = await runWithTinyModel(['classify', '--task', 'mood'], { input: '{"text":"a"}' });
    assert.deepEqual([unknown.code, unknown.stdout], [2, '']);
    assert.match(unknown.stderr, /no task "mood"; it has purpose, debt, form\./);
    const missing = await runWithTinyModel(['classify'], { input: '{"text":"a"}' });
    assert.equal(missing.code, 2);
    assert.match(missing.stderr, /needs --task NAME/);
  });

  it('ends with 130 on Ctrl+C while it waits for input', async () => {
    const child = startProgram(['classify', '--task', 'form', '--model', tinyModelFolder]);
    child.stdin.write('{"text":"a"}\n');
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    assert.deepEqual(await once(child, 'close'), [130, null]);
  });
});

describe('embed', function () {
  // Each case starts the program a few times, perhaps on a busy machine.
  this.timeout(60_000);

  it('answers each line in order with the unit vector of the engine', async () => {
    const texts = Array.from({ length: 20 }, (_, index) => `comment number ${index}`);
    const input = jsonLines(texts.map((text) => ({ text })));
    const engine = await createTinyEngine();
    for (const dimensions of [undefined, 16]) {
      const words = dimensions === undefined ? ['embed'] : ['embed', '--dimensions', String(dimensions)];
      const { code, stdout } = await runWithTinyModel(words, { input });
      assert.equal(code, 0);
      const options = dimensions === undefined ? background : { ...background, dimensions };
      const expected = await engine.embed(texts, options, neverCancelled);
      const actual = parseJsonLines(stdout) as { embedding: number[] }[];
      assert.equal(actual.length, texts.length);
      for (const [index, { embedding }] of actual.entries()) {
        assert.equal(embedding.length, dimensions ?? 48);
        for (const [axis, value] of embedding.entries()) {
          assert.ok(Math.abs(value - expected[index]![axis]!) < 1e-5);
        }
      }
    }
    await engine.dispose();
  });

  it('BAD CALL - names the dimensions of the model before reading input', async () => {
    const { code, stderr } = await runWithTinyModel(['embed', '--dimensions', '47'], { input: 'not json' });
    assert.equal(code, 2);
    assert.match(stderr, /48, 32, 16 dimensions, not 47/);
  });
});

describe('model', function () {
  // Each case starts the program a few times, perhaps on a busy machine.
  this.timeout(60_000);

  it('info tells parameters by part, sizes, fingerprint and tasks', async () => {
    const json = await runWithTinyModel(['model', 'info', '--format', 'json']);
    assert.equal(json.code, 0);
    const info = JSON.parse(json.stdout);
    assert.deepEqual(Object.keys(info.parameters), ['embeddings', 'encoder', 'pooler', 'heads']);
    assert.equal(info.fingerprint, info.manifest.fingerprint);
    const text = await runWithTinyModel(['model', 'info']);
    assert.equal(text.code, 0);
    assert.match(text.stdout, new RegExp(`^fingerprint +${info.fingerprint}$`, 'm'));
    assert.match(text.stdout, /^task debt +singleLabel: none, design/m);
  });

  it('verify is content with a whole folder and names what is broken in another', async () => {
    const whole = await runWithTinyModel(['model', 'verify']);
    assert.deepEqual([whole.code, whole.stdout], [0, `${tinyModelFolder}: ok\n`]);
    const folder = makeFolder({});
    cpSync(tinyModelFolder, folder, { recursive: true });
    truncateSync(`${folder}/model.safetensors`, 5000);
    const child = startProgram(['model', 'verify', '--model', folder]);
    let stdout = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    assert.deepEqual(await once(child, 'close'), [2, null]);
    assert.match(stdout, /model\.safetensors is not the file that manifest\.json describes/);
  });
});
