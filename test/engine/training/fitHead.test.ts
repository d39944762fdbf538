// A fitted head stands at the lowest point of its loss: no small step in any direction is better, whatever the kind.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { fitHead, type HeadFit } from '../../../server/src/engine/training/fitHead.ts';
import { minimize } from '../../../server/src/engine/training/minimize.ts';
import { createRandom } from '../../../server/src/engine/training/random.ts';

const hiddenSize = 5;
const count = 60;

/** The first axis tells label 0, the second label 1; the deeper the vectors, the clearer. */
function fitOf(kind: 'singleLabel' | 'multiLabel', labelCount: number): HeadFit {
  const random = createRandom(3, kind);
  const truths = Array.from({ length: count }, (_, index) => index % labelCount);
  const vectorsAt = (clearness: number) => {
    const vectors = new Float32Array(count * hiddenSize);
    truths.forEach((truth, text) => {
      for (let axis = 0; axis < hiddenSize; axis++) {
        vectors[text * hiddenSize + axis] = 4 + random.normal() + (axis === truth ? clearness : 0);
      }
    });
    return vectors;
  };
  const targets = new Float32Array(count * labelCount);
  truths.forEach((truth, text) => {
    targets[text * labelCount + truth] = 1;
  });
  return {
    objective: { kind, labelCount, labelWeights: new Array<number>(labelCount).fill(1) },
    hiddenSize,
    depths: [
      { vectors: vectorsAt(1), weight: 0.25 },
      { vectors: vectorsAt(4), weight: 1 },
    ],
    targets,
  };
}

function logitsOf({ depths, objective }: HeadFit, head: ReturnType<typeof fitHead>, text: number): number[] {
  const { vectors } = depths.at(-1)!;
  return Array.from({ length: objective.labelCount }, (_, label) => {
    let sum = head.bias[label]!;
    for (let axis = 0; axis < hiddenSize; axis++) {
      sum += head.weight[label * hiddenSize + axis]! * vectors[text * hiddenSize + axis]!;
    }
    return sum;
  });
}

describe('a fitted head', () => {
  it('finds the lowest point of a bent valley', () => {
    // Rosenbrock's function, whose valley turns; its lowest point is at 1, 1.
    const found = minimize(
      (place, gradient) => {
        const [x, y] = [place[0]!, place[1]!];
        gradient[0] = -2 * (1 - x) - 400 * x * (y - x * x);
        gradient[1] = 200 * (y - x * x);
        return (1 - x) ** 2 + 100 * (y - x * x) ** 2;
      },
      Float64Array.from([-1.2, 1]),
      { maxSteps: 200, flatness: 1e-8 },
    );
    assert.ok(Math.abs(found[0]! - 1) < 1e-6 && Math.abs(found[1]! - 1) < 1e-6, found.join(' '));
  });

  for (const kind of ['singleLabel', 'multiLabel'] as const) {
    it(`tells the labels apart (${kind})`, () => {
      const fit = fitOf(kind, 3);
      const head = fitHead(fit);
      let right = 0;
      for (let text = 0; text < count; text++) {
        const logits = logitsOf(fit, head, text);
        if (logits.indexOf(Math.max(...logits)) === text % 3) right++;
      }
      assert.ok(right >= 57, `${right} of ${count}`);
    });
  }

  it('says how frequent labels are where the vectors say nothing', () => {
    const fit = fitOf('singleLabel', 2);
    const targets = new Float32Array(count * 2);
    for (let text = 0; text < count; text++) targets[text * 2 + (text < 45 ? 0 : 1)] = 1;
    const same = new Float32Array(count * hiddenSize).fill(2);
    const { bias, weight } = fitHead({ ...fit, depths: [{ vectors: same, weight: 1 }], targets });
    const logits = [0, 1].map(
      (label) =>
        bias[label]! +
        2 * weight.subarray(label * hiddenSize, (label + 1) * hiddenSize).reduce((sum, one) => sum + one, 0),
    );
    assert.ok(Math.abs(logits[0]! - logits[1]! - Math.log(3)) < 1e-2, logits.join(' '));
  });

  it('counts a label as often as its weight says', () => {
    const fit = fitOf('multiLabel', 2);
    const same = new Float32Array(count * hiddenSize).fill(2);
    const objective = { ...fit.objective, labelWeights: [1, 3] };
    const { bias, weight } = fitHead({ ...fit, objective, depths: [{ vectors: same, weight: 1 }] });
    const logits = [0, 1].map(
      (label) =>
        bias[label]! +
        2 * weight.subarray(label * hiddenSize, (label + 1) * hiddenSize).reduce((sum, one) => sum + one, 0),
    );
    // Half of the texts have each label: even odds, and three to one.
    assert.ok(Math.abs(logits[0]!) < 1e-2 && Math.abs(logits[1]! - Math.log(3)) < 1e-2, logits.join(' '));
  });
});
