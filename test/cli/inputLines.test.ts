import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { readJsonLines, requireText } from '../../server/src/cli/inputLines.ts';
import { UsageError } from '../../server/src/cli/usageError.ts';

async function* chunksOf(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  let start = 0;
  for (const end of [...ends, bytes.length]) {
    yield bytes.subarray(start, end);
    start = end;
  }
}

async function readAll(
  text: string,
  cuts: readonly number[] = [],
  groupSize = 3,
): Promise<readonly string[][]> {
  const groups: string[][] = [];
  const chunks = chunksOf(new TextEncoder().encode(text), cuts);
  for await (const group of readJsonLines(chunks, groupSize, (line) => requireText(line, 'text'))) {
    groups.push([...group]);
  }
  return groups;
}

describe('lines of JSON on stdin', () => {
  it('are the same wherever the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 8 }),
        fc.array(fc.nat(), { maxLength: 8 }),
        fc.constantFrom('\n', '\r\n', '\n\n'),
        async (texts, cuts, ending) => {
          const input = texts.map((text) => JSON.stringify({ text }) + ending).join('');
          assert.deepEqual((await readAll(input, cuts)).flat(), texts);
        },
      ),
    );
  });

  it('come in groups of at most the wanted size', async () => {
    const input = '{"text":"a"}\n'.repeat(7);
    assert.deepEqual(
      (await readAll(input)).map((group) => group.length),
      [3, 3, 1],
    );
  });

  it('are handed out up to the broken one, which is named by its number', async () => {
    const seen: string[] = [];
    const chunks = chunksOf(
      new TextEncoder().encode('{"text":"a"}\n\n{"text":"b"}\n{"txt":1}\n{"text":"c"}\n'),
      [],
    );
    await assert.rejects(async () => {
      for await (const group of readJsonLines(chunks, 100, (line) => requireText(line, 'text')))
        seen.push(...group);
    }, new UsageError('Line 4 of the input has no "text" that is a string.'));
    assert.deepEqual(seen, ['a', 'b']);
  });

  it('may be very long without taking quadratic time', async () => {
    const text = 'x'.repeat(8_000_000);
    const cuts = Array.from({ length: 2000 }, (_, index) => index * 4000);
    assert.deepEqual(await readAll(JSON.stringify({ text }), cuts), [[text]]);
  });
});
