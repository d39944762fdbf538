// Answers, order and masked words from text to result against Hugging Face transformers and a search over every span.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createContextWindows } from '../../../server/src/engine/answers/contextWindows.ts';
import { widenToWords } from '../../../server/src/engine/answers/wholeWords.ts';
import { neverCancelled } from '../../../server/src/engine/cancellation.ts';
import { loadTokenizer } from '../../../server/src/engine/tokens/loadTokenizer.ts';
import {
  answerTasks,
  createReadingEngine,
  readingModelFiles,
  readReadingExpected,
} from '../readingModels.ts';

const background = { priority: 'background' as const };
/** Rounding of logits of about ten, as in the parity of the encoder. */
const tolerance = 1e-4;

interface ExpectedAnswer {
  readonly question: string;
  readonly context: string;
  readonly windows: readonly (readonly number[])[];
  readonly typeIds: readonly (readonly number[])[];
  readonly spans: number;
  readonly start: number;
  readonly end: number;
  readonly score: number;
}

describe('reading equals Hugging Face transformers', () => {
  const expectedAnswers = readReadingExpected<ExpectedAnswer>('question-answering');

  it('in the windows of a question and its context', async () => {
    const tokenizer = await loadTokenizer(readingModelFiles('question-answering'));
    const whole = { maxTokens: 1_000_000 };
    let windowCount = 0;
    for (const { question, context, windows, typeIds } of expectedAnswers) {
      const made = createContextWindows(tokenizer.encode(question, whole), tokenizer.encode(context, whole), {
        maxTokens: 80,
        clsId: tokenizer.clsId,
        sepId: tokenizer.sepId,
      });
      const encoded = made.ranges.map((range) => made.build(range).encoded);
      assert.deepEqual(
        encoded.map(({ ids }) => [...ids]),
        windows,
        question,
      );
      assert.deepEqual(
        encoded.map((window) => [...window.typeIds]),
        typeIds,
        question,
      );
      windowCount += windows.length;
    }
    assert.ok(windowCount > expectedAnswers.length + 5, `${windowCount} windows`);
  });

  it('in the best of all spans and its score', async () => {
    const engine = await createReadingEngine('question-answering', answerTasks({ threshold: 0 }));
    const answers = await engine.answer(expectedAnswers, background, neverCancelled);
    for (const [index, { context, start, end, score, spans }] of expectedAnswers.entries()) {
      assert.ok(spans > 0);
      assert.deepEqual(answers[index]!.span, widenToWords(context, { start, end }), context);
      assert.ok(Math.abs(answers[index]!.score - score) < tolerance, `${answers[index]!.score} and ${score}`);
    }
    await engine.dispose();
  });

  it('with the temperature of the depth and the threshold of the task', async () => {
    const temperatures = { default: 4, 2: 9 };
    const plain = await createReadingEngine('question-answering');
    const engine = await createReadingEngine(
      'question-answering',
      answerTasks({ temperatures, threshold: 0.55 }),
    );
    const answers = await engine.answer(expectedAnswers, background, neverCancelled);
    const before = await plain.answer(expectedAnswers, background, neverCancelled);
    const logit = (p: number) => Math.log(p / (1 - p));
    for (const [index, { span, score }] of answers.entries()) {
      assert.ok(Math.abs(logit(score) - logit(before[index]!.score) / 4) < tolerance);
      assert.equal(span !== undefined, score >= 0.55);
    }
    assert.equal(new Set(answers.map(({ span }) => span === undefined)).size, 2, 'some have no answer');
    await Promise.all([engine.dispose(), plain.dispose()]);
  });

  it('in the order of two texts', async () => {
    const expected = readReadingExpected<{ first: string; second: string; inOrder: number }>('pretraining');
    const engine = await createReadingEngine('pretraining');
    const answers = await engine.coherence(expected, background, neverCancelled);
    for (const [index, { inOrder }] of expected.entries()) {
      assert.ok(Math.abs(answers[index]! - inOrder) < tolerance, `${answers[index]} and ${inOrder}`);
    }
    await engine.dispose();
  });

  it('in the words for a mask', async () => {
    interface ExpectedMask {
      readonly text: string;
      readonly masks: readonly {
        readonly offsets: readonly number[];
        readonly candidates: readonly (readonly [string, number])[];
      }[];
    }
    const expected = readReadingExpected<ExpectedMask>('masked-lm');
    const engine = await createReadingEngine('masked-lm');
    const texts = expected.map(({ text }) => text);
    const filled = await engine.fillMasks(texts, { ...background, count: 7 }, neverCancelled);
    for (const [index, { text, masks }] of expected.entries()) {
      assert.equal(filled[index]!.length, masks.length);
      for (const [place, { span, candidates }] of filled[index]!.entries()) {
        assert.equal(text.slice(span.start, span.end), '[MASK]');
        assert.deepEqual([span.start, span.end], masks[place]!.offsets);
        assert.deepEqual(
          candidates.map(({ token }) => token),
          masks[place]!.candidates.map(([token]) => token),
        );
        for (const [rank, { probability }] of candidates.entries()) {
          assert.ok(Math.abs(probability - masks[place]!.candidates[rank]![1]) < tolerance);
        }
      }
    }
    await engine.dispose();
  });
});
