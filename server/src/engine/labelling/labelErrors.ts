// Labels that are probably mistakes, by confident learning: a label is doubted where a model that never saw it is as
// sure of another label as it usually is where that other label was given. In: vectors and labels of one task.
// Out: doubted rows, the most doubtful first.
// The paper takes the mean as "usually"; we take one standard deviation less, as half of all right answers lie below a
// mean, and a person looks at every doubt anyway.
// Reference: Northcutt, Jiang, Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels", JAIR 2021.

export interface LabelError {
  readonly index: number;
  /** What the model says instead. */
  readonly suggested: string;
  /** Probability of the suggested label less that of the given one, 0 to 1. */
  readonly margin: number;
}

/** `probabilities` are out of sample, one row a text, in the order of `labelNames`; `given` are indexes into them. */
export function findLabelErrors(
  probabilities: readonly Float32Array[],
  given: readonly number[],
  labelNames: readonly string[],
): readonly LabelError[] {
  const thresholds = labelNames.map((_, label) => {
    const own = probabilities.filter((_, index) => given[index] === label).map((row) => row[label]!);
    if (own.length === 0) return Number.POSITIVE_INFINITY;
    const mean = own.reduce((sum, one) => sum + one, 0) / own.length;
    const variance = own.reduce((sum, one) => sum + (one - mean) ** 2, 0) / own.length;
    return mean - Math.sqrt(variance);
  });
  const errors: LabelError[] = [];
  for (const [index, row] of probabilities.entries()) {
    const label = given[index]!;
    let best: number | undefined;
    for (const other of labelNames.keys()) {
      if (other === label || row[other]! < thresholds[other]! || row[other]! <= row[label]!) continue;
      if (best === undefined || row[other]! > row[best]!) best = other;
    }
    if (best === undefined) continue;
    errors.push({ index, suggested: labelNames[best]!, margin: row[best]! - row[label]! });
  }
  return errors.sort((left, right) => right.margin - left.margin || left.index - right.index);
}

export interface CrossValidationOptions {
  readonly folds: number;
  readonly seed: number;
}

/**
 * Probabilities for each vector from a softmax regression that was fitted on the other folds. Vectors have unit length;
 * a few hundred steps of gradient descent with momentum on a convex loss end in the same place on every machine.
 */
export function crossValidate(
  vectors: readonly Float32Array[],
  given: readonly number[],
  labelCount: number,
  { folds, seed }: CrossValidationOptions,
): readonly Float32Array[] {
  const foldOf = assignFolds(given, folds, seed);
  const results: Float32Array[] = vectors.map(() => new Float32Array(labelCount));
  for (let fold = 0; fold < folds; fold++) {
    const training = vectors.flatMap((vector, index) =>
      foldOf[index] === fold ? [] : [{ vector, label: given[index]! }],
    );
    const weights = fitSoftmax(training, labelCount, vectors[0]?.length ?? 0);
    for (const [index, vector] of vectors.entries()) {
      if (foldOf[index] === fold) results[index] = predict(weights, vector, labelCount);
    }
  }
  return results;
}

/** Each label is spread over the folds. */
function assignFolds(given: readonly number[], folds: number, seed: number): readonly number[] {
  const order = given.map((label, index) => ({ label, index, key: hash(index, seed) }));
  order.sort((left, right) => left.label - right.label || left.key - right.key);
  const foldOf = new Array<number>(given.length).fill(0);
  for (const [position, { index }] of order.entries()) foldOf[index] = position % folds;
  return foldOf;
}

interface TrainingRow {
  readonly vector: Float32Array;
  readonly label: number;
}

const steps = 300;
const learningRate = 4;
const momentum = 0.9;
const decay = 1e-3;

/** [labels, dimensions + 1], the last column is the bias. */
function fitSoftmax(rows: readonly TrainingRow[], labelCount: number, dimensions: number): Float32Array {
  const width = dimensions + 1;
  const weights = new Float32Array(labelCount * width);
  const velocity = new Float32Array(labelCount * width);
  for (let step = 0; step < steps && rows.length > 0; step++) {
    const gradient = new Float32Array(labelCount * width);
    for (const { vector, label } of rows) {
      const probabilities = predict(weights, vector, labelCount);
      for (let one = 0; one < labelCount; one++) {
        const error = (probabilities[one]! - (one === label ? 1 : 0)) / rows.length;
        const start = one * width;
        for (let index = 0; index < dimensions; index++) gradient[start + index]! += error * vector[index]!;
        gradient[start + dimensions]! += error;
      }
    }
    for (let index = 0; index < weights.length; index++) {
      velocity[index] =
        momentum * velocity[index]! - learningRate * (gradient[index]! + decay * weights[index]!);
      weights[index]! += velocity[index]!;
    }
  }
  return weights;
}

function predict(weights: Float32Array, vector: Float32Array, labelCount: number): Float32Array {
  const width = vector.length + 1;
  const logits = new Float32Array(labelCount);
  for (let label = 0; label < labelCount; label++) {
    let sum = weights[label * width + vector.length]!;
    for (let index = 0; index < vector.length; index++)
      sum += weights[label * width + index]! * vector[index]!;
    logits[label] = sum;
  }
  const largest = logits.reduce((max, one) => Math.max(max, one), Number.NEGATIVE_INFINITY);
  const powers = logits.map((one) => Math.exp(one - largest));
  const total = powers.reduce((sum, one) => sum + one, 0);
  return powers.map((one) => one / total);
}

function hash(value: number, seed: number): number {
  let mixed = Math.imul(value + 1, 0x9e3779b1) ^ Math.imul(seed + 1, 0x85ebca6b);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 12)) >>> 0;
}
