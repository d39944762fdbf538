// How good predicted labels are. In: probabilities and what is true, row-major [n, C]. Out: precision, recall and F1 by
// label and averaged, accuracy, confusion matrix, calibration error. Numbers are those of scikit-learn with
// `zero_division=0`. Legend: n texts, C labels.

export interface LabelMetrics {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Texts that truly have the label. */
  readonly support: number;
}

export interface AveragedMetrics {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

export interface ClassificationMetrics {
  /** Texts with a known answer. */
  readonly count: number;
  /** In the order of the task's labels. */
  readonly labels: readonly LabelMetrics[];
  /** All decisions counted together. */
  readonly micro: AveragedMetrics;
  /** The mean over the labels that occur among true or predicted ones. */
  readonly macro: AveragedMetrics;
  /** Share of texts whose labels are all right. */
  readonly accuracy: number;
  /**
   * One right label per text: row true, column predicted, [C][C].
   * Several: for each label `[[true no, false yes], [false no, true yes]]`.
   */
  readonly confusion: readonly (readonly number[])[] | readonly (readonly (readonly number[])[])[];
  /** Expected calibration error over 15 bins of equal width: how far a probability is from how often it comes true. */
  readonly ece: number;
}

export interface Predictions {
  readonly kind: 'singleLabel' | 'multiLabel';
  readonly labelCount: number;
  readonly probabilities: ArrayLike<number>;
  /** 1 where a label is true, 0 where not, NaN where nobody knows. A row of NaN is not counted. */
  readonly truths: ArrayLike<number>;
  /** By label: from where on a label is predicted. `singleLabel` takes the most probable one instead. */
  readonly thresholds: readonly number[];
}

const binCount = 15;

interface Counts {
  truePositive: number;
  falsePositive: number;
  falseNegative: number;
  trueNegative: number;
}

export function computeMetrics(predictions: Predictions): ClassificationMetrics {
  const { kind, labelCount, probabilities } = predictions;
  const counts = Array.from({ length: labelCount }, (): Counts => {
    return { truePositive: 0, falsePositive: 0, falseNegative: 0, trueNegative: 0 };
  });
  const matrix = Array.from({ length: labelCount }, () => new Array<number>(labelCount).fill(0));
  const calibration = createCalibration();
  let right = 0;
  let count = 0;
  for (let start = 0; start < probabilities.length; start += labelCount) {
    const row = decideRow(predictions, start);
    if (!row) continue;
    count++;
    if (row.decisions.every((decided, label) => decided === row.truths[label])) right++;
    row.truths.forEach((truth, label) => {
      if (truth !== undefined) countDecision(counts[label]!, row.decisions[label]!, truth);
    });
    if (kind === 'singleLabel') {
      const predicted = row.decisions.indexOf(true);
      matrix[row.truths.indexOf(true)]![predicted]!++;
      calibration.add(probabilities[start + predicted]!, row.truths[predicted]!);
    } else {
      row.truths.forEach((truth, label) => {
        if (truth !== undefined) calibration.add(probabilities[start + label]!, truth);
      });
    }
  }
  return {
    count,
    labels: counts.map((one) => ({ ...ratesOf(one), support: one.truePositive + one.falseNegative })),
    micro: ratesOf(sumCounts(counts)),
    macro: meanOf(counts),
    accuracy: count > 0 ? right / count : 0,
    confusion:
      kind === 'singleLabel'
        ? matrix
        : counts.map((one) => [
            [one.trueNegative, one.falsePositive],
            [one.falseNegative, one.truePositive],
          ]),
    ece: calibration.error(),
  };
}

/** What is decided and what is true for one text; `undefined` for a text without a known answer. */
function decideRow({ kind, labelCount, probabilities, truths, thresholds }: Predictions, start: number) {
  const known = Array.from({ length: labelCount }, (_, label) => {
    const truth = truths[start + label]!;
    return Number.isNaN(truth) ? undefined : truth >= 0.5;
  });
  const usable = kind === 'singleLabel' ? known.includes(true) : known.some((truth) => truth !== undefined);
  if (!usable) return undefined;
  if (kind === 'multiLabel') {
    const decisions = known.map((truth, label) =>
      // A label nobody knows about can be neither right nor wrong.
      truth === undefined ? undefined : probabilities[start + label]! >= thresholds[label]!,
    );
    return { decisions, truths: known };
  }
  let best = 0;
  for (let label = 1; label < labelCount; label++) {
    if (probabilities[start + label]! > probabilities[start + best]!) best = label;
  }
  return { decisions: known.map((_, label) => label === best), truths: known };
}

function countDecision(counts: Counts, decided: boolean, truth: boolean): void {
  if (decided && truth) counts.truePositive++;
  else if (decided) counts.falsePositive++;
  else if (truth) counts.falseNegative++;
  else counts.trueNegative++;
}

function ratesOf({ truePositive, falsePositive, falseNegative }: Counts): AveragedMetrics {
  const ratio = (part: number, whole: number) => (whole > 0 ? part / whole : 0);
  return {
    precision: ratio(truePositive, truePositive + falsePositive),
    recall: ratio(truePositive, truePositive + falseNegative),
    f1: ratio(2 * truePositive, 2 * truePositive + falsePositive + falseNegative),
  };
}

function sumCounts(counts: readonly Counts[]): Counts {
  const sum = (key: keyof Counts) => counts.reduce((total, one) => total + one[key], 0);
  return {
    truePositive: sum('truePositive'),
    falsePositive: sum('falsePositive'),
    falseNegative: sum('falseNegative'),
    trueNegative: sum('trueNegative'),
  };
}

function meanOf(counts: readonly Counts[]): AveragedMetrics {
  const occurring = counts
    .filter((one) => one.truePositive + one.falsePositive + one.falseNegative > 0)
    .map(ratesOf);
  const mean = (key: keyof AveragedMetrics) =>
    occurring.length > 0 ? occurring.reduce((sum, one) => sum + one[key], 0) / occurring.length : 0;
  return { precision: mean('precision'), recall: mean('recall'), f1: mean('f1') };
}

function createCalibration() {
  const bins = Array.from({ length: binCount }, () => ({ count: 0, probability: 0, truth: 0 }));
  return {
    add(probability: number, truth: boolean): void {
      const bin = bins[Math.min(binCount - 1, Math.floor(probability * binCount))]!;
      bin.count++;
      bin.probability += probability;
      bin.truth += truth ? 1 : 0;
    },
    error(): number {
      const count = bins.reduce((sum, bin) => sum + bin.count, 0);
      if (count === 0) return 0;
      return bins.reduce((sum, bin) => sum + Math.abs(bin.probability - bin.truth), 0) / count;
    },
  };
}
