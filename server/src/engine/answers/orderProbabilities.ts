// From the logits of sentence order (Lan et al. 2020, section 3.1) to probabilities.
// In: [B, 2], in order and swapped. Out: for each pair how probable it is that it stands in order.

/** `orderProbabilities(Float32Array.of(0, 0), 1)` is `[0.5]`. */
export function orderProbabilities(logits: Float32Array, temperature: number): readonly number[] {
  return Array.from({ length: logits.length / 2 }, (_, pair) => {
    // Softmax of two is a sigmoid of their difference.
    const lead = (logits[2 * pair]! - logits[2 * pair + 1]!) / temperature;
    return 1 / (1 + Math.exp(-lead));
  });
}
