// When 8-bit integers may be used: what a change of labels costs, and a check that holds itself to its limits.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { neverCancelled } from '../../server/src/engine/cancellation.ts';
import type { ClassificationTask } from '../../server/src/engine/labels/task.ts';
import {
  createBulkPrecision,
  f1Drop,
  planLayouts,
  qualityLimits,
} from '../../server/src/engine/precisionCheck.ts';
import { createTinyEngine } from './tinyEngine.ts';

const text = { en: '' };
const task: ClassificationTask = {
  name: 'kind',
  kind: 'singleLabel',
  description: text,
  pooling: 'cls',
  temperatures: { default: 1 },
  labels: ['a', 'b'].map((name) => ({ name, title: text, description: text, threshold: 0.5 })),
};

describe('what other labels cost', () => {
  it('is nothing where they are the same', () => {
    const logits = Float32Array.of(3, -3, -1, 1);
    assert.equal(
      f1Drop(
        task,
        6,
        logits,
        logits.map((value) => value * 0.9),
      ),
      0,
    );
  });

  it('is nearly nothing on the border and nearly all where the model was sure', () => {
    const border = f1Drop(task, 6, Float32Array.of(0.01, 0), Float32Array.of(0, 0.01));
    const sure = f1Drop(task, 6, Float32Array.of(8, -8), Float32Array.of(-8, 8));
    assert.ok(border > 0 && border < 1, `${border} points`);
    assert.ok(sure > 99, `${sure} points`);
  });
});

describe('the company in which a text is checked', () => {
  it('is another one in each layout, and no text is left out', () => {
    const lengths = Array.from({ length: 221 }, (_, index) => 5 + ((index * 37) % 90));
    const layouts = planLayouts(lengths);
    const all = lengths.map((_, index) => index);
    const mates = layouts.map((plan) => {
      assert.deepEqual(
        plan.flat().sort((a, b) => a - b),
        all,
      );
      return new Map(plan.flatMap((batch) => batch.map((text) => [text, [...batch].sort().join()] as const)));
    });
    assert.equal(layouts.length, 3);
    for (const [first, second] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      const same = all.filter((text) => mates[first]!.get(text) === mates[second]!.get(text));
      assert.ok(same.length < 22, `${same.length} texts have the same company in ${first} and ${second}`);
    }
    // Few texts at a time stay few.
    assert.ok(layouts[2]!.every((batch) => batch.length <= 8));
  });

  it('is no question where there is a single text', () => {
    assert.deepEqual(planLayouts([4]), [[[0]], [[0]], [[0]]]);
  });
});

describe('the check of precision', () => {
  it('takes 8-bit integers only where a trial kept to all limits', async () => {
    const engine = await createTinyEngine();
    try {
      const check = await engine.checkPrecision();
      assert.ok(check.trials.length > 0);
      for (const trial of check.trials) {
        const isGood =
          trial.smallestCosine >= qualityLimits.cosine && trial.f1DropPoints <= qualityLimits.f1DropPoints;
        assert.ok(!trial.passed || isGood);
      }
      const passed = check.trials.find((trial) => trial.passed);
      assert.equal(check.precision, passed?.precision ?? 'float32');
      assert.equal(await engine.checkPrecision(), check, 'it is made once');
    } finally {
      await engine.dispose();
    }
  });

  it('changes nothing for exact work, and approximate work stays near it', async () => {
    const engine = await createTinyEngine();
    try {
      const texts = Array.from({ length: 600 }, (_, at) => `text number ${at} of the tide table`);
      const work = { priority: 'background' as const };
      const [before] = await engine.embed(texts.slice(0, 1), work, neverCancelled);
      const near = await engine.embed(texts, { ...work, approximate: true }, neverCancelled);
      const [after] = await engine.embed(texts.slice(0, 1), work, neverCancelled);
      assert.deepEqual(after, before);
      const dot = before!.reduce((sum, value, at) => sum + value * near[0]![at]!, 0);
      assert.ok(dot > qualityLimits.cosine, `cosine ${dot}`);
    } finally {
      await engine.dispose();
    }
  });

  it('is not made for a few texts, and made again after it failed', async () => {
    let checks = 0;
    const bulkAt = createBulkPrecision(async () => {
      checks++;
      if (checks === 1) throw new Error('the runtime is gone');
      return { precision: 'int8', reason: '', trials: [] };
    });
    const bulk = bulkAt(6);
    assert.equal(await bulk.precisionFor(499), 'float32');
    assert.equal(checks, 0);
    await assert.rejects(bulk.precisionFor(1), /runtime is gone/);
    assert.equal(await bulk.precisionFor(1), 'int8');
    assert.equal(await bulk.precisionFor(1), 'int8');
    assert.equal(checks, 2);
  });

  it('is made for each depth', async () => {
    const depths: number[] = [];
    const bulkAt = createBulkPrecision(async (depth) => {
      depths.push(depth);
      return { precision: depth === 6 ? 'int8' : 'float32', reason: '', trials: [] };
    });
    assert.equal(await bulkAt(6).precisionFor(500), 'int8');
    assert.equal(await bulkAt(3).precisionFor(499), 'float32');
    assert.deepEqual(depths, [6]);
    assert.equal(await bulkAt(3).precisionFor(1), 'float32');
    assert.deepEqual(depths, [6, 3]);
  });
});
