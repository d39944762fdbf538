// The most central sentences of a document, in its order. In: sentences with unit vectors. Out: KeySentence[].

import type { Sentence } from './collectSentences.ts';
import { rankCentrality, similarity } from './rankCentrality.ts';
import { selectDiverse } from './selectDiverse.ts';
import type { KeySentence } from './summary.ts';

/** The graph of a document has an edge for every two sentences: of a long one only the best of each block come in. */
const largestGraph = 1000;
const blockSize = 500;
/** Centrality before newness: a summary repeats its subject, but not its sentences. */
const balance = 0.7;

/** Sentences that cannot stand alone are taken only where there are not enough others. */
export function chooseSentences(
  sentences: readonly Sentence[],
  vectors: readonly Float32Array[],
  count: number,
): readonly KeySentence[] {
  const all = Array.from(sentences.keys());
  const strong = all.filter((index) => sentences[index]!.isStrong);
  const chosen = chooseCentral(strong, sentences, vectors, count);
  if (chosen.size < count) {
    const weak = all.filter((index) => !sentences[index]!.isStrong);
    for (const [index, centrality] of chooseCentral(weak, sentences, vectors, count - chosen.size)) {
      // Never above a sentence that stands alone.
      chosen.set(index, strong.length > 0 ? 0 : centrality);
    }
  }
  return [...chosen]
    .sort(([a], [b]) => a - b)
    .map(([index, centrality]) => {
      const { text, span } = sentences[index]!;
      return { text, span, centrality };
    });
}

/** Indexes with their centrality. */
function chooseCentral(
  indexes: readonly number[],
  sentences: readonly Sentence[],
  vectors: readonly Float32Array[],
  count: number,
): Map<number, number> {
  if (indexes.length > largestGraph) {
    const ranks = rankBlocks(indexes, sentences, vectors);
    const best = [...ranks].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    // Who wants so many gets nearly all of them; there is no need to look for what is new.
    if (count > largestGraph) return new Map(best.slice(0, count));
    const kept = best.slice(0, largestGraph).map(([index]) => index);
    return chooseCentral(
      kept.sort((a, b) => a - b),
      sentences,
      vectors,
      count,
    );
  }
  const own = indexes.map((index) => vectors[index]!);
  const scores = rankWeighted(indexes, sentences, vectors);
  const selected = selectDiverse({
    scores,
    count,
    balance,
    similarityOf: (first, second) => similarity(own[first]!, own[second]!),
  });
  return new Map(selected.map((index) => [indexes[index]!, scores[index]!]));
}

/** Each sentence among its neighbours alone. */
function rankBlocks(
  indexes: readonly number[],
  sentences: readonly Sentence[],
  vectors: readonly Float32Array[],
): Map<number, number> {
  const ranks = new Map<number, number>();
  for (let start = 0; start < indexes.length; start += blockSize) {
    const block = indexes.slice(start, start + blockSize);
    for (const [place, rank] of rankWeighted(block, sentences, vectors).entries())
      ranks.set(block[place]!, rank);
  }
  return ranks;
}

function rankWeighted(
  indexes: readonly number[],
  sentences: readonly Sentence[],
  vectors: readonly Float32Array[],
): readonly number[] {
  const ranks = rankCentrality(indexes.map((index) => vectors[index]!));
  return ranks.map((rank, place) => rank * sentences[indexes[place]!]!.weight);
}
