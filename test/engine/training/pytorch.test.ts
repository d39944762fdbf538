// Training as PyTorch does it: the loss and every gradient of one batch, and ten steps of AdamW with warm-up, clipping,
// decay and rates by part on the same batches (test/oracles/training/makeTrainingExpected.py computed them in 64 bits).

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { FloatType } from '../../../server/src/engine/onnx/graphBuilder.ts';
import { createAdamWKernel } from '../../../server/src/engine/training/adamWKernel.ts';
import type { FlatArray } from '../../../server/src/engine/training/flatParameters.ts';
import { createFlatArray, readParameters } from '../../../server/src/engine/training/flatParameters.ts';
import { GradientSession } from '../../../server/src/engine/training/gradientSession.ts';
import {
  applyAdamW,
  clippingFactor,
  defaultOptimizer,
  gradientNorm,
} from '../../../server/src/engine/training/optimizer.ts';
import { learningRateAt } from '../../../server/src/engine/training/schedule.ts';
import { buildTrainingGraph, noDropout } from '../../../server/src/engine/training/trainingGraph.ts';
import type { TrainingCase } from './trainingFixtures.ts';
import { feedsOf, readTrainingCase, trainingCases } from './trainingFixtures.ts';

/**
 * Measured were at most: 2.9e-6 for a gradient (relative to the greatest of its tensor), 6e-7 for a loss in ten steps,
 * 3.6e-7 for a weight after them; in 64 bits 5.2e-8, the precision of the stored numbers.
 */
const tolerance = { gradient: 1e-5, loss: 5e-6, norm: 1e-5, weight: 5e-6, wide: 1e-7 };

describe('training equals PyTorch', () => {
  it('is compared in all cases', () => {
    assert.deepEqual(trainingCases, ['groups-exact-gelu', 'pretraining', 'shared-layer']);
  });

  for (const name of trainingCases) {
    const one = readTrainingCase(name);

    it(`in the losses and every gradient of a batch of ${name}`, async () => {
      const { session, weights, gradients, layout } = await prepare(one, 'float32');
      try {
        const losses = await session.computeGradients(
          weights,
          gradients,
          feedsOf(one, one.batches[0]!, 'float32'),
        );
        for (const [objective, loss] of Object.entries(losses.byObjective)) {
          close(loss, one.expected.get(`loss.${objective}`)![0]!, tolerance.loss, objective);
        }
        const trained = layout.parameters.map((parameter) => `gradient.${parameter.name}`);
        const expectedNames = [...one.expected.keys()].filter((key) => key.startsWith('gradient.'));
        assert.deepEqual(trained.sort(), expectedNames.sort(), 'every parameter with a gradient is trained');
        for (const { name: tensor, offset, size } of layout.parameters) {
          if (hasNoEffect(tensor)) continue;
          const difference = relativeDifference(
            gradients.subarray(offset, offset + size),
            one.expected.get(`gradient.${tensor}`)!,
          );
          assert.ok(difference < tolerance.gradient, `the gradient of ${tensor} differs by ${difference}`);
        }
      } finally {
        await session.dispose();
      }
    });

    it(`in ten steps on the batches of ${name}`, async () => {
      const { session, weights, gradients, layout } = await prepare(one, 'float32');
      const moments = {
        first: createFlatArray(layout, 'float32'),
        second: createFlatArray(layout, 'float32'),
      };
      const settings = { ...defaultOptimizer, ...one.settings };
      const moveStretch = createAdamWKernel();
      try {
        for (const [step, batch] of one.batches.entries()) {
          const { total } = await session.computeGradients(
            weights,
            gradients,
            feedsOf(one, batch, 'float32'),
          );
          close(total, one.expected.get('losses')![step]!, tolerance.loss, `the loss of step ${step}`);
          const norm = gradientNorm(gradients);
          close(norm / one.expected.get('norms')![step]!, 1, tolerance.norm, `the norm of step ${step}`);
          applyAdamW(
            layout,
            { weights, gradients, moments },
            settings,
            {
              step: step + 1,
              learningRate: learningRateAt(one.settings.schedule, step),
              gradientFactor: clippingFactor(norm, settings.maxGradientNorm),
            },
            moveStretch,
          );
        }
        for (const { name: tensor, offset, size } of layout.parameters) {
          if (hasNoEffect(tensor)) continue;
          const expected = one.expected.get(`final.${tensor}`)!;
          const difference = relativeDifference(weights.subarray(offset, offset + size), expected);
          assert.ok(difference < tolerance.weight, `${tensor} differs by ${difference} after ten steps`);
        }
      } finally {
        await session.dispose();
      }
    });
  }

  it('where a bias has no effect: keys all shifted alike give the same attention', async () => {
    const one = readTrainingCase('shared-layer');
    const { session, weights, gradients, layout } = await prepare(one, 'float64');
    try {
      await session.computeGradients(weights, gradients, feedsOf(one, one.batches[0]!, 'float64'));
      const biases = layout.parameters.filter((parameter) => hasNoEffect(parameter.name));
      assert.equal(biases.length, 1);
      for (const { offset, size } of biases) {
        for (const gradient of gradients.subarray(offset, offset + size)) {
          assert.ok(Math.abs(gradient) < 1e-14, `${gradient}`);
        }
      }
    } finally {
      await session.dispose();
    }
  });

  for (const name of ['shared-layer', 'pretraining']) {
    it(`in 64 bits down to the precision in which the expected numbers of ${name} are stored`, async () => {
      const one = readTrainingCase(name);
      const { session, weights, gradients, layout } = await prepare(one, 'float64');
      try {
        await session.computeGradients(weights, gradients, feedsOf(one, one.batches[0]!, 'float64'));
        for (const { name: tensor, offset, size } of layout.parameters) {
          if (hasNoEffect(tensor)) continue;
          const expected = one.expected.get(`gradient.${tensor}`)!;
          const difference = relativeDifference(gradients.subarray(offset, offset + size), expected);
          assert.ok(difference < tolerance.wide, `the gradient of ${tensor} differs by ${difference}`);
        }
      } finally {
        await session.dispose();
      }
    });
  }

  it('and hidden words and order have the slopes that finite differences show', async () => {
    const one = readTrainingCase('pretraining');
    const { session, weights, gradients, layout } = await prepare(one, 'float64');
    const feeds = feedsOf(one, one.batches[0]!, 'float64');
    const scratch = createFlatArray(layout, 'float64');
    const lossAt = async (index: number, move: number) => {
      const moved = weights.slice();
      moved[index]! += move;
      return (await session.computeGradients(moved, scratch, feeds)).total;
    };
    try {
      await session.computeGradients(weights, gradients, feeds);
      for (const { name: tensor, offset, size } of layout.parameters) {
        // The greatest slope of each tensor: rows of words that the batch does not have are flat.
        let index = offset;
        for (let at = offset; at < offset + size; at++) {
          if (Math.abs(gradients[at]!) > Math.abs(gradients[index]!)) index = at;
        }
        const slope = ((await lossAt(index, 1e-5)) - (await lossAt(index, -1e-5))) / 2e-5;
        const difference = Math.abs(slope - gradients[index]!);
        assert.ok(difference < 1e-6 * Math.max(1, Math.abs(slope)), `${tensor} differs by ${difference}`);
      }
    } finally {
      await session.dispose();
    }
  });
});

/** The true gradient of a key's bias is 0: what is computed is rounding, and what Adam makes of it a random walk. */
function hasNoEffect(tensorName: string): boolean {
  return tensorName.endsWith('attention.key.bias');
}

async function prepare(one: TrainingCase, floatType: FloatType) {
  const training = buildTrainingGraph(one.config, one.weights, {
    objectives: one.settings.objectives,
    exits: [{ depth: one.config.numHiddenLayers, weight: 1 }],
    trained: 'all',
    dropout: noDropout,
    floatType,
  });
  const { layout } = training;
  const weights = createFlatArray(layout, floatType);
  readParameters(layout, one.weights, weights);
  const session = await GradientSession.create(training, { threads: 1 });
  return { session, layout, weights, gradients: createFlatArray(layout, floatType) };
}

/** The greatest difference over the greatest expected number. */
function relativeDifference(actual: FlatArray, expected: Float32Array): number {
  assert.equal(actual.length, expected.length);
  let difference = 0;
  let largest = 0;
  for (let index = 0; index < actual.length; index++) {
    difference = Math.max(difference, Math.abs(actual[index]! - expected[index]!));
    largest = Math.max(largest, Math.abs(expected[index]!));
  }
  return difference / largest;
}

function close(actual: number, expected: number, tolerance: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what} is ${actual}, not ${expected}`);
}
