// How central each sentence of a document is: a walk over the graph of alike sentences, as in LexRank (Erkan and Radev
// 2004), with edges taken off below a share of the range of similarities, as in PacSum (Zheng and Lapata 2019): vectors
// of neural encoders are all alike, and only what rises above that says something. Where a sentence stands is ignored,
// because documentation does not put its main point first as news does.
// In: unit vectors. Out: one number from 0 to 1 per vector; equal vectors get equal numbers. Legend: N sentences.

/** Edges below this share of the way from the least to the greatest similarity are none. */
const threshold = 0.3;
/** As in PageRank and LexRank. */
const damping = 0.85;
const maxRounds = 100;
const converged = 1e-9;

export function rankCentrality(vectors: readonly Float32Array[]): readonly number[] {
  const count = vectors.length;
  if (count <= 2) return vectors.map(() => 1);
  const edges = createEdges(vectors); // [N, N]
  const degrees = Array.from({ length: count }, (_, row) => {
    let sum = 0;
    for (let column = 0; column < count; column++) sum += edges[row * count + column]!;
    return sum;
  });
  let ranks = new Float64Array(count).fill(1 / count);
  for (let round = 0; round < maxRounds; round++) {
    const next = new Float64Array(count);
    // What a sentence without neighbours would give away goes to everybody.
    let lonely = 0;
    for (let row = 0; row < count; row++) {
      if (degrees[row] === 0) {
        lonely += ranks[row]!;
        continue;
      }
      const share = ranks[row]! / degrees[row]!;
      for (let column = 0; column < count; column++) next[column]! += share * edges[row * count + column]!;
    }
    let change = 0;
    for (let column = 0; column < count; column++) {
      const rank = (1 - damping) / count + damping * (next[column]! + lonely / count);
      change += Math.abs(rank - ranks[column]!);
      next[column] = rank;
    }
    ranks = next;
    if (change < converged) break;
  }
  const greatest = Math.max(...ranks);
  return Array.from(ranks, (rank) => rank / greatest);
}

/** Cosine of two unit vectors, rounded: the last digits differ with what else was in a batch of the encoder. */
export function similarity(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let axis = 0; axis < a.length; axis++) sum += a[axis]! * b[axis]!;
  return Math.round(sum * 1e4) / 1e4;
}

/** Symmetric, nothing on the diagonal. */
function createEdges(vectors: readonly Float32Array[]): Float32Array {
  const count = vectors.length;
  const edges = new Float32Array(count * count);
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < count; row++) {
    for (let column = row + 1; column < count; column++) {
      const cosine = similarity(vectors[row]!, vectors[column]!);
      least = Math.min(least, cosine);
      greatest = Math.max(greatest, cosine);
      edges[row * count + column] = cosine;
    }
  }
  const floor = least + threshold * (greatest - least);
  for (let row = 0; row < count; row++) {
    for (let column = row + 1; column < count; column++) {
      const weight = Math.max(0, edges[row * count + column]! - floor);
      edges[row * count + column] = weight;
      edges[column * count + row] = weight;
    }
  }
  return edges;
}
