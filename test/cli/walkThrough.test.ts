// The walk-through of docs/FINE-TUNING.md, command by command as it stands there, with the shipped model: eight labels
// from a file, a model that tells them apart, and a label for a new sentence. Only the number of epochs is smaller.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'mocha';
import { runProgram } from './runProgram.ts';

const root = path.join(import.meta.dirname, '../..');
const page = readFileSync(path.join(root, 'docs/FINE-TUNING.md'), 'utf8');
const sample = path.join(root, 'samples/issue-kinds');

interface Step {
  readonly input: string;
  readonly words: readonly string[];
}

/** `echo '…' | npm run marginalia -- classify …` gives the words behind `--` and what goes in. */
function stepsOf(folder: string): readonly Step[] {
  const [, section = ''] = /## Eight labels in five minutes([\s\S]*?)\n## /.exec(page) ?? [];
  const [, block = ''] = /```sh\n([\s\S]*?)```/.exec(section) ?? [];
  return block
    .trim()
    .split('\n')
    .map((line) => {
      const [, , input = '', words = ''] = /^(echo '(.*)' \| )?npm run marginalia -- (.*)$/.exec(line) ?? [];
      const inPlace = words
        .split(' ')
        .map((word) =>
          word.replace('/tmp/', `${folder}${path.sep}`).replace(/^samples\/issue-kinds/, sample),
        );
      return { input: input === '' ? '' : `${input}\n`, words: inPlace };
    });
}

describe('the walk-through of eight labels', function () {
  // A training of the shipped model, though a short one.
  this.timeout(480_000);
  let folder = '';
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'marginalia-walk-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('works as the page says', async () => {
    const [train, evaluate, classify] = stepsOf(folder) as [Step, Step, Step];
    assert.deepEqual(
      [train, evaluate, classify].map(({ words }) => words[0]),
      ['finetune', 'evaluate', 'classify'],
    );
    const trained = await runProgram([...train.words, '--epochs', '2']);
    assert.equal(trained.code, 0, trained.stderr);
    assert.match(trained.stderr, /^106 texts to learn from, 14 held back; one of build \d+\+\d+/m);
    assert.match(trained.stderr, /Keeps purpose, debt, form, embedding on \d{3,} texts\./);

    const evaluated = await runProgram(evaluate.words);
    assert.equal(evaluated.code, 0, evaluated.stderr);
    const { macro, labels } = JSON.parse(evaluated.stdout);
    assert.equal(Object.keys(labels).length, 8);
    // One of eight by chance is 0.125.
    assert.ok(macro.f1 > 0.45, evaluated.stdout);

    const classified = await runProgram(classify.words, { input: classify.input });
    assert.equal(classified.code, 0, classified.stderr);
    const answer = JSON.parse(classified.stdout);
    assert.equal(answer.labels.length, 1);
    assert.ok(['slow', 'crash'].includes(answer.labels[0]), classified.stdout);
  });
});
