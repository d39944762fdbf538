// Metrics as they are printed and stored: by name of label, four decimals. In: metrics in the order of labels.
// Out: plain data; the shape is part of the command line's contract.

import type { ClassificationMetrics } from './metrics.ts';

export interface NamedRates {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

export interface NamedMetrics {
  readonly texts: number;
  readonly labels: Readonly<Record<string, NamedRates & { readonly support: number }>>;
  readonly micro: NamedRates;
  readonly macro: NamedRates;
  readonly accuracy: number;
  /** Rows and columns of `confusion`. A list, because an object would sort labels that look like numbers. */
  readonly labelOrder: readonly string[];
  /** As scikit-learn gives it: one label per text [C][C], row true, column predicted; several [C][2][2]. */
  readonly confusion: ClassificationMetrics['confusion'];
  readonly ece: number;
}

export function describeMetrics(names: readonly string[], metrics: ClassificationMetrics): NamedMetrics {
  const byName = <T>(of: (index: number) => T) =>
    Object.fromEntries(names.map((name, index) => [name, of(index)]));
  return {
    texts: metrics.count,
    labels: byName((index) => {
      const label = metrics.labels[index]!;
      return { ...roundRates(label), support: label.support };
    }),
    micro: roundRates(metrics.micro),
    macro: roundRates(metrics.macro),
    accuracy: round(metrics.accuracy),
    labelOrder: names,
    confusion: metrics.confusion,
    ece: round(metrics.ece),
  };
}

function roundRates({ precision, recall, f1 }: NamedRates): NamedRates {
  return { precision: round(precision), recall: round(recall), f1: round(f1) };
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
