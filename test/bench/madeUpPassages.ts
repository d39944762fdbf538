// Passages that nobody wrote, for benchmarks that need any number of them: words as frequent as in real text, vectors at
// random, which is the hardest case for a search. In: a storage and how many. Out: what storing them took; what a
// search of them ought to find.

import { hashText } from '../../server/src/engine/index/hashText.ts';
import { createTopList } from '../../server/src/engine/index/topList.ts';
import type { IndexStorage, NewPassage, VectorSpace } from '../../server/src/engine/storage.ts';
import { randomUnitVector } from '../engine/index/randomVectors.ts';
import { timed } from './measure.ts';

/** Milliseconds of writing alone. */
export async function writePassages(
  storage: IndexStorage,
  count: number,
  random: () => number,
): Promise<number> {
  const perFile = 20;
  let elapsedMs = 0;
  for (let start = 0; start < count; start += 800) {
    const files = Array.from({ length: Math.ceil(Math.min(800, count - start) / perFile) }, (_, file) => ({
      file: `src/pkg${start}/file${file}.go`,
      stamp: '1',
      hash: '1',
      passages: Array.from({ length: perFile }, (_, line) => makePassage(line, random)),
    }));
    elapsedMs += await timed(() => storage.writeFiles(files));
  }
  return elapsedMs;
}

function makePassage(line: number, random: () => number): NewPassage {
  const text = makeText(6 + Math.floor(random() * 30), random);
  const place = {
    span: { start: 0, end: 9 },
    line,
    endLine: line,
    kind: 'line',
    language: 'go',
    symbol: undefined,
  };
  const lead = text.split(' ').slice(0, 8).join(' ');
  return { textHash: hashText(text), text, words: text, names: '', lead, place };
}

/** Zipf's law: the word of rank r is as frequent as 1 / r. */
export function makeText(length: number, random: () => number): string {
  return Array.from({ length }, () => `w${Math.floor(50_000 ** random())}x`).join(' ');
}

export async function writeVectors(
  storage: IndexStorage,
  space: VectorSpace,
  vectors: Float32Array,
  random: () => number,
): Promise<{ readonly ids: Int32Array; readonly elapsedMs: number }> {
  const ids: number[] = [];
  let elapsedMs = 0;
  for (let afterId = 0; ; ) {
    const started = performance.now();
    const texts = await storage.pendingTexts(space, { afterId, count: 64, files: undefined });
    elapsedMs += performance.now() - started;
    if (texts.length === 0) return { ids: Int32Array.from(ids), elapsedMs };
    const passages = texts.map(({ id }) => ({
      id,
      vector: randomUnitVector(space.dimensions, random),
      labels: [],
    }));
    for (const { id, vector } of passages) vectors.set(vector, space.dimensions * (ids.push(id) - 1));
    elapsedMs += await timed(() => storage.writeVectors(space, passages));
    afterId = texts.at(-1)!.id;
  }
}

export async function recall(
  nearest: (query: Float32Array) => Promise<readonly number[]>,
  ids: Int32Array,
  vectors: Float32Array,
  queries: readonly { readonly vector: Float32Array }[],
): Promise<string> {
  let found = 0;
  for (const { vector } of queries) {
    const dimensions = vector.length;
    const exact = createTopList(20);
    for (const [row, id] of ids.entries()) {
      let score = 0;
      for (let index = 0; index < dimensions; index++)
        score += vector[index]! * vectors[row * dimensions + index]!;
      exact.offer(id, score);
    }
    const wanted = new Set(exact.take().map(({ id }) => id));
    found += (await nearest(vector)).filter((id) => wanted.has(id)).length;
  }
  return (found / (20 * queries.length)).toFixed(4);
}
