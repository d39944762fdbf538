// summarize and keyphrases as a shell sees them.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { makeFolder } from '../io/temporaryFolder.ts';
import { parseJsonLines, runWithTinyModel } from './runProgram.ts';

const text = [
  '# Token budgets',
  '',
  'The scheduler measures the machine and sizes a batch. Equal texts are read once and known texts not at all.',
  'A hover waits for one batch of background work 😀, so a batch has to be short on any machine.',
  '',
  'The queue has two priorities, and what the user waits for goes first.',
  '',
].join('\n');

interface PrintedSentence {
  readonly text: string;
  readonly file: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly score: number;
}

describe('summarize and keyphrases', function () {
  // Each case starts the program a few times, perhaps on a busy machine.
  this.timeout(120_000);

  it('summarize prints the sentences of a file in order with their places', async () => {
    const cwd = makeFolder({ 'docs/budget.md': text });
    const json = await runWithTinyModel(['summarize', 'docs/budget.md', '-k', '2', '--format', 'jsonl'], {
      cwd,
    });
    assert.deepEqual([json.code, json.stderr], [0, '']);
    const sentences = parseJsonLines(json.stdout) as unknown as PrintedSentence[];
    assert.equal(sentences.length, 2);
    for (const one of sentences) {
      assert.deepEqual(Object.keys(one), [
        'text',
        'file',
        'line',
        'column',
        'endLine',
        'endColumn',
        'start',
        'end',
        'score',
      ]);
      assert.equal(text.slice(one.start, one.end), one.text);
      assert.equal(one.line, text.slice(0, one.start).split('\n').length);
      assert.equal(one.file, 'docs/budget.md');
    }
    assert.ok(sentences[0]!.start < sentences[1]!.start);
    const plain = await runWithTinyModel(['summarize', 'docs/budget.md', '-k', '2'], { cwd });
    assert.equal(
      plain.stdout.split('\n')[0]!.split(': ')[0],
      `docs/budget.md:${sentences[0]!.line}:${column(sentences[0]!)}`,
    );
  });

  it('both read stdin as plain text, or as the language that is named', async () => {
    const plain = await runWithTinyModel(['summarize', '-k', '99'], { input: text });
    assert.match(plain.stdout, /^stdin:3:1: The scheduler measures the machine and sizes a batch\.$/m);
    const phrases = await runWithTinyModel(['keyphrases', '--language', 'markdown', '--format', 'jsonl'], {
      input: text,
    });
    assert.equal(phrases.code, 0);
    const rows = parseJsonLines(phrases.stdout) as {
      phrase: string;
      places: { start: number; end: number }[];
    }[];
    assert.ok(rows.length > 3 && rows.length <= 10);
    for (const { phrase, places } of rows) {
      assert.ok(
        places.some(({ start, end }) => text.slice(start, end) === phrase),
        phrase,
      );
    }
    assert.deepEqual(await runWithTinyModel(['keyphrases'], { input: '' }), {
      code: 0,
      stdout: '',
      stderr: '',
    });
  });

  it('BAD CALL - names what cannot be read and which counts there are', async () => {
    const cwd = makeFolder({ 'a.md': text, 'b.bin': new Uint8Array(2000) });
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [['summarize', 'none.md'], /There is no file none\.md/],
      [['summarize', 'b.bin'], /b\.bin cannot be read: holds bytes that no text has/],
      [['summarize', '.'], /\. cannot be read: /],
      [['summarize', 'a.md', 'a.md'], /Only one document can be read/],
      [['summarize', 'a.md', '-k', '0'], /--count takes a whole number of at least 1, not "0"/],
      [['keyphrases', 'a.md', '--format', 'xml'], /--format takes text, jsonl/],
    ];
    for (const [words, message] of cases) {
      const { code, stdout, stderr } = await runWithTinyModel(words, { cwd });
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, message);
    }
  });
});

function column({ start }: PrintedSentence): number {
  return start - text.lastIndexOf('\n', start - 1);
}
