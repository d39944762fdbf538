// The pure parts of reading: windows, the search of the best span, whole words, order, words for masks.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { windowsOf } from '../../../server/src/engine/answers/contextWindows.ts';
import { combineWindows, findSpan } from '../../../server/src/engine/answers/findSpan.ts';
import { createMaskWindows } from '../../../server/src/engine/answers/maskWindows.ts';
import { orderProbabilities } from '../../../server/src/engine/answers/orderProbabilities.ts';
import { rankWords } from '../../../server/src/engine/answers/rankWords.ts';
import { widenToWords } from '../../../server/src/engine/answers/wholeWords.ts';

describe('windows over a long context', () => {
  it('hold every token, and every answer whole', () => {
    for (const [count, room, overlap] of [
      [1, 10, 3],
      [10, 10, 3],
      [11, 10, 3],
      [1000, 61, 30],
      [999, 7, 3],
    ] as const) {
      const ranges = windowsOf(count, room, overlap);
      assert.equal(ranges[0]!.from, 0);
      assert.equal(ranges.at(-1)!.to, count);
      for (const { from, to } of ranges) assert.ok(to - from <= room && to > from);
      for (let start = 0; start < count; start++) {
        const end = Math.min(start + overlap, count);
        assert.ok(
          ranges.some(({ from, to }) => from <= start && end <= to),
          `${start} to ${end} of ${count}`,
        );
      }
    }
    assert.deepEqual(windowsOf(0, 10, 3), []);
  });
});

describe('the best span', () => {
  it('is the one that trying every span finds', () => {
    const random = createRandom(7);
    for (let round = 0; round < 300; round++) {
      const tokenCount = 3 + Math.floor(random() * 50);
      // Few different numbers, so that many spans are equal.
      const logits = Float32Array.from({ length: 2 * tokenCount }, () => Math.floor(random() * 9) - 4);
      const contextStart = 1 + Math.floor(random() * 3);
      const contextEnd = Math.min(tokenCount, contextStart + Math.floor(random() * tokenCount));
      const hidden = new Set(Array.from({ length: 5 }, () => Math.floor(random() * tokenCount)));
      const maxTokens = 1 + Math.floor(random() * 30);
      const starts = Int32Array.from({ length: tokenCount }, (_, token) => 10 * token);
      const ends = Int32Array.from({ length: tokenCount }, (_, token) => 10 * token + 7);
      const isVisible = (token: number) => !hidden.has(token);
      const found = findSpan({ logits, contextStart, contextEnd, starts, ends, isVisible }, maxTokens);

      const all: { score: number; start: number; end: number }[] = [];
      for (let start = 0; start < tokenCount; start++) {
        for (let end = start; end < tokenCount; end++) {
          const isInside = start >= contextStart && end < contextEnd && end - start < maxTokens;
          if (isInside && isVisible(start) && isVisible(end))
            all.push({ score: logits[2 * start]! + logits[2 * end + 1]!, start, end });
        }
      }
      all.sort((a, b) => b.score - a.score || a.start - b.start || a.end - b.end);
      const best = all[0];
      assert.equal(found.none, logits[0]! + logits[1]!);
      assert.equal(found.best, best?.score ?? Number.NEGATIVE_INFINITY);
      assert.deepEqual(
        found.span,
        best ? { start: 10 * best.start, end: 10 * best.end + 7 } : { start: 0, end: 0 },
      );
    }
  });

  it('of several windows stands against the least "no answer" of all', () => {
    const span = { start: 1, end: 2 };
    const windows = [
      { none: 5, best: 1, span: { start: 7, end: 9 } },
      { none: 1, best: 3, span },
      { none: 9, best: 3, span: { start: 4, end: 5 } },
    ];
    const { score, span: found } = combineWindows(windows, { temperature: 2, threshold: 0.7 });
    assert.ok(Math.abs(score - 1 / (1 + Math.exp(-1))) < 1e-12);
    assert.deepEqual(found, span);
    assert.equal(combineWindows(windows, { temperature: 2, threshold: 0.74 }).span, undefined);
  });

  it('does not exist without windows or visible tokens', () => {
    const options = { temperature: 1, threshold: 0 };
    assert.deepEqual(combineWindows([], options), { span: undefined, score: 0 });
    const blank = { none: 1, best: Number.NEGATIVE_INFINITY, span: { start: 0, end: 0 } };
    assert.deepEqual(combineWindows([blank], options), { span: undefined, score: 0 });
  });
});

describe('widenToWords', () => {
  const check = (marked: string, expected: string) => {
    const start = marked.indexOf('«');
    const end = marked.indexOf('»') - 1;
    const text = marked.replace(/[«»]/g, '');
    const { start: from, end: to } = widenToWords(text, { start, end });
    assert.equal(text.slice(from, to), expected, marked);
  };

  it('completes words and takes white space off', () => {
    check('open a ses«sion i»d', 'session id');
    check('open« session »id', 'session');
    check('the max_«re»tries option', 'max_retries');
    check('a «.»b', '.');
    check('x«\r\n\t »y', '');
  });

  it('keeps signs of scripts without spaces apart, and accents and pairs together', () => {
    check('缓存从«不清»空', '不清');
    check('re«sume\u0301»s', 'resume\u0301s');
    check('a «e»\u0301 b', 'e\u0301');
    const text = 'a 😀 b';
    assert.deepEqual(widenToWords(text, { start: 3, end: 4 }), { start: 2, end: 4 });
    assert.deepEqual(widenToWords(text, { start: 2, end: 3 }), { start: 2, end: 4 });
  });
});

describe('order and masked words', () => {
  it('turns two logits into a probability', () => {
    assert.deepEqual(orderProbabilities(Float32Array.of(0, 0, 900, -900, -900, 900), 1), [0.5, 1, 0]);
    const [calm] = orderProbabilities(Float32Array.of(2, 0), 4);
    assert.ok(Math.abs(calm! - 1 / (1 + Math.exp(-0.5))) < 1e-12);
  });

  it('adds up pieces of the same text and leaves out those without one', () => {
    const texts = ['', 'a', 'b', 'a', 'c'];
    const ranked = rankWords(Float32Array.of(5, 1, 1.5, 1, 0), (id) => texts[id]!, 2);
    const sum = Math.exp(5) + 2 * Math.exp(1) + Math.exp(1.5) + 1;
    assert.deepEqual(
      ranked.map(({ token }) => token),
      ['a', 'b'],
    );
    assert.ok(Math.abs(ranked[0]!.probability - (2 * Math.exp(1)) / sum) < 1e-12);
    assert.equal(rankWords(Float32Array.of(5, 1), (id) => texts[id]!, 100).length, 1);
  });

  it('puts every mask of a long text into exactly one window with text around it', () => {
    const random = createRandom(3);
    for (let round = 0; round < 200; round++) {
      const length = 1 + Math.floor(random() * 200);
      const maskId = 4;
      const own = Int32Array.from({ length }, () => (random() < 0.1 ? maskId : 9));
      const encoded = {
        ids: Int32Array.of(2, ...own, 3),
        typeIds: new Uint8Array(length + 2),
        starts: Int32Array.of(-1, ...own.keys(), -1),
        ends: Int32Array.of(-1, ...Array.from(own.keys(), (place) => place + 1), -1),
      };
      const windows = createMaskWindows(encoded, { maxTokens: 20, maskId });
      const places = windows.flatMap((window) => window.masks.map((mask) => window.encoded.starts[mask]!));
      assert.deepEqual(
        places,
        Array.from(own.keys()).filter((place) => own[place] === maskId),
      );
      for (const { encoded: row, masks } of windows) {
        assert.ok(row.ids.length <= 20);
        assert.deepEqual([row.ids[0], row.ids.at(-1)], [2, 3]);
        for (const mask of masks) {
          assert.equal(row.ids[mask], maskId);
          const place = row.starts[mask]!;
          const before = Math.min(place, 4);
          const after = Math.min(length - 1 - place, 4);
          assert.ok(mask - 1 >= before && row.ids.length - 2 - mask >= after, `mask at ${mask}`);
        }
      }
    }
  });
});

/** Numbers in [0, 1) that are the same in every run. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
