// What must hold for any text at all: encoding is total, offsets are in order and inside the text, memory stays put.

import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { before, describe, it } from 'mocha';
import { EngineError } from '../../../server/src/engine/errors.ts';
import { loadTokenizer } from '../../../server/src/engine/tokens/loadTokenizer.ts';
import type { EncodedText, Tokenizer } from '../../../server/src/engine/tokens/tokenBatch.ts';
import { filesOf, readExpected, readOracle, readStrings } from './oracle.ts';

const folders: Readonly<Record<string, () => Readonly<Record<string, Uint8Array>>>> = {
  'tokenizer.json (Unigram)': () => ({ 'tokenizer.json': readOracle('albert4/tokenizer.json.gz') }),
  'spiece.model': () => ({ 'spiece.model': readOracle('albert/spiece.model.gz') }),
  'vocab.txt': () => ({ 'vocab.txt': readOracle('bert/vocab.txt.gz') }),
};

/** Any code units, lone surrogates included, with characters that normalise in unusual ways among them. */
const anyText = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
      fc.constantFrom(
        '\ud800',
        '\udc00',
        ' ',
        '\u0301',
        '\u0344',
        'ﷺ',
        'İ',
        'Σ',
        '[MASK]',
        '9,',
        '▁',
        '``',
        '\r\n',
        '가',
      ),
      fc.string({ maxLength: 4 }),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));

function checkPlaces(encoded: EncodedText, length: number): void {
  let before = 0;
  encoded.starts.forEach((start, index) => {
    const end = encoded.ends[index]!;
    if (start === -1) {
      assert.equal(end, -1);
      return;
    }
    assert.ok(
      start >= before && end >= start && end <= length,
      `token ${index}: ${start}-${end} of ${length}`,
    );
    before = start;
  });
}

for (const [name, files] of Object.entries(folders)) {
  describe(`encode with ${name}`, () => {
    let tokenizer: Tokenizer;
    before(async () => {
      tokenizer = await loadTokenizer(filesOf(files()));
    });

    it('is total, deterministic and keeps offsets ascending and inside the text', () => {
      fc.assert(
        fc.property(anyText, fc.integer({ min: 2, max: 60 }), (text, maxTokens) => {
          const encoded = tokenizer.encode(text, { maxTokens });
          assert.ok(encoded.ids.length <= maxTokens);
          assert.equal(encoded.ids[0], tokenizer.clsId);
          assert.equal(encoded.ids.at(-1), tokenizer.sepId);
          checkPlaces(encoded, text.length);
          assert.deepEqual(tokenizer.encode(text, { maxTokens }), encoded);
          assert.equal(typeof tokenizer.decode(encoded.ids), 'string');
        }),
        { numRuns: 400 },
      );
    });

    it('reads half a surrogate pair as the replacement character', () => {
      const options = { maxTokens: 50 };
      for (const lone of ['a \ud83d b', 'a \ude00 b', '\ud83d', '\ude00\ud83d']) {
        assert.deepEqual(
          tokenizer.encode(lone, options),
          tokenizer.encode(lone.replace(/[\ud800-\udfff]/gu, '\ufffd'), options),
        );
      }
    });

    it('reads 2,500 different texts without keeping memory', () => {
      const texts = Array.from(
        { length: 2500 },
        (_, index) => `value ${index} of line${index * 7919} (café №${index}) ${'x'.repeat(index % 60)}`,
      );
      const run = (): void => {
        for (const text of texts) tokenizer.encode(text, { maxTokens: 64 });
      };
      setFlagsFromString('--expose-gc');
      const collect = runInNewContext('gc') as () => void;
      run();
      collect();
      const used = process.memoryUsage();
      run();
      collect();
      const after = process.memoryUsage();
      assert.ok(
        after.heapUsed - used.heapUsed < 4 * 1024 * 1024,
        `heap grew by ${after.heapUsed - used.heapUsed}`,
      );
      assert.ok(
        after.arrayBuffers - used.arrayBuffers < 4 * 1024 * 1024,
        `buffers grew by ${after.arrayBuffers - used.arrayBuffers}`,
      );
    });

    it('reads a text of one megabyte without spaces in a few seconds', () => {
      const encoded = tokenizer.encode('abcdefghij'.repeat(100_000), { maxTokens: 128 });
      assert.ok(encoded.ids.length >= 3 && encoded.ids.length <= 128);
    });

    it('BAD CALL - no room for the special tokens', () => {
      assert.throws(() => tokenizer.encode('a', { maxTokens: 1 }), EngineError);
      assert.throws(() => tokenizer.encodePair('a', 'b', { maxTokens: 2 }), EngineError);
      assert.throws(() => tokenizer.encode('a', { maxTokens: 2.5 }), EngineError);
    });
  });
}

describe('tokens of spiece.model', () => {
  it('stand in the same places as those of tokenizer.json wherever the ids are the same', async () => {
    const fromPieces = await loadTokenizer(filesOf({ 'spiece.model': readOracle('albert/spiece.model.gz') }));
    const expected = readExpected('expected/albert5.single.gz');
    let compared = 0;
    readStrings().forEach((text, index) => {
      // The two forms drop different characters: control characters, marks, and white space before [MASK].
      if (/[\p{C}\p{M}[ᄀ-ᇿㄱ-ㆎﾞ-ￜ]/u.test(text)) return;
      const row = expected[index]!;
      const encoded = fromPieces.encode(text, { maxTokens: 1_000_000 });
      if (encoded.ids.length !== row.ids.length || row.ids.some((id, at) => id !== encoded.ids[at])) return;
      compared++;
      assert.deepEqual([...encoded.starts], row.starts, JSON.stringify(text));
      assert.deepEqual([...encoded.ends], row.ends, JSON.stringify(text));
    });
    assert.ok(compared > 5_000, `${compared} compared`);
  });
});

describe('special tokens', () => {
  it('are known by their names', async () => {
    const albert = await loadTokenizer(
      filesOf({ 'tokenizer.json': readOracle('albert4/tokenizer.json.gz') }),
    );
    const { padId, unknownId, clsId, sepId, maskId, vocabSize } = albert;
    assert.deepEqual(
      { padId, unknownId, clsId, sepId, maskId, vocabSize },
      { padId: 0, unknownId: 1, clsId: 2, sepId: 3, maskId: 4, vocabSize: 5000 },
    );
    assert.equal(albert.pieceOf(4), '[MASK]');
    assert.equal(albert.pieceOf(1_000_000), '');
  });
});
