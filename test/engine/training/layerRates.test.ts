// Layer-wise decay: the first step of each group of layers is as much shorter as it should be, in one optimizer step and
// in a whole training.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { neverCancelled } from '../../../server/src/engine/cancellation.ts';
import { createFlatArray, readParameters } from '../../../server/src/engine/training/flatParameters.ts';
import { layerRateFactors } from '../../../server/src/engine/training/layerRates.ts';
import { applyAdamW, defaultOptimizer } from '../../../server/src/engine/training/optimizer.ts';
import { train } from '../../../server/src/engine/training/trainer.ts';
import { buildTrainingGraph, noDropout } from '../../../server/src/engine/training/trainingGraph.ts';
import { createHost, tinyInput } from './tinyTraining.ts';
import { readTrainingCase } from './trainingFixtures.ts';

describe('layer-wise decay of the learning rate', () => {
  it('gives each group its power, embeddings the least and heads all', () => {
    const names = [
      'albert.embeddings.word_embeddings.weight',
      'albert.encoder.embedding_hidden_mapping_in.weight',
      'albert.encoder.albert_layer_groups.0.albert_layers.0.ffn.weight',
      'albert.encoder.albert_layer_groups.1.albert_layers.0.ffn.weight.adapter.up',
      'albert.encoder.albert_layer_groups.2.albert_layers.0.ffn.weight',
      'albert.pooler.weight',
      'heads.debt.classifier.weight',
    ];
    const parameters = names.map((name) => ({ name }));
    assert.deepEqual(layerRateFactors(parameters, 0.5), [0.125, 0.125, 0.25, 0.5, 1, 1, 1]);
    assert.deepEqual(new Set(layerRateFactors(parameters, 1)), new Set([1]));
  });

  it('makes the first step of every tensor exactly so much shorter, weight decay included', () => {
    const { config, weights, settings } = readTrainingCase('groups-exact-gelu');
    const { layout } = buildTrainingGraph(config, weights, {
      objectives: settings.objectives,
      exits: [{ depth: config.numHiddenLayers, weight: 1 }],
      trained: 'all',
      dropout: noDropout,
      floatType: 'float64',
    });
    const start = createFlatArray(layout, 'float64');
    readParameters(layout, weights, start);
    const stepWith = (layerDecay: number) => {
      const moved = start.slice();
      const moments = {
        first: createFlatArray(layout, 'float64'),
        second: createFlatArray(layout, 'float64'),
      };
      const gradients = start.map((_, index) => Math.sin(index + 1));
      const optimizer = { ...defaultOptimizer, layerDecay };
      const now = { step: 1, learningRate: 1e-2, gradientFactor: 1 };
      applyAdamW(layout, { weights: moved, gradients, moments }, optimizer, now);
      return moved;
    };
    const [even, decayed] = [stepWith(1), stepWith(0.25)];
    const factors = new Set<number>();
    for (const { name, offset, size } of layout.parameters) {
      const expected = expectedFactor(name, config.numHiddenGroups, 0.25);
      factors.add(expected);
      for (let index = offset; index < offset + size; index++) {
        const ratio = (decayed[index]! - start[index]!) / (even[index]! - start[index]!);
        assert.ok(Math.abs(ratio / expected - 1) < 1e-9, `${name}: ${ratio} instead of ${expected}`);
      }
    }
    assert.ok(config.numHiddenGroups >= 2);
    assert.equal(factors.size, config.numHiddenGroups + 1);
  });

  it('is what a training does', async () => {
    const movedWith = async (layerDecay: number) => {
      const { settings } = tinyInput({});
      const input = tinyInput({
        settings: {
          batchSize: 16,
          schedule: { kind: 'constant', peak: 5e-3, warmupShare: 0 },
          // Decay alone moves the words that no text has by less than 32 bits can tell.
          optimizer: { ...settings.optimizer, weightDecay: 0, layerDecay },
        },
      });
      const { layout, state, weights } = await train(input, createHost(), neverCancelled);
      assert.equal(state.step, 1);
      const start = new Float32Array(layout.size);
      readParameters(layout, input.weights, start, settings.seed);
      return { layout, moved: weights.map((value, index) => value - start[index]!) };
    };
    const [even, decayed] = [await movedWith(1), await movedWith(0.5)];
    for (const { name, offset, size } of even.layout.parameters) {
      const sum = ({ moved }: typeof even) =>
        moved.subarray(offset, offset + size).reduce((total, value) => total + Math.abs(value), 0);
      const expected = expectedFactor(name, 1, 0.5);
      assert.ok(
        Math.abs(sum(decayed) / sum(even) / expected - 1) < 1e-3,
        `${name}: ${sum(decayed) / sum(even)}`,
      );
    }
  });
});

/** Spelled out once more, from the names alone. */
function expectedFactor(name: string, groupCount: number, decay: number): number {
  const group = /albert_layer_groups\.(\d)\./.exec(name)?.[1];
  if (group !== undefined) return decay ** (groupCount - 1 - Number(group));
  return /embedding/.test(name) ? decay ** groupCount : 1;
}
