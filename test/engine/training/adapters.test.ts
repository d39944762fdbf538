// Low-rank adapters: their slopes, that they start as nothing, that little else is trained, and that the model that
// comes out of merging them is the one that was trained.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { neverCancelled } from '../../../server/src/engine/cancellation.ts';
import { readAlbertWeights } from '../../../server/src/engine/model/albertWeights.ts';
import { readSafetensors, writeSafetensors } from '../../../server/src/engine/model/safetensors.ts';
import { createFlatArray, readParameters } from '../../../server/src/engine/training/flatParameters.ts';
import { GradientSession } from '../../../server/src/engine/training/gradientSession.ts';
import { measureObjectives } from '../../../server/src/engine/training/measureObjectives.ts';
import type { TrainedParts } from '../../../server/src/engine/training/parameterLayout.ts';
import { mergeTrainedTensors } from '../../../server/src/engine/training/trainedTensors.ts';
import { train } from '../../../server/src/engine/training/trainer.ts';
import { buildTrainingGraph, noDropout } from '../../../server/src/engine/training/trainingGraph.ts';
import { createExamples, createHost, tinyInput } from './tinyTraining.ts';
import { feedsOf, readTrainingCase, readTrainingModel } from './trainingFixtures.ts';

const adapters = { rank: 2, feedForward: true };

describe('low-rank adapters', () => {
  it('have the slopes that finite differences show, in layers that are shared', async () => {
    const one = readTrainingCase('pretraining');
    const training = graphOf(one, adapters, 'float64');
    const { layout } = training;
    const weights = createFlatArray(layout, 'float64');
    readParameters(layout, one.weights, weights, 1);
    // A second side that is zero would leave the first one without a slope.
    for (let index = 0; index < weights.length; index++) weights[index]! += 0.05 * Math.sin(index);
    const gradients = createFlatArray(layout, 'float64');
    const scratch = createFlatArray(layout, 'float64');
    const session = await GradientSession.create(training, { threads: 1 });
    try {
      const feeds = feedsOf(one, one.batches[0]!, 'float64');
      await session.computeGradients(weights, gradients, feeds);
      const lossAt = async (index: number, move: number) => {
        const moved = weights.slice();
        moved[index]! += move;
        return (await session.computeGradients(moved, scratch, feeds)).total;
      };
      const sides = layout.parameters.filter((parameter) => parameter.adapter);
      // Two groups, four matrices each, two sides; four layers read them.
      assert.equal(sides.length, 2 * 4 * 2);
      for (const { name, offset } of sides) {
        const slope = ((await lossAt(offset + 1, 1e-5)) - (await lossAt(offset + 1, -1e-5))) / 2e-5;
        const difference = Math.abs(slope - gradients[offset + 1]!);
        assert.ok(difference < 1e-7 * Math.max(1, Math.abs(slope)), `${name} differs by ${difference}`);
      }
    } finally {
      await session.dispose();
    }
  });

  it('change nothing before they learn', async () => {
    const one = readTrainingCase('shared-layer');
    const lossWith = async (trained: TrainedParts) => {
      const training = graphOf(one, trained, 'float32');
      const weights = createFlatArray(training.layout, 'float32');
      readParameters(training.layout, one.weights, weights, 7);
      const session = await GradientSession.create(training, { threads: 1 });
      try {
        const gradients = createFlatArray(training.layout, 'float32');
        const losses = await session.computeGradients(
          weights,
          gradients,
          feedsOf(one, one.batches[0]!, 'float32'),
        );
        return losses.total;
      } finally {
        await session.dispose();
      }
    };
    const difference = (await lossWith(adapters)) - (await lossWith('all'));
    assert.ok(Math.abs(difference) < 1e-6, `${difference}`);
  });

  it('learn few numbers, the same ones for the same seed, and are merged into a plain model', async () => {
    const { file, config } = readTrainingModel('shared-layer');
    const examples = createExamples(24);
    const trainOnce = () =>
      train(
        tinyInput({
          training: examples,
          settings: {
            trained: { rank: 3, feedForward: false },
            epochs: 12,
            schedule: { kind: 'linear', peak: 0.02, warmupShare: 0.1 },
          },
        }),
        createHost(),
        neverCancelled,
      );
    const result = await trainOnce();
    assert.deepEqual((await trainOnce()).weights, result.weights);
    const adapted = result.layout.parameters.filter(({ adapter }) => adapter);
    assert.deepEqual(
      adapted.map(({ name, shape }) => [name.replace(/^.*attention\./, ''), shape]),
      [
        ['query.weight.adapter.down', [3, 20]],
        ['query.weight.adapter.up', [20, 3]],
        ['value.weight.adapter.down', [3, 20]],
        ['value.weight.adapter.up', [20, 3]],
      ],
    );
    assert.ok(result.history.at(-1)!.trainingLoss < 0.8 * result.history[0]!.trainingLoss);

    const merged = mergeTrainedTensors(file, result, undefined);
    assert.ok(merged.every(({ name }) => !name.includes('adapter')));
    const bytes = writeSafetensors(merged, 'F32', { format: 'pt' });
    const weights = readAlbertWeights(readSafetensors(bytes, 'merged'), config);
    const { settings } = tinyInput({});
    const { lossByObjective } = await measureObjectives(
      { config, weights },
      examples,
      { ...settings, depth: 3, threads: 1, pack: createHost().pack },
      neverCancelled,
    );
    const total = Object.values(lossByObjective).reduce((sum, loss) => sum + loss, 0);
    const own = await train(
      {
        ...tinyInput({
          training: examples,
          validation: examples,
          settings: {
            trained: { rank: 3, feedForward: false },
            epochs: 12,
            schedule: { kind: 'linear', peak: 0.02, warmupShare: 0.1 },
            keep: 'last',
          },
        }),
      },
      createHost(),
      neverCancelled,
    );
    assert.ok(Math.abs(total - own.history.at(-1)!.validation!.loss) < 1e-5);
  });
});

function graphOf(
  one: ReturnType<typeof readTrainingCase>,
  trained: TrainedParts,
  floatType: 'float32' | 'float64',
) {
  return buildTrainingGraph(one.config, one.weights, {
    objectives: one.settings.objectives,
    exits: [{ depth: one.config.numHiddenLayers, weight: 1 }],
    trained,
    dropout: noDropout,
    floatType,
  });
}
