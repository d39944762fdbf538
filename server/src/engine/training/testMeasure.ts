// How good a model's answers are on texts that no training saw. In: what is true and what a model said, by name of
// label, so that models with different labels can be compared. Out: rates by label, averages, calibration.
// Decisions are those of the model, its thresholds included: what people see is what is counted.

export interface TestAnswer {
  /** Names of the predicted labels. */
  readonly predicted: readonly string[];
  /** In the order of `names`; 0 for a label that the model does not have. */
  readonly probabilities: readonly number[];
}

export interface TestRates {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly support: number;
}

export interface ReliabilityBin {
  /** Mean of what was said. */
  readonly probability: number;
  /** How often it was true. */
  readonly rate: number;
  readonly count: number;
}

export interface TestMeasure {
  readonly count: number;
  readonly accuracy: number;
  readonly macroF1: number;
  readonly microF1: number;
  readonly ece: number;
  readonly labels: readonly TestRates[];
  readonly reliability: readonly ReliabilityBin[];
}

const binCount = 10;

export function measureAnswers(input: {
  readonly names: readonly string[];
  readonly several: boolean;
  readonly truths: readonly (readonly string[])[];
  readonly answers: readonly TestAnswer[];
}): TestMeasure {
  const { names, several, truths, answers } = input;
  const counts = names.map((name) => countLabel(name, truths, answers));
  const occurring = counts.filter(({ hits, wrong, missed }) => hits + wrong + missed > 0);
  const sum = (key: keyof LabelCounts) => counts.reduce((total, one) => total + one[key], 0);
  const right = answers.filter(({ predicted }, index) => sameNames(predicted, truths[index]!)).length;
  const bins = binsOf(answers.flatMap((answer, index) => claimsOf(answer, truths[index]!, names, several)));
  const claimCount = bins.reduce((total, { count }) => total + count, 0);
  return {
    count: answers.length,
    accuracy: ratio(right, answers.length),
    macroF1: ratio(
      occurring.reduce((total, one) => total + ratesOf(one).f1, 0),
      occurring.length,
    ),
    microF1: ratesOf({ hits: sum('hits'), wrong: sum('wrong'), missed: sum('missed') }).f1,
    ece: ratio(
      bins.reduce((total, { count, probability, rate }) => total + count * Math.abs(probability - rate), 0),
      claimCount,
    ),
    labels: counts.map(ratesOf),
    reliability: bins,
  };
}

interface LabelCounts {
  readonly hits: number;
  readonly wrong: number;
  readonly missed: number;
}

function countLabel(
  name: string,
  truths: readonly (readonly string[])[],
  answers: readonly TestAnswer[],
): LabelCounts {
  let hits = 0;
  let wrong = 0;
  let missed = 0;
  for (const [index, { predicted }] of answers.entries()) {
    const isTrue = truths[index]!.includes(name);
    const isSaid = predicted.includes(name);
    if (isTrue && isSaid) hits++;
    else if (isSaid) wrong++;
    else if (isTrue) missed++;
  }
  return { hits, wrong, missed };
}

function ratesOf({ hits, wrong, missed }: LabelCounts): TestRates {
  return {
    precision: ratio(hits, hits + wrong),
    recall: ratio(hits, hits + missed),
    f1: ratio(2 * hits, 2 * hits + wrong + missed),
    support: hits + missed,
  };
}

interface Claim {
  readonly probability: number;
  readonly isTrue: boolean;
}

/** One label: how sure the model was of its answer. Several: how sure it was of each label. */
function claimsOf(
  { predicted, probabilities }: TestAnswer,
  truth: readonly string[],
  names: readonly string[],
  several: boolean,
): readonly Claim[] {
  return names.flatMap((name, index) =>
    several || predicted[0] === name
      ? [{ probability: probabilities[index]!, isTrue: truth.includes(name) }]
      : [],
  );
}

function binsOf(claims: readonly Claim[]): readonly ReliabilityBin[] {
  const bins = Array.from({ length: binCount }, () => ({ count: 0, said: 0, came: 0 }));
  for (const { probability, isTrue } of claims) {
    const bin = bins[Math.min(binCount - 1, Math.floor(probability * binCount))]!;
    bin.count++;
    bin.said += probability;
    bin.came += isTrue ? 1 : 0;
  }
  return bins.flatMap(({ count, said, came }) =>
    count === 0 ? [] : [{ count, probability: said / count, rate: came / count }],
  );
}

function sameNames(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name) => other.includes(name));
}

function ratio(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}
