// Computing layers again on the way back changes memory and time, and not one bit of any gradient.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'mocha';
import type { FlatArray } from '../../../server/src/engine/training/flatParameters.ts';
import { createFlatArray, readParameters } from '../../../server/src/engine/training/flatParameters.ts';
import { GradientSession } from '../../../server/src/engine/training/gradientSession.ts';
import { buildTrainingGraph, noDropout } from '../../../server/src/engine/training/trainingGraph.ts';
import { feedsOf, readTrainingCase, type TrainingCase, trainingCases } from './trainingFixtures.ts';

describe('layers that are computed again', () => {
  for (const name of trainingCases) {
    const one = readTrainingCase(name);
    const deepest = one.config.numHiddenLayers;

    it(`give the gradients of ${name} bit for bit`, async () => {
      const exits = [{ depth: deepest, weight: 1 }];
      const kept = await gradientsOf(one, { exits, recompute: false });
      const again = await gradientsOf(one, { exits, recompute: true });
      assert.ok(again.nodeCount > kept.nodeCount, 'nothing was computed again');
      assert.equal(again.loss, kept.loss);
      assert.deepEqual(again.gradients, kept.gradients);
    });

    it(`give them where the losses of ${name} read a layer before the last one too`, async () => {
      const exits = [
        { depth: deepest - 1, weight: 0.5 },
        { depth: deepest, weight: 1 },
      ];
      const kept = await gradientsOf(one, { exits, recompute: false });
      const again = await gradientsOf(one, { exits, recompute: true });
      assert.deepEqual(again.gradients, kept.gradients);
    });
  }

  it('need a fraction of the memory', function () {
    this.timeout(60_000);
    const [keep, recompute] = [megabytesOfStep('keep'), megabytesOfStep('recompute')];
    assert.ok(recompute < 0.6 * keep, `${recompute} instead of ${keep} MB`);
  });

  it('are estimated to need memory for one layer instead of all of them', () => {
    const one = readTrainingCase('pretraining');
    const [kept, again] = [false, true].map((recompute) =>
      graphOf(one, { exits: [{ depth: one.config.numHiddenLayers, weight: 1 }], recompute }),
    );
    const sizes = { texts: 8, tokens: 32 };
    const [all, some] = [kept!.activations(sizes), again!.activations(sizes)];
    assert.ok(some < all / 2, `${some} of ${all} bytes for four layers`);
    assert.ok(kept!.activations({ texts: 16, tokens: 32 }) > 1.9 * all, 'twice the texts, twice the bytes');
  });
});

/** What one step adds, in a process that did nothing else before. */
function megabytesOfStep(way: 'keep' | 'recompute'): number {
  const script = fileURLToPath(new URL('stepMemory.ts', import.meta.url));
  const { stdout, stderr } = spawnSync(process.execPath, [script, way], { encoding: 'utf8' });
  assert.ok(Number(stdout) > 0, stderr);
  return Number(stdout);
}

interface Options {
  readonly exits: readonly { readonly depth: number; readonly weight: number }[];
  readonly recompute: boolean;
}

function graphOf({ config, weights, settings }: TrainingCase, options: Options) {
  const { objectives } = settings;
  return buildTrainingGraph(config, weights, {
    ...options,
    objectives,
    trained: 'all',
    dropout: noDropout,
    floatType: 'float32',
  });
}

async function gradientsOf(
  one: TrainingCase,
  options: Options,
): Promise<{ loss: number; gradients: FlatArray; nodeCount: number }> {
  const training = graphOf(one, options);
  const weights = createFlatArray(training.layout, 'float32');
  readParameters(training.layout, one.weights, weights);
  const gradients = createFlatArray(training.layout, 'float32');
  const session = await GradientSession.create(training, { threads: 1 });
  try {
    const feeds = feedsOf(one, one.batches[0]!, 'float32');
    const { total } = await session.computeGradients(weights, gradients, feeds);
    return { loss: total, gradients, nodeCount: training.graph.nodes.length };
  } finally {
    await session.dispose();
  }
}
