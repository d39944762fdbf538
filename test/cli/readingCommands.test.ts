// answer, coherence and fill-mask as a shell sees them, on the tiny models made for them.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'mocha';
import { neverCancelled } from '../../server/src/engine/cancellation.ts';
import { answerTasks, createReadingEngine, makeReadingModelFolder } from '../engine/readingModels.ts';
import { tinyModelFolder } from '../engine/tinyEngine.ts';
import { parseJsonLines, runProgram, startProgram } from './runProgram.ts';

const background = { priority: 'background' as const };

function jsonLines(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('');
}

describe('answer', function () {
  // Each case starts the program a few times, perhaps on a busy machine.
  this.timeout(120_000);
  const tasks = answerTasks({ temperatures: { default: 4 }, threshold: 0.55 });
  const questions = Array.from({ length: 150 }, (_, index) => ({
    question: `Who wrote part ${index}?`,
    context: `Café 😀\r\nThe parser of part ${index} reads brackets. Written by the storage team; ask ${index} of them.`,
  }));

  it('answers each line in order, verbatim, or with null', async () => {
    const model = makeReadingModelFolder('question-answering', tasks);
    const { code, stdout, stderr } = await runProgram(['answer', '--model', model], {
      input: jsonLines(questions),
    });
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    const answers = parseJsonLines(stdout);
    const engine = await createReadingEngine('question-answering', tasks);
    const expected = await engine.answer(questions, background, neverCancelled);
    await engine.dispose();
    assert.equal(answers.length, questions.length);
    let none = 0;
    for (const [index, answer] of answers.entries()) {
      assert.deepEqual(Object.keys(answer), ['answer', 'start', 'end', 'score']);
      const { span, score } = expected[index]!;
      assert.ok(Math.abs((answer.score as number) - score) < 1e-3);
      if (answer.answer === null) {
        none++;
        assert.deepEqual([answer.start, answer.end, span], [null, null, undefined]);
      } else {
        assert.deepEqual({ start: answer.start, end: answer.end }, span);
        assert.equal(answer.answer, questions[index]!.context.slice(span!.start, span!.end));
      }
    }
    assert.ok(none > 0 && none < answers.length, `${none} without an answer`);
  });

  it('answers a line before the next one is written', async () => {
    const child = startProgram(['answer', '--model', makeReadingModelFolder('question-answering')]);
    child.stdout.setEncoding('utf8');
    for (const line of questions.slice(0, 2)) {
      child.stdin.write(`${JSON.stringify(line)}\n`);
      const [answer] = await once(child.stdout, 'data');
      assert.deepEqual(Object.keys(JSON.parse(answer as string)), ['answer', 'start', 'end', 'score']);
    }
    child.stdin.end();
    assert.deepEqual(await once(child, 'close'), [0, null]);
  });

  it('names the broken line after answering the lines before it', async () => {
    const model = makeReadingModelFolder('question-answering');
    const good = JSON.stringify(questions[0]);
    for (const [broken, message] of [
      ['{"question": ', /Line 3 of the input is not a JSON object/],
      ['{"question":"a"}', /Line 3 of the input has no "context" that is a string/],
      ['{"question":7,"context":"a"}', /Line 3 of the input has no "question" that is a string/],
    ] as const) {
      const input = `${good}\n\n${broken}\n${good}\n`;
      const { code, stdout, stderr } = await runProgram(['answer', '--model', model], { input });
      assert.deepEqual([code, parseJsonLines(stdout).length], [2, 1]);
      assert.match(stderr, message);
      assert.equal(stderr.trimEnd().split('\n').length, 1);
    }
  });

  it('takes empty input, empty texts and input without a last line feed', async () => {
    const model = makeReadingModelFolder('question-answering');
    assert.deepEqual(await runProgram(['answer', '--model', model]), { code: 0, stdout: '', stderr: '' });
    const input = '{"question":"","context":""}\r\n{"question":"a","context":"b"}';
    const { code, stdout } = await runProgram(['answer', '--model', model], { input });
    assert.equal(code, 0);
    assert.deepEqual(parseJsonLines(stdout)[0], { answer: null, start: null, end: null, score: 0 });
    assert.equal(parseJsonLines(stdout).length, 2);
  });

  it('BAD CALL - refuses a model without the head before it reads, and arguments', async () => {
    const headless = await runProgram(['answer', '--model', tinyModelFolder], { input: 'not json' });
    assert.deepEqual([headless.code, headless.stdout], [2, '']);
    assert.match(
      headless.stderr,
      /^marginalia: The model answers no questions: it lacks the task "answer"\..*\n$/,
    );
    const argument = await runProgram(['answer', 'why?', '--model', tinyModelFolder]);
    assert.equal(argument.code, 2);
    assert.match(argument.stderr, /answer reads its input from stdin/);
  });

  it('is shown and verified by model', async () => {
    const model = makeReadingModelFolder('question-answering', tasks);
    const info = await runProgram(['model', 'info', '--model', model]);
    assert.match(info.stdout, /^task answer +span: where a text answers a question, from a score of 0\.55$/m);
    const verified = await runProgram(['model', 'verify', '--model', model]);
    assert.deepEqual([verified.code, verified.stdout], [0, `${model}: ok\n`]);
  });
});

describe('coherence', function () {
  this.timeout(120_000);

  it('answers each pair in order', async () => {
    const model = makeReadingModelFolder('pretraining');
    const pairs = Array.from({ length: 40 }, (_, index) => ({
      first: `We sort ${index} before merging.`,
      second: index % 2 === 0 ? 'The callers rely on it.' : '',
    }));
    const { code, stdout } = await runProgram(['coherence', '--model', model], { input: jsonLines(pairs) });
    assert.equal(code, 0);
    const engine = await createReadingEngine('pretraining');
    const expected = await engine.coherence(pairs, background, neverCancelled);
    await engine.dispose();
    const answers = parseJsonLines(stdout) as { inOrder: number }[];
    assert.equal(answers.length, pairs.length);
    for (const [index, answer] of answers.entries()) {
      assert.deepEqual(Object.keys(answer), ['inOrder']);
      assert.ok(Math.abs(answer.inOrder - expected[index]!) < 1e-3);
    }
    assert.equal((await runProgram(['model', 'verify', '--model', model])).code, 0);
  });

  it('BAD CALL - names the line, the missing head', async () => {
    const model = makeReadingModelFolder('pretraining');
    const broken = await runProgram(['coherence', '--model', model], { input: '{"first":"a"}\n' });
    assert.equal(broken.code, 2);
    assert.match(broken.stderr, /Line 1 of the input has no "second" that is a string/);
    const headless = await runProgram(['coherence', '--model', tinyModelFolder]);
    assert.equal(headless.code, 2);
    assert.match(headless.stderr, /does not judge the order of texts: it lacks the task "coherence"/);
  });
});

describe('fill-mask', function () {
  this.timeout(120_000);

  it('proposes words for one mask, and a list for each of several', async () => {
    const model = makeReadingModelFolder('masked-lm');
    const input = jsonLines([{ text: 'Returns the [MASK] of rows.' }, { text: '[MASK] 😀 the [MASK].' }]);
    const { code, stdout } = await runProgram(['fill-mask', '-k', '3', '--model', model], { input });
    assert.equal(code, 0);
    const [one, two] = parseJsonLines(stdout) as [{ candidates: Candidate[] }, { candidates: Candidate[][] }];
    checkCandidates(one.candidates, 3);
    assert.equal(two.candidates.length, 2);
    for (const list of two.candidates) checkCandidates(list, 3);
  });

  it('takes any count from one up, five by default', async () => {
    const model = makeReadingModelFolder('masked-lm');
    const input = jsonLines([{ text: 'the [MASK]' }]);
    const count = async (...words: string[]) => {
      const { stdout } = await runProgram(['fill-mask', ...words, '--model', model], { input });
      return (parseJsonLines(stdout)[0] as { candidates: Candidate[] }).candidates.length;
    };
    assert.deepEqual([await count(), await count('-k', '1')], [5, 1]);
    const all = await count('-k', '999999999');
    assert.ok(all > 100 && all < 600, `${all} words in the vocabulary`);
    for (const wrong of ['0', '-1', 'x', '1.5']) {
      const { code, stderr } = await runProgram(['fill-mask', `-k${wrong}`, '--model', model], { input });
      assert.equal(code, 2);
      assert.match(stderr, /--count takes a whole number of at least 1/);
    }
  });

  it('BAD CALL - names a line without a mask, a broken line, and the missing head', async () => {
    const model = makeReadingModelFolder('masked-lm');
    const input = '{"text":"a [MASK]"}\n{"text":"no mask"}\n';
    const maskless = await runProgram(['fill-mask', '--model', model], { input });
    assert.deepEqual([maskless.code, parseJsonLines(maskless.stdout).length], [2, 1]);
    assert.match(maskless.stderr, /Line 2 of the input has no \[MASK\]/);
    const broken = await runProgram(['fill-mask', '--model', model], { input: '[]\n' });
    assert.match(broken.stderr, /Line 1 of the input is not a JSON object/);
    const headless = await runProgram(['fill-mask', '--model', tinyModelFolder]);
    assert.equal(headless.code, 2);
    assert.match(headless.stderr, /fills no masks: it lacks the weights "predictions"/);
  });
});

interface Candidate {
  readonly token: string;
  readonly p: number;
}

function checkCandidates(candidates: readonly Candidate[], count: number): void {
  assert.equal(candidates.length, count);
  for (const [rank, candidate] of candidates.entries()) {
    assert.deepEqual(Object.keys(candidate), ['token', 'p']);
    assert.ok(candidate.token !== '' && candidate.p > 0 && candidate.p <= (candidates[rank - 1]?.p ?? 1));
  }
}
