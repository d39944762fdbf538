// Our character classes against the reference's, for every code point of Unicode.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { AlignedText } from '../../../server/src/engine/tokens/alignedText.ts';
import { lowercaseNormalizer } from '../../../server/src/engine/tokens/normalizers/lowercaseNormalizer.ts';
import type { Normalizer } from '../../../server/src/engine/tokens/normalizers/normalizer.ts';
import { createUnicodeFormNormalizer } from '../../../server/src/engine/tokens/normalizers/unicodeFormNormalizer.ts';
import {
  isBertPunctuation,
  isNonspacingMark,
  isNumeric,
  isOther,
  isReferenceMark,
  isWhiteSpace,
} from '../../../server/src/engine/tokens/unicodeClasses.ts';
import { readOracleJson } from './oracle.ts';

type Ranges = readonly (readonly [first: number, last: number])[];

const text = new AlignedText();

function changedBy(normalizer: Normalizer): (codePoint: number) => boolean {
  return (codePoint) => {
    const character = String.fromCodePoint(codePoint);
    text.load(character, 0, character.length);
    normalizer.normalize(text);
    return text.slice(0, text.length) !== character;
  };
}

const questions: Readonly<Record<string, (codePoint: number) => boolean>> = {
  dropped: (codePoint) =>
    codePoint === 0xfffd || (isOther(codePoint) && codePoint !== 9 && codePoint !== 10 && codePoint !== 13),
  nonspacingMark: isNonspacingMark,
  mark: isReferenceMark,
  numeric: isNumeric,
  punctuation: isBertPunctuation,
  whiteSpace: isWhiteSpace,
  changedNFC: changedBy(createUnicodeFormNormalizer('NFC')),
  changedNFD: changedBy(createUnicodeFormNormalizer('NFD')),
  changedNFKC: changedBy(createUnicodeFormNormalizer('NFKC')),
  changedNFKD: changedBy(createUnicodeFormNormalizer('NFKD')),
  changedLowercase: changedBy(lowercaseNormalizer),
};

/** Code points that this engine's Unicode does not know yet; older Node versions carry older tables. */
const unassigned = /\p{Cn}/u;

describe('Unicode forms', () => {
  it('leave a mark where it stands that the tables of the reference do not know', () => {
    // U+1DFA belongs before the ring in today's Unicode; the reference does not move it.
    text.load('\u00e5\u1dfa', 0, 2);
    createUnicodeFormNormalizer('NFKD').normalize(text);
    assert.equal(text.slice(0, text.length), 'a\u030a\u1dfa');
    assert.notEqual('\u00e5\u1dfa'.normalize('NFKD'), 'a\u030a\u1dfa');
    assert.deepEqual([...text.starts.subarray(0, text.length)], [0, 0, 1]);
  });
});

describe('classes of characters', () => {
  const expected = readOracleJson('expected/unicodeClasses.json.gz') as Readonly<Record<string, Ranges>>;
  for (const [name, ask] of Object.entries(questions)) {
    it(`agree with the reference about "${name}" for every code point`, () => {
      const wanted = new Uint8Array(0x110000);
      for (const [first, last] of expected[name]!) wanted.fill(1, first, last + 1);
      const wrong: string[] = [];
      for (let codePoint = 0; codePoint < 0x110000; codePoint++) {
        if (codePoint >= 0xd800 && codePoint <= 0xdfff) continue;
        if (ask(codePoint) === (wanted[codePoint] === 1)) continue;
        if (!unassigned.test(String.fromCodePoint(codePoint))) wrong.push(codePoint.toString(16));
      }
      assert.deepEqual(wrong, []);
    });
  }
});
