// From the logits of masked words to candidates. In: one row of logits over the vocabulary. Out: the most probable words.

import type { WordCandidate } from './answer.ts';

/**
 * Probabilities are those of a softmax over the whole vocabulary. Pieces with the same text, such as `▁cat` at the
 * start of a word and `cat` inside of one, count together; pieces without a text (special tokens) are left out.
 */
export function rankWords(
  logits: Float32Array,
  textOf: (id: number) => string,
  count: number,
): readonly WordCandidate[] {
  const largest = logits.reduce((max, logit) => Math.max(max, logit), Number.NEGATIVE_INFINITY);
  const powers = new Map<string, number>();
  let sum = 0;
  for (const [id, logit] of logits.entries()) {
    const power = Math.exp(logit - largest);
    sum += power;
    const token = textOf(id);
    if (token !== '') powers.set(token, (powers.get(token) ?? 0) + power);
  }
  // Sorting is stable, so equal probabilities stay in the order of the vocabulary.
  return [...powers]
    .sort((a, b) => b[1] - a[1])
    .slice(0, count)
    .map(([token, power]) => ({ token, probability: power / sum }));
}
