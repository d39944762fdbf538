// From a file to its summary with the tiny model: places are right whatever the file holds, and nothing is invented.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { CancelledError, neverCancelled } from '../../../server/src/engine/cancellation.ts';
import type { Engine, LabellingEngine } from '../../../server/src/engine/engine.ts';
import { summarizeFile } from '../../../server/src/engine/summarizer.ts';
import { createTinyEngine } from '../tinyEngine.ts';

const work = { priority: 'background' as const };

const markdown = `# Token budgets 😀\r
\r
The scheduler measures the machine and sizes a batch, e.g. to forty milliseconds. A hover waits for one\r
batch of background work, so a batch has to be short on any machine.\r
\r
- Equal texts are read once and known texts not at all.\r
- Café texts of like length run together in one batch.\r
\r
\`\`\`js\r
const code = 'is not prose. Never quote it.';\r
\`\`\`\r
\r
The queue has two priorities: what the user waits for goes first. 缓存从不清空，所以内存会随着时间增长。\r
`;

const code = `/**
 * Opens the session and waits for the server.
 * The session is closed when the window is closed.
 * @param name the name of the session to open
 */
function open(name) {} // TODO: the timeout of the session is never read here
`;

describe('summarize', () => {
  let engine: LabellingEngine;
  before(async () => {
    engine = await createTinyEngine();
  });
  after(() => engine.dispose());

  const summarize = (text: string, language: string, sentenceCount: number, phraseCount: number) =>
    engine.summarize(
      { id: 'a', language, version: 0, text },
      { ...work, sentenceCount, phraseCount },
      neverCancelled,
    );

  it('quotes whole sentences of Markdown in order, and phrases where they stand', async () => {
    const { sentences, phrases } = await summarize(markdown, 'markdown', 4, 20);
    assert.equal(sentences.length, 4);
    let end = 0;
    for (const { text, span, centrality } of sentences) {
      assert.ok(span.start >= end);
      end = span.end;
      assert.equal(normalized(markdown.slice(span.start, span.end)), normalized(text));
      assert.match(text, /[.。]$/);
      assert.ok(!text.includes('Never quote it') && !text.includes('Token budgets'));
      assert.ok(centrality > 0 && centrality <= 1);
    }
    assert.ok(phrases.length >= 8);
    for (const { text, places, score } of phrases) {
      assert.ok(places.length > 0 && score > 0 && score <= 1);
      const written = places.map((span) => normalized(markdown.slice(span.start, span.end)));
      assert.ok(written.includes(normalized(text)), text);
    }
  });

  it('quotes comments of code, tags and what the model calls a licence last', async () => {
    const starts = async (label: string, sentenceCount: number) => {
      const labelling: Pick<Engine, 'embed' | 'labelPassages'> = {
        embed: engine.embed,
        labelPassages: async (passages) =>
          passages.map((passage) => {
            const predicted = passage.text.value.startsWith('Opens') ? [label] : ['prose'];
            return { passage, scores: [{ task: 'form', probabilities: new Float32Array(2), predicted }] };
          }),
      };
      const file = { id: 'a', language: 'javascript', version: 0, text: code };
      const options = { ...work, sentenceCount, phraseCount: 5 };
      const { sentences, phrases } = await summarizeFile(file, options, labelling, neverCancelled);
      for (const { text, span } of sentences) {
        assert.ok(code.slice(span.start, span.end).includes(text.split(' ')[0]!));
      }
      return {
        first: sentences.map(({ text }) => text.split(' ')[0]),
        phrases: phrases.map(({ text }) => text),
      };
    };
    assert.deepEqual((await starts('prose', 3)).first, ['Opens', 'The', 'TODO:']);
    assert.deepEqual((await starts('prose', 50)).first, ['Opens', 'The', '@param', 'TODO:']);
    const licensed = await starts('license', 1);
    assert.deepEqual(licensed.first, ['TODO:']);
    assert.ok(!licensed.phrases.includes('window'), licensed.phrases.join());
    assert.equal((await starts('license', 50)).first.length, 4);
  });

  it('gives the same in every run', async () => {
    const first = await summarize(markdown, 'markdown', 3, 5);
    const other = await createTinyEngine();
    // What else a batch holds changes the last digits of vectors, and must not change the choice.
    await other.embed(['something', 'else of another length'], work, neverCancelled);
    const second = await other.summarize(
      { id: 'b', language: 'markdown', version: 3, text: markdown },
      { ...work, sentenceCount: 3, phraseCount: 5 },
      neverCancelled,
    );
    await other.dispose();
    assert.deepEqual(
      second.sentences.map(({ span }) => span),
      first.sentences.map(({ span }) => span),
    );
    assert.deepEqual(
      second.phrases.map(({ text }) => text),
      first.phrases.map(({ text }) => text),
    );
  });

  it('finds nothing in nothing, and phrases without sentences', async () => {
    for (const text of ['', '\r\n \t', '```\nx\n```']) {
      assert.deepEqual(await summarize(text, 'markdown', 5, 5), { sentences: [], phrases: [] });
    }
    const { sentences, phrases } = await summarize('# Token budgets', 'markdown', 0, 5);
    assert.deepEqual([sentences, phrases.map(({ text }) => text)], [[], ['Token budgets']]);
    assert.deepEqual(await summarize('some text', 'no such language', 5, 5), { sentences: [], phrases: [] });
  });

  it('stops when it is cancelled', async () => {
    const long = Array.from(
      { length: 3000 },
      (_, index) => `The part ${index} of the long text is here.`,
    ).join('\n\n');
    let polls = 0;
    const cancellation = {
      get isCancelled() {
        return ++polls > 4;
      },
    };
    const file = { id: 'a', language: 'markdown', version: 0, text: long };
    await assert.rejects(
      engine.summarize(file, { ...work, sentenceCount: 3, phraseCount: 3 }, cancellation),
      CancelledError,
    );
  });
});

function normalized(text: string): string {
  return text.replace(/\s+/g, ' ');
}
