// Whatever a context holds, an answer is a verbatim part of it; long contexts are read to their end; cancelled work stops.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { CancelledError, neverCancelled } from '../../../server/src/engine/cancellation.ts';
import type { LabellingEngine } from '../../../server/src/engine/engine.ts';
import { EngineError } from '../../../server/src/engine/errors.ts';
import { loadTokenizer } from '../../../server/src/engine/tokens/loadTokenizer.ts';
import { answerTasks, createReadingEngine, readingModelFiles } from '../readingModels.ts';

const background = { priority: 'background' as const };

describe('answers from any text', () => {
  let engine: LabellingEngine;
  before(async () => {
    engine = await createReadingEngine('question-answering', answerTasks({ threshold: 0 }));
  });
  after(() => engine.dispose());

  it('are verbatim, visible, and never cut a character', async () => {
    const pieces = [
      'cache ',
      'é',
      'e\u0301',
      '😀',
      '👩‍👩‍👧',
      '\r\n',
      '\t',
      ' ',
      '中文',
      '。',
      'ﬁ',
      '½',
      '\u00a0',
      '[MASK]',
      '[SEP]',
      'x_y',
      '\ud800',
      '\0',
      '�',
      'ß.',
    ];
    let state = 11;
    const next = (count: number) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * count);
    };
    const questions = Array.from({ length: 150 }, () => ({
      question: Array.from({ length: next(9) }, () => pieces[next(pieces.length)]).join(''),
      context: Array.from({ length: 1 + next(60) }, () => pieces[next(pieces.length)]).join(''),
    }));
    const answers = await engine.answer(questions, background, neverCancelled);
    let found = 0;
    for (const [index, { span, score }] of answers.entries()) {
      const { context } = questions[index]!;
      assert.ok(score >= 0 && score <= 1);
      if (!span) {
        assert.equal(score, 0);
        continue;
      }
      found++;
      const answer = context.slice(span.start, span.end);
      assert.ok(span.start >= 0 && span.start < span.end && span.end <= context.length);
      assert.equal(answer, answer.trim());
      assert.ok(!isLow(context, span.start) || !isHigh(context, span.start - 1), 'starts inside a pair');
      assert.ok(!isLow(context, span.end) || !isHigh(context, span.end - 1), 'ends inside a pair');
    }
    assert.ok(found > 140, `${found} answers`);
  });

  it('are none where there is nothing to read', async () => {
    for (const context of ['', ' ', '\r\n\t']) {
      const [answer] = await engine.answer([{ question: 'x', context }], background, neverCancelled);
      assert.deepEqual(answer, { span: undefined, score: 0 });
    }
    assert.deepEqual(await engine.answer([], background, neverCancelled), []);
  });

  it('do not depend on what else is asked', async () => {
    const questions = Array.from({ length: 20 }, (_, index) => ({
      question: `What is ${index}?`,
      context: 'We sort before merging because callers rely on it. '.repeat(1 + (index % 7)),
    }));
    const together = await engine.answer(questions, background, neverCancelled);
    const other = await createReadingEngine('question-answering', answerTasks({ threshold: 0 }));
    for (const [index, question] of questions.entries()) {
      const [alone] = await other.answer([question], background, neverCancelled);
      assert.deepEqual(alone!.span, together[index]!.span);
      assert.ok(Math.abs(alone!.score - together[index]!.score) < 1e-4);
    }
    await other.dispose();
  });

  it('come from more than ten thousand tokens', async () => {
    const sentence = 'The cache is never cleared, so memory grows while the server runs. ';
    const before = sentence.repeat(400);
    const context = `${before}Written by the storage team; ask them. ${sentence.repeat(400)}`;
    const question = 'Who wrote it?';
    const tokenizer = await loadTokenizer(readingModelFiles('question-answering'));
    assert.ok(tokenizer.encode(context, { maxTokens: 1_000_000 }).ids.length > 10_000);
    const [answer] = await engine.answer([{ question, context }], background, neverCancelled);
    const text = context.slice(answer!.span!.start, answer!.span!.end);
    assert.ok(text.length > 0 && text.split(' ').length <= 30, text);
    // A context whose beginning is the same has the same windows there, so more of it can only add better spans and
    // less likely "no answers".
    const [half] = await engine.answer([{ question, context: before }], background, neverCancelled);
    assert.ok(answer!.score >= half!.score - 1e-3, `${answer!.score} after ${half!.score}`);
  });

  it('stop when they are cancelled', async () => {
    const context = 'The parser reads brackets. '.repeat(5000);
    let polls = 0;
    const cancellation = {
      get isCancelled() {
        return ++polls > 3;
      },
    };
    await assert.rejects(
      engine.answer([{ question: 'why?', context }], background, cancellation),
      CancelledError,
    );
    assert.ok(polls < 10, `${polls} batches`);
  });

  it('EXPECTED FAILURE - a model without the head says so', async () => {
    const refused = (work: Promise<unknown>, message: RegExp) =>
      assert.rejects(work, (error) => {
        assert.ok(error instanceof EngineError);
        assert.equal(error.code, 'taskUnknown');
        assert.match(error.message, message);
        return true;
      });
    await refused(engine.coherence([], background, neverCancelled), /does not judge the order .*"coherence"/);
    await refused(
      engine.fillMasks([], { ...background, count: 1 }, neverCancelled),
      /fills no masks.*predictions/,
    );
    const ordering = await createReadingEngine('pretraining');
    await refused(ordering.answer([], background, neverCancelled), /answers no questions.*"answer"/);
    await ordering.dispose();
  });
});

describe('masks in any text', () => {
  it('are filled each in its place, however long the text is', async () => {
    const engine = await createReadingEngine('pretraining');
    const text = `[MASK] 😀 ${'the server runs '.repeat(60)}the [MASK]\r\nof ${'a block '.repeat(90)}[MASK][MASK]`;
    const filled = await engine.fillMasks([text, 'none', ''], { ...background, count: 3 }, neverCancelled);
    assert.deepEqual(
      filled.map((masks) => masks.length),
      [4, 0, 0],
    );
    for (const { span, candidates } of filled[0]!) {
      assert.equal(text.slice(span.start, span.end), '[MASK]');
      assert.equal(candidates.length, 3);
      assert.ok(candidates[0]!.probability >= candidates[1]!.probability);
      assert.ok(candidates.every(({ token }) => token !== '' && !token.startsWith('[')));
    }
    await engine.dispose();
  });
});

function isHigh(text: string, offset: number): boolean {
  const unit = text.charCodeAt(offset);
  return unit >= 0xd800 && unit < 0xdc00;
}

function isLow(text: string, offset: number): boolean {
  const unit = text.charCodeAt(offset);
  return unit >= 0xdc00 && unit < 0xe000;
}
