import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import {
  type Cancellation,
  CancelledError,
  neverCancelled,
} from '../../../server/src/engine/cancellation.ts';
import { createIndexModel } from '../../../server/src/engine/createIndexModel.ts';
import type { IndexModel } from '../../../server/src/engine/index/indexModel.ts';
import { answerTasks, createReadingEngine } from '../../engine/readingModels.ts';
import { makeFolder } from '../temporaryFolder.ts';
import { createWatchedModel, openTestIndex, waitUntilReady } from './testIndex.ts';

const files = {
  'upload.go': `package harbour

// RetryUpload sends a reading again. An upload is retried
// when the link to the harbour comes back. The 🌊 counts nothing.
func RetryUpload() {}

// SendRaw sends without waiting.
//
// Deprecated: use RetryUpload, because raw frames are lost in fog.
func SendRaw() {}
`,
  'docs/tides.md': `# Tides

The harbour keeps its charts in \`charts/local\`. Berths are numbered from north to south.

- A gauge sends a reading every six minutes.
- Readings older than a day are thrown away.

## Who owns the forecast?

The forecast belongs to the team of Ann Lee.
`,
  '涨潮.md': '缓存在涨潮之后清空。内存会增长，但是图表不会。\n',
};

type Ask = (
  question: string,
  cancellation?: Cancellation,
) => ReturnType<Awaited<ReturnType<typeof openTestIndex>>['index']['ask']>;

async function withQuestions(
  use: (ask: Ask, root: string) => Promise<void>,
  { model }: { readonly model?: IndexModel } = {},
): Promise<void> {
  const root = makeFolder(files);
  const { index } = await openTestIndex(root, makeFolder({}), { model });
  try {
    await index.refresh(neverCancelled);
    await waitUntilReady(index);
    await use((question, cancellation = neverCancelled) => index.ask(question, cancellation), root);
  } finally {
    await index.dispose();
  }
}

describe('a question to the folder', function () {
  this.timeout(60_000);

  it('is answered with a verbatim sentence and its exact place, over the borders of lines', () =>
    withQuestions(async (ask, root) => {
      const { answer, none } = await ask('When is an upload retried?');
      assert.equal(none, undefined);
      assert.ok(answer);
      const { hit, sentence, span, source, score } = answer;
      assert.equal(
        hit.text.slice(sentence.start, sentence.end),
        'An upload is retried when the link to the harbour comes back.',
      );
      assert.deepEqual(span, sentence);
      assert.ok(score > 0.5 && score < 1);
      assert.ok(source);
      const text = readFileSync(path.join(root, hit.file), 'utf8');
      assert.equal(
        text.slice(source.span.start, source.span.end),
        'An upload is retried\n// when the link to the harbour comes back.',
      );
      assert.deepEqual([source.line, source.column, source.endLine, source.endColumn], [3, 39, 4, 44]);
    }));

  it('has no answer where the folder does not say, and the words that it never uses are named', () =>
    withQuestions(async (ask) => {
      const { answer, none, read } = await ask('What is the capital of France?');
      assert.equal(answer, undefined);
      assert.deepEqual(none?.unknownWords, ['capital', 'France']);
      assert.ok(none.needed > 0 && none.needed < 1);
      assert.deepEqual(read, []);
    }));

  it('has no answer where only some words are known, and shows what is nearest', () =>
    withQuestions(async (ask) => {
      const { answer, none, read } = await ask('Why is the harbour master paid by the hour?');
      assert.equal(answer, undefined);
      assert.ok(none && (none.surest ?? 0) < none.needed);
      assert.ok(none.unknownWords.includes('hour'));
      assert.ok(read.length > 0);
    }));

  it('is never answered with its own heading, but with what stands below', () =>
    withQuestions(async (ask) => {
      const { answer } = await ask('Who owns the forecast?');
      assert.equal(
        answer?.hit.text.slice(answer.sentence.start, answer.sentence.end),
        'The forecast belongs to the team of Ann Lee.',
      );
    }));

  it('keeps to filters', () =>
    withQuestions(async (ask) => {
      const { answer, read } = await ask('When is an upload retried? path:docs/');
      assert.ok(read.every(({ file }) => file.startsWith('docs/')));
      assert.ok(answer === undefined || answer.hit.file.startsWith('docs/'));
    }));

  it('says where the answer is about something deprecated', () =>
    withQuestions(async (ask) => {
      const { read } = await ask('Why are raw frames lost?');
      assert.equal(read.find(({ symbol }) => symbol === 'SendRaw')?.isDeprecated, true);
      assert.ok(read.filter(({ symbol }) => symbol !== 'SendRaw').every((hit) => !hit.isDeprecated));
    }));

  it('may be asked in Chinese', () =>
    withQuestions(async (ask) => {
      const { answer } = await ask('缓存什么时候清空？');
      assert.equal(answer?.hit.file, '涨潮.md');
      assert.equal(answer.hit.text.slice(answer.sentence.start, answer.sentence.end), '缓存在涨潮之后清空。');
      const { none } = await ask('法国的首都在哪里？');
      assert.deepEqual(none?.unknownWords, ['法国', '首都']);
    }));

  it('has no answer and no failure where there is nothing to ask', () =>
    withQuestions(async (ask) => {
      for (const question of ['?', '', '   ', 'the of and', '"unclosed', '-path:docs/']) {
        const { answer, none } = await ask(question);
        assert.equal(answer, undefined, question);
        assert.ok(none, question);
      }
    }));

  it('gives no place where the file says something else by now', async () => {
    const root = makeFolder(files);
    const { index } = await openTestIndex(root, makeFolder({}));
    await index.refresh(neverCancelled);
    writeFileSync(path.join(root, 'upload.go'), 'package harbour\n');
    const { answer } = await index.ask('When is an upload retried?', neverCancelled);
    assert.ok(answer);
    assert.equal(answer.source, undefined);
    await index.dispose();
  });
});

describe('a question to the folder, with a model', function () {
  this.timeout(60_000);

  it('has few sentences read, at once, and ends when it is cancelled', async () => {
    const watched = createWatchedModel();
    const read: (readonly string[])[] = [];
    const cancellation = { isCancelled: false };
    const model: IndexModel = {
      ...watched,
      async encodeSentences(texts, given) {
        read.push(texts);
        if (given === cancellation || read.length > 1) cancellation.isCancelled = true;
        return await watched.encodeSentences(texts, given);
      },
    };
    await withQuestions(
      async (ask) => {
        await ask('When is an upload retried?');
        assert.equal(read.length, 1);
        assert.ok(read[0]!.length > 3 && read[0]!.length <= 60);
        await assert.rejects(ask('When is an upload retried?', cancellation), CancelledError);
      },
      { model },
    );
  });

  it('that has a head for answers, marks a part of the sentence', async () => {
    const engine = await createReadingEngine('question-answering', answerTasks({ threshold: 0 }));
    await withQuestions(
      async (ask) => {
        const { answer } = await ask('When is an upload retried?');
        assert.ok(answer);
        const { span, sentence } = answer;
        assert.ok(sentence.start <= span.start && span.start < span.end && span.end <= sentence.end);
        // A model with random weights points somewhere, but hardly at the whole.
        assert.ok(span.end - span.start < sentence.end - sentence.start);
      },
      { model: createIndexModel(async () => engine) },
    );
    await engine.dispose();
  });
});
