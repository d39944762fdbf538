// From the bytes of a labelled file to rows: what is merged, what is left out and said, what stops a training.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { EngineError } from '../../../server/src/engine/errors.ts';
import type { LabelledFile } from '../../../server/src/engine/training/labelledRows.ts';
import { readLabelledRows } from '../../../server/src/engine/training/labelledRows.ts';
import { noteSentences } from '../../support/noteSentences.ts';

describe('rows of a labelled file', () => {
  it('come with labels or a single label, with and without a context', async () => {
    const { rows, notes } = await read([
      { text: 'a', labels: ['x', 'y'] },
      { text: 'b', label: 'x', context: 'Class' },
      { text: 'c', labels: [] },
    ]);
    assert.deepEqual(
      rows.map(({ text, context, labels }) => [text, context, [...labels.keys()]]),
      [
        ['a', undefined, ['x', 'y']],
        ['b', 'Class', ['x']],
        ['c', undefined, []],
      ],
    );
    assert.deepEqual(notes, []);
  });

  it('are the same however the bytes are cut', async () => {
    const text = `${JSON.stringify({ text: 'Grüße 你好 🙂', label: 'é' })}\n${JSON.stringify({ text: 'b', label: 'x' })}`;
    const bytes = new TextEncoder().encode(text);
    for (const size of [1, 3, 7, bytes.length]) {
      const { rows } = await readLabelledRows(inPieces(bytes, size), options);
      assert.deepEqual(
        rows.map((row) => row.text),
        ['Grüße 你好 🙂', 'b'],
      );
    }
  });

  it('count a repeated text once, and learn the shares where its lines disagree', async () => {
    const { rows, notes } = await read([
      { text: 'a', label: 'x' },
      { text: 'a', label: 'x' },
      { text: 'a', label: 'y' },
      { text: 'b', label: 'y' },
    ]);
    assert.equal(rows.length, 2);
    assert.ok(Math.abs(rows[0]!.labels.get('x')! - 2 / 3) < 1e-9);
    assert.match(noteSentences(notes), /2 lines of train\.jsonl repeat a text/);
    assert.match(noteSentences(notes), /1 texts of train\.jsonl have different labels .* line 1/);
  });

  it('take the later of two lines with one id', async () => {
    const { rows, notes } = await read([
      { id: 7, text: 'a', label: 'x' },
      { id: 8, text: 'b', label: 'x' },
      { id: 7, text: 'a2', label: 'y' },
    ]);
    assert.deepEqual(
      rows.map(({ text }) => text),
      ['b', 'a2'],
    );
    assert.match(noteSentences(notes), /1 ids of train\.jsonl come twice; the later line counts/);
  });

  it('let a corrected id take back its own line alone, not what others say of the text', async () => {
    const { rows } = await read([
      { id: 1, text: 'a', label: 'x' },
      { id: 2, text: 'a', label: 'z' },
      { text: 'a', label: 'z' },
      { id: 1, text: 'b', label: 'y' },
    ]);
    assert.deepEqual(
      rows.map(({ text, labels, line }) => [text, [...labels], line]),
      [
        ['a', [['z', 1]], 2],
        ['b', [['y', 1]], 4],
      ],
    );
  });

  it('are corrected also where the sample has no place for the correction', async () => {
    const wrong = Array.from({ length: 60 }, (_, id) => ({ id, text: `wrong ${id}`, label: 'x' }));
    const more = Array.from({ length: 60 }, (_, index) => ({ text: `more ${index}`, label: 'x' }));
    const right = wrong.map(({ id }) => ({ id, text: `right ${id}`, label: 'y' }));
    const { rows } = await read([...wrong, ...more, ...right], { maxRows: 70 });
    assert.deepEqual(
      rows.filter(({ text }) => text.startsWith('wrong')),
      [],
    );
    const corrected = rows.filter(({ text }) => text.startsWith('right')).length;
    assert.ok(corrected > 0 && corrected < 60, `${corrected}`);
  });

  it('of another task are passed over, empty ones left out and said', async () => {
    const { rows, notes } = await read([
      { text: 'a', label: 'x', task: 'kind' },
      { text: 'b', label: 'x', task: 'other' },
      { text: ' ', label: 'x' },
    ]);
    assert.deepEqual(
      rows.map(({ text }) => text),
      ['a'],
    );
    assert.match(noteSentences(notes), /1 lines of train\.jsonl have an empty text/);
  });

  it('keep the start of a text of a megabyte', async () => {
    const { rows, notes } = await read([{ text: 'word '.repeat(200_000), label: 'x' }]);
    assert.equal(rows[0]!.text.length, 8000);
    assert.match(noteSentences(notes), /1 texts of train\.jsonl are longer than 8000 characters/);
  });

  it('of a file with more texts than allowed are a sample that does not depend on their order', async () => {
    const many = Array.from({ length: 2000 }, (_, index) => ({ text: `text ${index}`, label: 'x' }));
    const sample = async (lines: readonly object[]) => (await read(lines, { maxRows: 100 })).rows;
    const first = (await sample(many)).map(({ text }) => text).sort();
    const second = (await sample(many.toReversed())).map(({ text }) => text).sort();
    assert.ok(first.length > 30 && first.length <= 100, `${first.length} rows`);
    assert.deepEqual(first, second);
    const { notes } = await read(many, { maxRows: 100 });
    assert.match(noteSentences(notes), /more than 100 different texts/);
  });

  it('of a million lines need memory for the sample alone', async () => {
    async function* million() {
      for (let group = 0; group < 1000; group++) {
        let lines = '';
        for (let index = 0; index < 1000; index++) lines += `{"text":"t ${group} ${index}","label":"x"}\n`;
        yield new TextEncoder().encode(lines);
      }
    }
    let largest = 0;
    async function* watched() {
      for await (const piece of million()) {
        yield piece;
        largest = Math.max(largest, process.memoryUsage().heapUsed);
      }
    }
    const before = process.memoryUsage().heapUsed;
    const { rows, lineCount } = await readLabelledRows(watched(), { ...options, maxRows: 1000 });
    assert.equal(lineCount, 1_000_000);
    assert.ok(rows.length <= 1000);
    assert.ok(largest - before < 150e6, `${Math.round((largest - before) / 1e6)} MB`);
  }).timeout(240_000);

  const bad: Readonly<Record<string, readonly [content: string, message: RegExp]>> = {
    'no line': ['', /train\.jsonl is empty\. Write one JSON object a line/],
    'only empty texts': ['{"text":"","label":"x"}', /has only empty texts/],
    'only another task': ['{"text":"a","label":"x","task":"other"}', /has no line for the task kind/],
    'no JSON': ['{"text":"a","label":"x"}\nname,label', /Line 2 of train\.jsonl is not JSON\. A line is /],
    'a list': ['[1]', /Line 1 of train\.jsonl is not a JSON object/],
    'no text': ['{"labels":["x"]}', /Line 1 of train\.jsonl has no "text"/],
    'a text that is a number': ['{"text":4,"labels":["x"]}', /has a "text" that is not a string/],
    'no labels': ['{"text":"a"}', /Line 1 of train\.jsonl has neither "labels" nor "label"/],
    'a label that is a number': ['{"text":"a","label":4}', /has a label that is not a name/],
    'a label that is a text': [
      `{"text":"a","label":"${'long '.repeat(30)}"}`,
      /has a label of more than 100 characters/,
    ],
  };
  for (const [what, [content, message]] of Object.entries(bad)) {
    it(`BAD INPUT - ${what}`, async () => {
      await assert.rejects(
        readLabelledRows(inPieces(new TextEncoder().encode(content), 1000), options),
        (error: unknown) =>
          error instanceof EngineError && error.code === 'invalidArgument' && message.test(error.message),
      );
    });
  }
});

const options = { fileName: 'train.jsonl', task: 'kind', maxRows: 1_000_000 };

async function read(
  lines: readonly object[],
  changes: { readonly maxRows?: number } = {},
): Promise<LabelledFile> {
  const text = lines.map((line) => JSON.stringify(line)).join('\n');
  return await readLabelledRows(inPieces(new TextEncoder().encode(text), 4096), { ...options, ...changes });
}

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}
