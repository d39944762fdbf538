// The phrases that say what a document is about. In: candidates, their vectors and the vector of the document.
// Out: KeyPhrase[], best first. Meaning as in EmbedRank (Bennani-Smires et al. 2018): phrases that are near to the
// whole document, chosen with maximal marginal relevance; frequency and headings added, because a small encoder
// knows an identifier less well than the document that repeats it.

import type { PhraseCandidate } from './findPhrases.ts';
import { similarity } from './rankCentrality.ts';
import { selectDiverse } from './selectDiverse.ts';
import type { KeyPhrase } from './summary.ts';

/** Candidates that are worth a vector. */
const maxCandidates = 300;
/** Of one to four words: a phrase says more than a word, until it gets long. */
const weightOfLength: readonly number[] = [0.6, 1.3, 1.2, 0.9];
const weightOfHeading = 1.3;
const balance = 0.7;

/** The most promising candidates by what can be counted, in the order of the document. */
export function preselectPhrases(candidates: readonly PhraseCandidate[]): readonly PhraseCandidate[] {
  if (candidates.length <= maxCandidates) return candidates;
  const order = Array.from(candidates.keys()).sort(
    (a, b) => weightOf(candidates[b]!) - weightOf(candidates[a]!) || a - b,
  );
  return order
    .slice(0, maxCandidates)
    .sort((a, b) => a - b)
    .map((index) => candidates[index]!);
}

export function choosePhrases(
  candidates: readonly PhraseCandidate[],
  vectors: readonly Float32Array[],
  request: { readonly document: Float32Array; readonly count: number },
): readonly KeyPhrase[] {
  if (candidates.length === 0) return [];
  const nearness = scaled(vectors.map((vector) => similarity(vector, request.document)));
  const weights = candidates.map(weightOf);
  const heaviest = Math.max(...weights);
  // Half of the nearness is granted: a phrase that everything repeats counts even where its vector says little.
  const raw = candidates.map((_, index) => (0.5 + 0.5 * nearness[index]!) * (weights[index]! / heaviest));
  const greatest = Math.max(...raw);
  const scores = raw.map((score) => score / greatest);
  const chosen = selectDiverse({
    scores,
    count: request.count,
    balance,
    similarityOf: (first, second) => similarity(vectors[first]!, vectors[second]!),
    excludes: (first, second) => overlap(candidates[first]!.words, candidates[second]!.words),
  });
  return chosen.map((index) => {
    const { text, places } = candidates[index]!;
    return { text, places, score: scores[index]! };
  });
}

function weightOf({ places, words, isInHeading }: PhraseCandidate): number {
  const length = weightOfLength[words.length - 1]!;
  return Math.log2(1 + places.length) * length * (isInHeading ? weightOfHeading : 1);
}

/** To 0…1; all 1 where all are equal. */
function scaled(values: readonly number[]): readonly number[] {
  const least = Math.min(...values);
  const range = Math.max(...values) - least;
  return values.map((value) => (range > 0 ? (value - least) / range : 1));
}

/** More than half of the shorter phrase stands in the other one. */
function overlap(first: readonly string[], second: readonly string[]): boolean {
  const [shorter, longer] = first.length <= second.length ? [first, second] : [second, first];
  return shorter.filter((word) => longer.includes(word)).length > shorter.length / 2;
}
