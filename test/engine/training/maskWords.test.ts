// Hiding words: whole words, spans as often as ALBERT has them, the share that was asked for, and nothing else changed.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { describePieces, maskWords } from '../../../server/src/engine/training/maskWords.ts';
import { createRandom } from '../../../server/src/engine/training/random.ts';

const pieces = [
  '<pad>',
  '<unk>',
  '[CLS]',
  '[SEP]',
  '[MASK]',
  '▁read',
  '▁the',
  '▁file',
  's',
  'ing',
  '.',
  '▁',
  '42',
  '(',
];
const [cls, sep, mask, read, the, file, s, ing, stop] = [2, 3, 4, 5, 6, 7, 8, 9, 10] as const;
const kinds = describePieces({
  vocabSize: pieces.length,
  padId: 0,
  unknownId: 1,
  clsId: cls,
  sepId: sep,
  maskId: mask,
  pieceOf: (id) => pieces[id]!,
});
const encode = (ids: readonly number[]) => ({
  ids: Int32Array.from(ids),
  typeIds: new Uint8Array(ids.length),
  starts: new Int32Array(ids.length),
  ends: new Int32Array(ids.length),
});
/** read ing | the | file s | . | read | the | file | . */
const sentence = [cls, read, ing, the, file, s, stop, read, the, file, stop, sep];
const wordStarts = [1, 3, 4, 6, 7, 8, 9, 10];

describe('hiding words', () => {
  it('hides whole words and says what stood there', () => {
    for (let seed = 0; seed < 200; seed++) {
      const { text, wanted } = maskWords(encode(sentence), kinds, 0.3, createRandom(seed));
      for (const [token, id] of sentence.entries()) {
        if (wanted[token]! >= 0) assert.equal(wanted[token], id);
        else assert.equal(text.ids[token], id, 'a token that nobody asks for stays');
      }
      for (const [index, start] of wordStarts.entries()) {
        const end = wordStarts[index + 1] ?? sentence.length - 1;
        const hidden = new Set(Array.from(wanted.slice(start, end), (id) => id >= 0));
        assert.equal(hidden.size, 1, `the word at ${start} is hidden in part`);
      }
      assert.ok(wanted[0]! < 0 && wanted.at(-1)! < 0, 'special tokens are never asked for');
    }
  });

  it('hides the share that was asked for, on average', () => {
    const long = [cls, ...Array.from({ length: 60 }, (_, index) => [read, the, file, s][index % 4]!), sep];
    let hidden = 0;
    for (let seed = 0; seed < 400; seed++) {
      const { wanted } = maskWords(encode(long), kinds, 0.15, createRandom(seed));
      hidden += wanted.filter((id) => id >= 0).length;
    }
    const share = hidden / (400 * 60);
    assert.ok(Math.abs(share - 0.15) < 0.01, `${share}`);
  });

  it('masks 80 % of what it hides, puts noise into 10 % and leaves 10 %', () => {
    const words = [cls, ...Array.from({ length: 100 }, () => the), sep];
    const counts = { mask: 0, kept: 0, noise: 0 };
    for (let seed = 0; seed < 300; seed++) {
      const { text, wanted } = maskWords(encode(words), kinds, 0.2, createRandom(seed));
      wanted.forEach((id, token) => {
        if (id < 0) return;
        const now = text.ids[token]!;
        if (now === mask) counts.mask++;
        else if (now === the) counts.kept++;
        else counts.noise++;
        assert.ok(![0, 1, cls, sep].includes(now), 'no special token but [MASK] is put in');
      });
    }
    const total = counts.mask + counts.kept + counts.noise;
    assert.ok(Math.abs(counts.mask / total - 0.8) < 0.02, JSON.stringify(counts));
    // One in nine of the noise is the word itself.
    assert.ok(Math.abs(counts.noise / total - 0.1 * (8 / 9)) < 0.02, JSON.stringify(counts));
  });

  it('draws spans of one, two and three words as often as 6 : 3 : 2', () => {
    const words = [cls, ...Array.from({ length: 400 }, () => the), sep];
    const lengths: number[] = [];
    for (let seed = 0; seed < 150; seed++) {
      // Few enough that spans hardly ever touch.
      const { wanted } = maskWords(encode(words), kinds, 0.03, createRandom(seed));
      const marks = Array.from(wanted, (id) => (id >= 0 ? 'x' : ' ')).join('');
      lengths.push(...(marks.match(/x+/g) ?? []).map(({ length }) => length));
    }
    for (const [index, share] of [6 / 11, 3 / 11, 2 / 11].entries()) {
      const found = lengths.filter((length) => length === index + 1).length / lengths.length;
      assert.ok(Math.abs(found - share) < 0.06, `spans of ${index + 1}: ${found} and not ${share}`);
    }
  });

  it('never lets a span cross from one text into the other', () => {
    const pair = [cls, read, sep, the, sep];
    for (let seed = 0; seed < 100; seed++) {
      const { wanted } = maskWords(encode(pair), kinds, 0.5, createRandom(seed));
      assert.ok(wanted[2]! < 0);
      assert.equal(wanted.filter((id) => id >= 0).length, 1);
    }
  });

  it('leaves a text alone whose only word would be all of it', () => {
    const one = [cls, read, ing, ing, ing, sep];
    const { wanted } = maskWords(encode(one), kinds, 0.15, createRandom(1));
    assert.deepEqual([...wanted], [-1, -1, -1, -1, -1, -1]);
  });

  it('knows words of a vocabulary that marks where they go on', () => {
    const names = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'read', '##ing', 'file', '.'];
    const wordPieces = describePieces({
      vocabSize: names.length,
      padId: 0,
      unknownId: 1,
      clsId: 2,
      sepId: 3,
      maskId: 4,
      pieceOf: (id) => names[id]!,
    });
    for (let seed = 0; seed < 50; seed++) {
      const { wanted } = maskWords(encode([2, 5, 6, 7, 8, 3]), wordPieces, 0.5, createRandom(seed));
      assert.equal(wanted[1]! >= 0, wanted[2]! >= 0, 'reading is one word');
    }
  });
});
