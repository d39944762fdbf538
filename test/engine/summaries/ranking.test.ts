// Centrality, diversity and phrases on small examples whose result can be told by looking.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { choosePhrases, preselectPhrases } from '../../../server/src/engine/summaries/choosePhrases.ts';
import { chooseSentences } from '../../../server/src/engine/summaries/chooseSentences.ts';
import { findPhrases } from '../../../server/src/engine/summaries/findPhrases.ts';
import { rankCentrality } from '../../../server/src/engine/summaries/rankCentrality.ts';
import { selectDiverse } from '../../../server/src/engine/summaries/selectDiverse.ts';

/** Unit vectors at these angles, in degrees. */
function vectorsAt(...angles: readonly number[]): Float32Array[] {
  return angles.map((angle) => {
    const radians = (angle * Math.PI) / 180;
    return Float32Array.of(Math.cos(radians), Math.sin(radians));
  });
}

describe('centrality', () => {
  it('is greatest in the middle of the largest group, wherever it stands', () => {
    const ranks = rankCentrality(vectorsAt(90, 0, 10, 20, -80));
    assert.equal(ranks[2], 1);
    assert.ok(ranks[1]! > ranks[0]! && ranks[3]! > ranks[4]!);
    const reversed = rankCentrality(vectorsAt(-80, 20, 10, 0, 90));
    for (const [index, rank] of ranks.entries()) assert.ok(Math.abs(rank - reversed[4 - index]!) < 1e-6);
  });

  it('is equal for equal vectors and for few', () => {
    assert.deepEqual(rankCentrality(vectorsAt(5, 5, 5, 5)), [1, 1, 1, 1]);
    assert.deepEqual(rankCentrality(vectorsAt(0, 90)), [1, 1]);
    assert.deepEqual(rankCentrality([]), []);
  });
});

describe('diverse selection', () => {
  const vectors = vectorsAt(0, 1, 60);
  const similarityOf = (a: number, b: number) =>
    vectors[a]![0]! * vectors[b]![0]! + vectors[a]![1]! * vectors[b]![1]!;

  it('prefers something new to nearly the same, as much as the balance says', () => {
    const scores = [1, 0.9, 0.6];
    assert.deepEqual(selectDiverse({ scores, count: 2, balance: 0.5, similarityOf }), [0, 2]);
    assert.deepEqual(selectDiverse({ scores, count: 2, balance: 1, similarityOf }), [0, 1]);
  });

  it('ends when nothing is left, and leaves out what excludes each other', () => {
    const scores = [1, 0.9, 0.6];
    assert.deepEqual(selectDiverse({ scores, count: 9, balance: 1, similarityOf }), [0, 1, 2]);
    const excludes = (chosen: number, other: number) => chosen === 0 && other === 1;
    assert.deepEqual(selectDiverse({ scores, count: 9, balance: 1, similarityOf, excludes }), [0, 2]);
    assert.deepEqual(selectDiverse({ scores: [], count: 3, balance: 1, similarityOf }), []);
  });
});

describe('sentences of a summary', () => {
  const sentence = (start: number, isStrong = true) => ({
    text: `sentence ${start}`,
    span: { start, end: start + 5 },
    isStrong,
    weight: 1,
  });

  it('come in the order of the document, weak ones only where there are too few', () => {
    const sentences = [sentence(0), sentence(10, false), sentence(20), sentence(30)];
    const vectors = vectorsAt(10, 12, 0, 90);
    const starts = (count: number) =>
      chooseSentences(sentences, vectors, count).map(({ span }) => span.start);
    assert.deepEqual(starts(3), [0, 20, 30]);
    assert.deepEqual(starts(4), [0, 10, 20, 30]);
    assert.deepEqual(starts(40), [0, 10, 20, 30]);
    assert.deepEqual(chooseSentences([], [], 3), []);
  });

  it('come from a document of thousands', () => {
    const sentences = Array.from({ length: 2600 }, (_, index) => sentence(index));
    const vectors = vectorsAt(
      ...sentences.map((_, index) => (index % 100 === 99 ? index % 360 : (index * 7) % 20)),
    );
    const chosen = chooseSentences(sentences, vectors, 5);
    assert.equal(chosen.length, 5);
    assert.ok(chosen.every(({ span }, index) => index === 0 || span.start > chosen[index - 1]!.span.start));
    assert.equal(chooseSentences(sentences, vectors, 2000).length, 2000);
  });
});

describe('phrases', () => {
  const textOf = (value: string) => ({
    value,
    segments: [{ start: 0, sourceStart: 100, length: value.length }],
  });
  const find = (...texts: readonly string[]) =>
    findPhrases(texts.map((text) => ({ text: textOf(text), isHeading: false })));

  it('are runs of words between stop words and punctuation', () => {
    assert.deepEqual(
      find('The worker thread is never blocked, and the lock file stays.').map(({ text }) => text),
      ['worker thread', 'blocked', 'lock file stays'],
    );
  });

  it('are one in singular and plural, with every place in the source', () => {
    const [passages] = find('Passages here. A passage there. The PASSAGES are read.');
    assert.equal(passages!.text, 'Passages');
    assert.deepEqual(passages!.places, [
      { start: 100, end: 108 },
      { start: 117, end: 124 },
      { start: 136, end: 144 },
    ]);
  });

  it('keep identifiers and names with inner marks whole', () => {
    assert.deepEqual(
      find('If std::vector, node.js, max_retries, run-time and $scope are in a UI.').map(({ text }) => text),
      ['std::vector', 'node.js', 'max_retries', 'run-time', '$scope', 'UI'],
    );
  });

  it('drop what stands only inside of something longer', () => {
    const texts = find('The token budget. The token budget! The budget.').map(({ key }) => key);
    assert.deepEqual(texts, ['token budget', 'budget']);
  });

  it('are words of Chinese too', () => {
    const texts = find('索引的大小。索引在磁盘上，磁盘很小。').map(({ text }) => text);
    assert.ok(texts.includes('索引') && texts.includes('磁盘'), texts.join());
    assert.ok(texts.every((text) => text.length >= 2 && text.length <= 6));
  });

  it('are chosen by nearness and frequency, without repeating words', () => {
    const candidates = find('The token budget. The token budget! The budget. The cold cache. A warm sun.');
    const vectors = vectorsAt(0, 0, 10, 90);
    assert.equal(candidates.length, 4);
    const chosen = choosePhrases(candidates, vectors, { document: vectorsAt(0)[0]!, count: 3 });
    assert.deepEqual(
      chosen.map(({ text }) => text),
      // The cache is nearer to the document, and to the budget too: the sun is new.
      ['token budget', 'warm sun', 'cold cache'],
    );
    assert.equal(chosen[0]!.score, 1);
    assert.deepEqual(choosePhrases([], [], { document: new Float32Array(), count: 3 }), []);
    assert.deepEqual(preselectPhrases(candidates), candidates);
  });
});
