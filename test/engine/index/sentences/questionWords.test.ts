import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { coverage, weighQuestion } from '../../../../server/src/engine/index/sentences/questionWords.ts';

const counts: Readonly<Record<string, number>> = { upload: 50, retri: 2, berth: 1, cach: 3 };
const storage = {
  countTokens: async (tokens: readonly string[]) => ({
    texts: 100,
    counts: tokens.map((token) => counts[token] ?? 0),
  }),
};

describe('words of a question', () => {
  it('weigh more the fewer texts have them, together 1', async () => {
    const words = await weighQuestion('How often are uploads retried?', storage);
    assert.deepEqual(
      words.map(({ token, text }) => [token, text]),
      [
        ['upload', 'uploads'],
        ['retri', 'retried'],
      ],
    );
    assert.ok(words[1]!.weight > words[0]!.weight);
    assert.ok(Math.abs(words[0]!.weight + words[1]!.weight - 1) < 1e-12);
    assert.equal(
      coverage(words, (token) => token === 'retri'),
      words[1]!.weight,
    );
  });

  it('that nobody uses are named as they were typed', async () => {
    const words = await weighQuestion('What is the capital of France?', storage);
    assert.deepEqual(
      words.filter(({ isUnknown }) => isUnknown).map(({ text }) => text),
      ['capital', 'France'],
    );
  });

  it('in Chinese are whole words: pairs of characters across two of them and words that ask are none', async () => {
    const words = await weighQuestion('法国的首都在哪里？', storage);
    assert.deepEqual(
      words.map(({ token, text }) => [token, text]),
      [
        ['法国', '法国'],
        ['首都', '首都'],
      ],
    );
    // `缓存` is in no dictionary of the runtime.
    assert.deepEqual(
      (await weighQuestion('缓存什么时候清空？', storage)).map(({ text }) => text),
      ['缓存', '清空'],
    );
  });

  it('are those that ask only where there is no other', async () => {
    assert.deepEqual(
      (await weighQuestion('how much?', storage)).map(({ token }) => token),
      ['much'],
    );
    assert.deepEqual(await weighQuestion('?', storage), []);
  });
});
