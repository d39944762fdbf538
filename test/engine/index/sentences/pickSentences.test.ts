import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { windowsOf } from '../../../../server/src/engine/index/sentences/collectCandidates.ts';
import {
  hasToken,
  mostSentences,
  pickSentences,
} from '../../../../server/src/engine/index/sentences/pickSentences.ts';
import { candidate, word } from './candidates.ts';

describe('sentences to choose from', () => {
  it('stand verbatim in their passage, tags and lines of a list one by one', () => {
    const text =
      'Opens a port. Waits, e.g. for the tide.\n@param name its name\n@throws Closed if it is closed';
    const picked = pickSentences([word('port')], [candidate({ text })]);
    assert.deepEqual(
      picked.map(({ span }) => text.slice(span.start, span.end)),
      [
        'Opens a port.',
        'Waits, e.g. for the tide.',
        '@param name its name',
        '@throws Closed if it is closed',
      ],
    );
    assert.deepEqual(
      picked.map(({ position }) => position),
      [0, 1, 2, 3],
    );
  });

  it('are cut at the marks of Chinese', () => {
    const picked = pickSentences([], [candidate({ text: '缓存从不清空。内存会增长！然后呢？' })]);
    assert.deepEqual(
      picked.map(({ text }) => text),
      ['缓存从不清空。', '内存会增长！', '然后呢？'],
    );
  });

  it('are few enough to be read while somebody waits, those with words of the question first', () => {
    const filler = Array.from({ length: 40 }, (_, index) => `Filler number ${index} stands here.`).join(' ');
    const passages = Array.from({ length: 10 }, (_, index) =>
      candidate({ text: `${filler} Berth ${index} is deep.` }),
    );
    const picked = pickSentences([word('berth'), word('deep')], passages);
    assert.equal(picked.length, mostSentences);
    const answers = picked.filter(({ text }) => text.startsWith('Berth'));
    assert.equal(answers.length, 10);
    assert.deepEqual(
      picked.map(({ passage }) => passage),
      picked.map(({ passage }) => passage).sort((one, other) => one - other),
    );
  });

  it('leave out what has no word, such as rulers', () => {
    assert.deepEqual(pickSentences([], [candidate({ text: '-----\n=====' })]), []);
  });
});

describe('windows of a long sentence', () => {
  it('overlap, begin at its beginning, and are the sentence itself where it is short', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 1500 }), (text) => {
        const windows = windowsOf(text);
        assert.ok(windows.length <= 3);
        assert.ok(text.startsWith(windows[0]!));
        if (text.length <= 420) assert.deepEqual(windows, [text]);
        if (text.length <= 1020) assert.ok(text.endsWith(windows.at(-1)!));
        for (const window of windows) assert.ok(text.includes(window));
      }),
    );
  });
});

describe('a token of the question', () => {
  it('may be the beginning of one of a sentence, if a star says so', () => {
    assert.equal(hasToken(new Set(['缓存', '存从']), '缓*'), true);
    assert.equal(hasToken(new Set(['cached']), 'cach'), false);
    assert.equal(hasToken(new Set(['cach']), 'cach'), true);
  });
});
