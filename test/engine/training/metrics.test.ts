// Our metrics are scikit-learn's, on the cases that test/oracles/metrics made.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { computeMetrics, type Predictions } from '../../../server/src/engine/training/metrics.ts';
import { describeMetrics } from '../../../server/src/engine/training/metricsByLabel.ts';

interface Case {
  readonly kind: Predictions['kind'];
  readonly probabilities: readonly (readonly number[])[];
  readonly truths: readonly (readonly number[])[];
  readonly thresholds: readonly number[];
  readonly expected: Readonly<Record<string, unknown>>;
}

const file = new URL('../../fixtures/metrics/expected.json', import.meta.url);
const cases = JSON.parse(readFileSync(file, 'utf8')) as readonly Case[];

describe('metrics equal scikit-learn', () => {
  it('in six cases', () => assert.equal(cases.length, 6));

  for (const [index, one] of cases.entries()) {
    it(`in case ${index}: ${one.kind}, ${one.thresholds.length} labels`, () => {
      const metrics = computeMetrics({
        kind: one.kind,
        labelCount: one.thresholds.length,
        probabilities: one.probabilities.flat(),
        truths: one.truths.flat(),
        thresholds: one.thresholds,
      });
      assert.equal(metrics.count, one.truths.length);
      for (const [key, expected] of Object.entries(one.expected)) {
        close(metrics[key as keyof typeof metrics], expected, key);
      }
    });
  }

  it('and are named by label, in an order that names like numbers do not change', () => {
    const one = cases[0]!;
    const metrics = computeMetrics({
      kind: one.kind,
      labelCount: 3,
      probabilities: one.probabilities.flat(),
      truths: one.truths.flat(),
      thresholds: one.thresholds,
    });
    const named = describeMetrics(['10', '9', 'x'], metrics);
    assert.deepEqual(named.labelOrder, ['10', '9', 'x']);
    assert.equal(named.labels['10']!.support, metrics.labels[0]!.support);
    assert.equal(named.texts, one.truths.length);
  });
});

function close(actual: unknown, expected: unknown, where: string): void {
  if (typeof expected === 'number') {
    const isClose = typeof actual === 'number' && Math.abs(actual - expected) < 1e-9;
    assert.ok(isClose, `${where} is ${actual}, scikit-learn says ${expected}`);
  } else if (Array.isArray(expected)) {
    expected.forEach((one, index) => {
      close((actual as readonly unknown[])[index], one, `${where}[${index}]`);
    });
  } else {
    for (const [key, one] of Object.entries(expected as object)) {
      close((actual as Readonly<Record<string, unknown>>)[key], one, `${where}.${key}`);
    }
  }
}
