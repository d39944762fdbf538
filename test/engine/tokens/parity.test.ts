// Token ids, offsets, pairs, truncation and decoding against Hugging Face tokenizers and transformers, on strings
// written by test/oracles/tokens. Every string must agree; there is no list of exceptions.

import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { loadTokenizer } from '../../../server/src/engine/tokens/loadTokenizer.ts';
import type { EncodedText, Tokenizer } from '../../../server/src/engine/tokens/tokenBatch.ts';
import {
  type ExpectedRow,
  filesOf,
  readExpected,
  readOracle,
  readOracleJson,
  readStrings,
} from './oracle.ts';

interface Variant {
  /** Name of the expectations. */
  readonly name: string;
  readonly title: string;
  readonly files: () => Readonly<Record<string, Uint8Array | object>>;
  /** The slow tokenizer of transformers has no offsets and no pairs here. */
  readonly idsOnly?: true;
}

const casedBertConfig = { do_lower_case: false, strip_accents: false, tokenize_chinese_chars: false };
const partNames = ['nfkc-bytes-first', 'prepend-whole', 'nfc-digits', 'nfd-split', 'whitespace-contiguous'];

const variants: readonly Variant[] = [
  ...['albert5', 'albert4', 'albert4old', 'bert'].map((name) => ({
    name,
    title: `${name}/tokenizer.json`,
    files: () => ({ 'tokenizer.json': readOracle(`${name}/tokenizer.json.gz`) }),
  })),
  { name: 'bert', title: 'bert/vocab.txt', files: () => ({ 'vocab.txt': readOracle('bert/vocab.txt.gz') }) },
  {
    name: 'bertCased',
    title: 'bert/vocab.txt with case, accents and unsplit Chinese',
    files: () => ({ 'vocab.txt': readOracle('bert/vocab.txt.gz'), 'tokenizer_config.json': casedBertConfig }),
  },
  ...partNames.map((name) => ({
    name: `parts.${name}`,
    title: `parts/${name}.tokenizer.json`,
    files: () => ({ 'tokenizer.json': readOracle(`parts/${name}.tokenizer.json.gz`) }),
  })),
  {
    name: 'spiece',
    title: 'albert/spiece.model',
    files: () => ({ 'spiece.model': readOracle('albert/spiece.model.gz') }),
    idsOnly: true,
  },
  {
    name: 'spieceCased',
    title: 'albert/spiece.model with case, accents and spaces kept',
    files: () => ({
      'spiece.model': readOracle('albert/spiece.model.gz'),
      'tokenizer_config.json': { do_lower_case: false, keep_accents: true, remove_space: false },
    }),
    idsOnly: true,
  },
];

const decodeEvery = 5;
const pairEvery = 8;
const rooms = [3, 4, 5, 8, 13, 21, 34, 64];
const unlimited = { maxTokens: 1_000_000 };

for (const variant of variants) {
  describe(`tokens from ${variant.title}`, () => {
    let strings: readonly string[];
    let tokenizer: Tokenizer;
    before(async () => {
      strings = readStrings();
      tokenizer = await loadTokenizer(filesOf(variant.files()));
    });

    it('have the ids and offsets of the reference on every string', () => {
      const expected = readExpected(`expected/${variant.name}.single.gz`);
      assert.ok(expected.length === 10_000 || expected.length === 2_500);
      expected.forEach((row, index) => {
        checkRow(
          tokenizer.encode(strings[index]!, unlimited),
          row,
          { tokenizer, idsOnly: variant.idsOnly },
          strings[index]!,
        );
      });
    });

    it('decode to the text of the reference', () => {
      const rows = readExpected(`expected/${variant.name}.single.gz`);
      const decoded = readOracleJson(`expected/${variant.name}.decoded.json.gz`) as string[];
      assert.ok(decoded.length >= 500);
      decoded.forEach((text, number) => {
        const row = rows[number * decodeEvery]!;
        assert.equal(tokenizer.decode(row.ids), text, `ids ${row.ids.join(' ')}`);
      });
    });

    if (variant.idsOnly) return;

    it('are cut and paired as the reference does it', () => {
      const expected = readExpected(`expected/${variant.name}.pairs.gz`);
      assert.ok(expected.length >= 600);
      for (let number = 0; number * 2 < expected.length; number++) {
        const first = strings[number * pairEvery]!;
        const second = strings[number * pairEvery + 1]!;
        const options = { maxTokens: rooms[number % rooms.length]! };
        const context = { tokenizer, idsOnly: undefined };
        checkRow(
          tokenizer.encodePair(first, second, options),
          expected[number * 2]!,
          context,
          `${first} ⧺ ${second}`,
        );
        checkRow(tokenizer.encode(first, options), expected[number * 2 + 1]!, context, first);
      }
    });
  });
}

interface Context {
  readonly tokenizer: Tokenizer;
  readonly idsOnly: true | undefined;
}

function checkRow(actual: EncodedText, expected: ExpectedRow, context: Context, text: string): void {
  const show = (ids: Iterable<number>): string =>
    Array.from(ids, (id) => context.tokenizer.pieceOf(id)).join('|');
  const place = `in ${JSON.stringify(text)}`;
  assert.equal(show(actual.ids), show(expected.ids), place);
  assert.deepEqual([...actual.ids], expected.ids, place);
  if (context.idsOnly) return;
  assert.deepEqual([...actual.starts], expected.starts, `starts ${place}`);
  assert.deepEqual([...actual.ends], expected.ends, `ends ${place}`);
  assert.deepEqual([...actual.typeIds], expected.typeIds, `type ids ${place}`);
}
