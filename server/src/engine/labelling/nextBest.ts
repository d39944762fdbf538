// In which order to ask a person, so that few answers teach much. In: passages with vectors and scores, those that have
// labels already. Out: the open ones in order, each with the reason why it comes now. Pure: chance is a seed.
//
// Until a task has a seed of labels, passages are taken at random and far from each other (farthest-first traversal of
// the vectors), because an untrained model's doubts say little. After that three questions take turns: where the model
// doubts most (smallest margin; for several labels the greatest mean entropy), where it contradicts labelled neighbours,
// and which group of passages has no label yet.

export interface Candidate {
  /** Unit length; empty where the model makes no embeddings. */
  readonly vector: Float32Array;
  /** Of the task that is being labelled; empty where the model does not know the task. */
  readonly probabilities: Float32Array;
  /** Labels of people for that task; undefined: open. */
  readonly labels: readonly string[] | undefined;
}

export interface QueueOptions {
  readonly several: boolean;
  /** Names in the order of the probabilities. */
  readonly labelNames: readonly string[];
  readonly seed: number;
  /** Labels that a task needs before the model's doubts are asked. */
  readonly seedCount: number;
  readonly count: number;
}

export type QueueReason = 'seed' | 'uncertain' | 'disagreement' | 'unexplored';

export interface QueuedCandidate {
  readonly index: number;
  readonly reason: QueueReason;
}

export function nextBest(
  candidates: readonly Candidate[],
  options: QueueOptions,
): readonly QueuedCandidate[] {
  const labelled = indexesWhere(candidates, (one) => one.labels !== undefined);
  const open = new Set(indexesWhere(candidates, (one) => one.labels === undefined));
  const queue: QueuedCandidate[] = [];
  const take = (index: number | undefined, reason: QueueReason): void => {
    if (index === undefined || !open.delete(index)) return;
    queue.push({ index, reason });
  };

  const farthest = createFarthestFirst(candidates, labelled, options.seed);
  const seedsMissing = Math.max(0, options.seedCount - labelled.length);
  while (queue.length < Math.min(seedsMissing, options.count) && open.size > 0) take(farthest(open), 'seed');

  const doubts = sortedBy([...open], (index) => doubtOf(candidates[index]!, options.several));
  const contradictions = sortedBy(
    [...open].filter((index) => contradicts(candidates[index]!, candidates, labelled, options)),
    (index) => certaintyOf(candidates[index]!),
  );
  // A doubt that lies next to the last ones asks the same question again; see `isNear`.
  const turns: readonly (() => void)[] = [
    () => take(nextFar(doubts, open, queue, candidates), 'uncertain'),
    () =>
      take(
        contradictions.find((index) => open.has(index)),
        'disagreement',
      ),
    () => take(nextFar(doubts, open, queue, candidates), 'uncertain'),
    () => take(farthest(open), 'unexplored'),
  ];
  for (let turn = 0; queue.length < options.count && open.size > 0; turn++) turns[turn % turns.length]!();
  return queue;
}

/** 1: nothing could be less certain; 0: no doubt, or nothing known. */
export function doubtOf({ probabilities }: Pick<Candidate, 'probabilities'>, several: boolean): number {
  if (probabilities.length === 0) return 0;
  if (several) {
    const entropies = Array.from(probabilities, (p) => entropy(p) + entropy(1 - p));
    return entropies.reduce((sum, one) => sum + one, 0) / entropies.length;
  }
  const [first = 0, second = 0] = [...probabilities].sort((left, right) => right - left);
  return probabilities.length === 1 ? 0 : 1 - (first - second);
}

/** In bits, half of a binary entropy. */
function entropy(probability: number): number {
  return probability <= 0 ? 0 : -probability * Math.log2(probability);
}

function certaintyOf({ probabilities }: Candidate): number {
  return probabilities.reduce((max, one) => Math.max(max, one), 0);
}

const neighbourCount = 3;
const smallestSimilarity = 0.6;

/** Most of the nearest labelled passages say something else than the model. */
function contradicts(
  candidate: Candidate,
  candidates: readonly Candidate[],
  labelled: readonly number[],
  { labelNames, several }: QueueOptions,
): boolean {
  if (several || candidate.probabilities.length === 0 || candidate.vector.length === 0) return false;
  const best = candidate.probabilities.indexOf(Math.max(...candidate.probabilities));
  const near = labelled
    .map((index) => ({
      labels: candidates[index]!.labels!,
      similarity: cosine(candidate.vector, candidates[index]!.vector),
    }))
    .filter((one) => one.similarity >= smallestSimilarity)
    .sort((left, right) => right.similarity - left.similarity)
    .slice(0, neighbourCount);
  const others = near.filter((one) => !one.labels.includes(labelNames[best] ?? ''));
  return others.length * 2 > near.length;
}

/** The last questions are still in mind; what is almost the same as one of them waits. */
const rememberedQuestions = 8;
const nearSimilarity = 0.9;

function nextFar(
  doubts: readonly number[],
  open: ReadonlySet<number>,
  queue: readonly QueuedCandidate[],
  candidates: readonly Candidate[],
): number | undefined {
  const recent = queue.slice(-rememberedQuestions).map((one) => candidates[one.index]!.vector);
  const left = doubts.filter((index) => open.has(index));
  const isNear = (index: number) =>
    recent.some((one) => cosine(one, candidates[index]!.vector) >= nearSimilarity);
  return left.find((index) => !isNear(index)) ?? left[0];
}

/**
 * Farthest-first traversal: each call answers the open candidate that is least like everything chosen or labelled so
 * far, one of each group before a second of any. Without vectors it is plain chance.
 */
function createFarthestFirst(
  candidates: readonly Candidate[],
  labelled: readonly number[],
  seed: number,
): (open: ReadonlySet<number>) => number | undefined {
  const random = createRandom(seed);
  const order = candidates.map(() => random());
  const closeness = new Float32Array(candidates.length).fill(-1);
  const seen = new Set<number>();
  let unseen: number[] = [...labelled];
  return (open) => {
    for (const [index, one] of candidates.entries())
      if (!open.has(index) && !seen.has(index) && one) unseen.push(index);
    for (const index of unseen.splice(0)) {
      if (seen.has(index)) continue;
      seen.add(index);
      const { vector } = candidates[index]!;
      if (vector.length === 0) continue;
      for (const other of open) {
        closeness[other] = Math.max(closeness[other]!, cosine(vector, candidates[other]!.vector));
      }
    }
    unseen = [];
    let best: number | undefined;
    for (const index of open) {
      if (best === undefined || isBefore(index, best)) best = index;
    }
    return best;
  };
  function isBefore(one: number, other: number): boolean {
    return closeness[one] === closeness[other]
      ? order[one]! < order[other]!
      : closeness[one]! < closeness[other]!;
  }
}

function cosine(one: Float32Array, other: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < Math.min(one.length, other.length); index++) sum += one[index]! * other[index]!;
  return sum;
}

function indexesWhere<T>(items: readonly T[], test: (item: T) => boolean): number[] {
  return items.flatMap((item, index) => (test(item) ? [index] : []));
}

/** Greatest first; equal ones stay in their order. */
function sortedBy(items: readonly number[], weigh: (item: number) => number): number[] {
  const weights = new Map(items.map((item) => [item, weigh(item)]));
  return [...items].sort((left, right) => weights.get(right)! - weights.get(left)! || left - right);
}

/** mulberry32: small, and the same numbers for the same seed everywhere. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
