import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { neverCancelled } from '../../../server/src/engine/cancellation.ts';
import { createIndexModel } from '../../../server/src/engine/createIndexModel.ts';
import { answerTasks, createReadingEngine } from '../../engine/readingModels.ts';
import { makeFolder } from '../temporaryFolder.ts';
import { openTestIndex, waitUntilReady } from './testIndex.ts';

const sentences = Array.from(
  { length: 40 },
  (_, index) => `Upload ${index} is retried after ${index + 2} seconds of waiting.`,
);

/** A model with random weights answers nonsense, but it answers by the rules. */
async function withQuestions(
  threshold: number,
  use: (
    ask: (question: string) => ReturnType<Awaited<ReturnType<typeof openTestIndex>>['index']['ask']>,
  ) => Promise<void>,
): Promise<void> {
  const engine = await createReadingEngine('question-answering', answerTasks({ threshold }));
  const root = makeFolder({
    'long.md': `# Uploads\n\n${sentences.join(' ')}\n`,
    'short.md': 'Uploads are retried three times.\n',
  });
  const { index } = await openTestIndex(root, makeFolder({}), {
    model: createIndexModel(async () => engine),
  });
  try {
    await index.refresh(neverCancelled);
    await waitUntilReady(index);
    await use((question) => index.ask(question, neverCancelled));
  } finally {
    await index.dispose();
    await engine.dispose();
  }
}

describe('a question to the folder, with a model that has the head for it', function () {
  this.timeout(60_000);

  it('is answered with a verbatim part of a passage, inside its sentence', async () => {
    await withQuestions(0, async (ask) => {
      const { answer, read, problem } = await ask('When are uploads retried?');
      assert.equal(problem, undefined);
      assert.deepEqual(new Set(read.map(({ file }) => file)), new Set(['long.md', 'short.md']));
      assert.ok(answer);
      const { hit, span, sentence, score } = answer;
      assert.ok(read.includes(hit));
      assert.ok(score >= 0 && score <= 1);
      assert.ok(span.start < span.end && span.end <= hit.text.length);
      assert.ok(sentence.start <= span.start && span.end <= sentence.end);
      assert.match(hit.text.slice(sentence.start, sentence.end), /^(Upload|# ?Uploads).*\.$/);
    });
  });

  it('has no answer where none is sure enough, and what was read is shown', async () => {
    await withQuestions(1, async (ask) => {
      const { answer, read, problem } = await ask('When are uploads retried?');
      assert.equal(answer, undefined);
      assert.equal(problem, undefined);
      assert.ok(read.length >= 2);
    });
  });
});
