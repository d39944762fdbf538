// Temperatures and thresholds from held-back texts, on numbers whose answer is known.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { chooseTemperature, chooseThresholds } from '../../../server/src/engine/training/calibrate.ts';
import { createRandom } from '../../../server/src/engine/training/random.ts';

describe('calibration', () => {
  it('finds the factor by which logits are too sure', () => {
    for (const kind of ['singleLabel', 'multiLabel'] as const) {
      const honest = honestTexts(kind, 4000);
      for (const factor of [0.5, 1, 3]) {
        const logits = honest.logits.map((logit) => logit * factor);
        const found = chooseTemperature({ ...honest, logits });
        assert.ok(Math.abs(found / factor - 1) < 0.1, `${kind}: ${found} for ${factor}`);
      }
    }
  });

  it('says of a dozen texts less than they seem to, and of many what they say', () => {
    const right = (count: number) => ({
      kind: 'singleLabel' as const,
      labelCount: 2,
      logits: Float32Array.from({ length: 2 * count }, (_, index) => (index % 2 === 0 ? 1 : 0)),
      truths: Float32Array.from({ length: 2 * count }, (_, index) => (index % 2 === 0 ? 1 : 0)),
    });
    const [few, many] = [chooseTemperature(right(12)), chooseTemperature(right(1000))];
    assert.ok(few > 0.6 && few < 0.95, `${few}`);
    assert.ok(many < 0.3, `${many}`);
  });

  it('is nearer to the truth on a dozen texts than those texts alone', () => {
    const draws = Array.from({ length: 60 }, (_, draw) =>
      Math.log(chooseTemperature(honestTexts('singleLabel', 14, draw))),
    );
    const deviation = Math.sqrt(draws.reduce((sum, one) => sum + one * one, 0) / draws.length);
    // Without the prior it is more than 0.4.
    assert.ok(deviation < 0.2, `${deviation}`);
  });

  it('puts a threshold where it separates, and takes the most probable label where there is one', () => {
    const count = 200;
    const logits = Float32Array.from({ length: count }, (_, index) => (index - 140) / 20);
    const truths = Array.from({ length: count }, (_, index) => (index >= 120 ? 1 : 0));
    const [threshold] = chooseThresholds({ kind: 'multiLabel', labelCount: 1, logits, truths }, 1);
    // Label 120 has the logit -1, of probability 0.27.
    assert.ok(Math.abs(threshold! - 0.27) < 0.06, `${threshold}`);
    assert.deepEqual(chooseThresholds({ kind: 'singleLabel', labelCount: 2, logits, truths }, 1), [0, 0]);
  });

  it('trusts the best place of a rare label little', () => {
    const random = createRandom(3, 'rare');
    const logits = Float32Array.from({ length: 400 }, () => random.normal());
    const truths = Array.from({ length: 400 }, (_, index) =>
      index % 2 === 0 ? Number(logits[index]! > 0) : Number(index === 101),
    );
    // The frequent label is separated at probability 0.5; the rare one has a single text.
    const [frequent, rare] = chooseThresholds({ kind: 'multiLabel', labelCount: 2, logits, truths }, 1);
    assert.ok(Math.abs(frequent! - 0.5) < 0.06, `${frequent}`);
    assert.ok(Math.abs(rare! - frequent!) < 0.06, `${rare} beside ${frequent}`);
  });

  it('stays near a half where a handful of texts would put a threshold at the edge', () => {
    // Four texts, told apart far below a half: the best place among them is 0.05.
    const logits = Float32Array.from([-4, -2.6, -2.5, -2.4]);
    const truths = [0, 1, 1, 1];
    const [threshold] = chooseThresholds({ kind: 'multiLabel', labelCount: 1, logits, truths }, 1);
    assert.ok(threshold! > 0.35, `${threshold}`);
  });

  it('says something sensible about nothing', () => {
    const none = { kind: 'multiLabel' as const, labelCount: 2, logits: new Float32Array(0), truths: [] };
    assert.equal(chooseTemperature(none), 1);
    assert.deepEqual(chooseThresholds(none, 1), [0.5, 0.5]);
  });
});

/** Texts whose labels come true as often as their probabilities say. */
function honestTexts(kind: 'singleLabel' | 'multiLabel', count: number, draw = 0) {
  const random = createRandom(1, 'honest', kind, draw);
  const labelCount = 3;
  const logits = Float32Array.from({ length: count * labelCount }, () => 1.5 * random.normal());
  const truths = new Float32Array(count * labelCount);
  for (let start = 0; start < logits.length; start += labelCount) {
    const row = [...logits.subarray(start, start + labelCount)];
    if (kind === 'multiLabel') {
      row.forEach((logit, label) => {
        truths[start + label] = random.uniform() < 1 / (1 + Math.exp(-logit)) ? 1 : 0;
      });
      continue;
    }
    const powers = row.map(Math.exp);
    let left = random.uniform() * powers.reduce((sum, power) => sum + power, 0);
    const chosen = powers.findIndex((power) => {
      left -= power;
      return left < 0;
    });
    truths[start + Math.max(0, chosen)] = 1;
  }
  return { kind, labelCount, logits, truths };
}
