// Texts that are almost the same and labelled differently: one of them is probably wrong. In: texts with labels of one
// task, vectors where there are any. Out: pairs with how alike they are, the most alike first. Pure.

export interface LabelledText {
  readonly text: string;
  readonly labels: readonly string[];
  /** Unit length; absent: the words alone are compared. */
  readonly vector?: Float32Array;
}

export interface NearDuplicate {
  readonly one: number;
  readonly other: number;
  /** 0 to 1: shared pieces of text, or the cosine where that is what brought them together. */
  readonly similarity: number;
  readonly by: 'text' | 'meaning';
}

export interface NearDuplicateOptions {
  /** Share of common pieces above which two texts are almost the same. */
  readonly textThreshold: number;
  readonly vectorThreshold: number;
}

/** Pairs with different labels only. */
export function findNearDuplicates(
  texts: readonly LabelledText[],
  options: NearDuplicateOptions,
): readonly NearDuplicate[] {
  const byText = pairsByText(texts, options.textThreshold);
  const known = new Set(byText.map((pair) => `${pair.one} ${pair.other}`));
  const byMeaning = pairsByVector(texts, options.vectorThreshold).filter(
    (pair) => !known.has(`${pair.one} ${pair.other}`),
  );
  return [...byText, ...byMeaning].sort(
    (left, right) => right.similarity - left.similarity || left.one - right.one || left.other - right.other,
  );
}

/**
 * Jaccard similarity of four-letter pieces. Only texts that share a rare piece are compared: a piece of more than
 * `commonPiece` texts says nothing, and would make the work quadratic.
 */
function pairsByText(texts: readonly LabelledText[], threshold: number): NearDuplicate[] {
  const pieces = texts.map(({ text }) => piecesOf(text));
  const holders = new Map<string, number[]>();
  for (const [index, set] of pieces.entries()) {
    for (const piece of set) {
      const list = holders.get(piece);
      if (list) list.push(index);
      else holders.set(piece, [index]);
    }
  }
  const found: NearDuplicate[] = [];
  for (const [one, set] of pieces.entries()) {
    const near = new Set<number>();
    for (const piece of set) {
      const list = holders.get(piece)!;
      if (list.length > commonPiece) continue;
      for (const other of list) if (other > one && !sameLabels(texts[one]!, texts[other]!)) near.add(other);
    }
    for (const other of near) {
      const similarity = jaccard(set, pieces[other]!);
      if (similarity >= threshold) found.push({ one, other, similarity, by: 'text' });
    }
  }
  return found;
}

const commonPiece = 200;

function piecesOf(text: string): ReadonlySet<string> {
  const plain = ` ${text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()} `;
  const pieces = new Set<string>();
  // Very long texts are judged by their beginning.
  for (let start = 0; start + 4 <= Math.min(plain.length, 4000); start++)
    pieces.add(plain.slice(start, start + 4));
  return pieces.size > 0 ? pieces : new Set([plain]);
}

function jaccard(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  let shared = 0;
  for (const piece of one) if (other.has(piece)) shared++;
  return shared / (one.size + other.size - shared);
}

function pairsByVector(texts: readonly LabelledText[], threshold: number): NearDuplicate[] {
  const found: NearDuplicate[] = [];
  for (const [one, { vector }] of texts.entries()) {
    if (!vector || vector.length === 0) continue;
    for (let other = one + 1; other < texts.length; other++) {
      const second = texts[other]!;
      if (!second.vector || second.vector.length === 0 || sameLabels(texts[one]!, second)) continue;
      const similarity = cosine(vector, second.vector);
      if (similarity >= threshold) found.push({ one, other, similarity, by: 'meaning' });
    }
  }
  return found;
}

function cosine(one: Float32Array, other: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < one.length; index++) sum += one[index]! * other[index]!;
  return sum;
}

function sameLabels(one: LabelledText, other: LabelledText): boolean {
  return [...one.labels].sort().join('\0') === [...other.labels].sort().join('\0');
}
