// The training loop on a tiny model: it learns, follows its seed, goes on after a kill as if nothing had happened, stops
// when asked and when numbers break down.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Cancellation } from '../../../server/src/engine/cancellation.ts';
import { neverCancelled } from '../../../server/src/engine/cancellation.ts';
import { EngineError } from '../../../server/src/engine/errors.ts';
import { drawFromPool } from '../../../server/src/engine/training/drawFromPool.ts';
import type { Objective } from '../../../server/src/engine/training/objective.ts';
import type { TrainingExample } from '../../../server/src/engine/training/targets.ts';
import type { TrainingSettings } from '../../../server/src/engine/training/trainer.ts';
import { train } from '../../../server/src/engine/training/trainer.ts';
import type { TrainingState } from '../../../server/src/engine/training/trainingState.ts';
import { createExamples, createHost, tinyInput } from './tinyTraining.ts';

describe('the trainer', () => {
  it('learns a tiny set of texts by heart', async () => {
    const examples = createExamples(24);
    const result = await train(
      tinyInput({ training: examples, validation: examples, settings: { epochs: 100 } }),
      createHost(),
      neverCancelled,
    );
    const first = result.history[0]!.validation!;
    const best = result.history[result.bestEpoch - 1]!.validation!;
    assert.equal(result.outcome, 'finished');
    assert.ok(first.metrics.kind!.accuracy < 0.9, 'there is something to learn');
    assert.equal(best.metrics.kind!.accuracy, 1);
    assert.equal(best.metrics.topics!.accuracy, 1);
    assert.ok(result.history.at(-1)!.trainingLoss < result.history[0]!.trainingLoss / 4);
  });

  it('learns what it can say about texts it has not seen', async () => {
    const result = await train(
      tinyInput({
        training: createExamples(120),
        validation: createExamples(40, 100),
        settings: { epochs: 15 },
      }),
      createHost(),
      neverCancelled,
    );
    const best = result.history[result.bestEpoch - 1]!.validation!;
    assert.ok(best.metrics.kind!.macro.f1 > 0.9, `macro F1 ${best.metrics.kind!.macro.f1}`);
  });

  it('gives the same weights for the same seed and others for another', async () => {
    const weightsOf = async (seed: number) =>
      (await train(tinyInput({ settings: { seed, dropout } }), createHost(), neverCancelled)).state.weights;
    const first = await weightsOf(1);
    assert.deepEqual(await weightsOf(1), first);
    assert.notDeepEqual(await weightsOf(2), first);
  });

  it('learns a task at the depths that count for it, whatever others are read there', async () => {
    const objectives: readonly Objective[] = tinyInput({}).settings.objectives;
    const alone = objectives.map((one) => ({ ...one, shallowWeight: 0 }) as Objective);
    const both = [
      { depth: 2, weight: 0.25 },
      { depth: 3, weight: 1 },
    ];
    const weightsOf = async (settings: Partial<TrainingSettings>) =>
      (await train(tinyInput({ settings }), createHost(), neverCancelled)).state.weights;
    const atTheEnd = await weightsOf({ objectives });
    assert.deepEqual(await weightsOf({ objectives: alone, exits: both }), atTheEnd);
    assert.notDeepEqual(await weightsOf({ objectives, exits: both }), atTheEnd);
  });

  it('gives the same result when it is killed after any step and goes on from its checkpoint', async () => {
    const input = () => tinyInput({ validation: createExamples(6, 50), settings: { epochs: 2, dropout } });
    const whole = await train(input(), createHost(), neverCancelled);
    assert.equal(whole.state.step, 8);
    for (let killAt = 1; killAt < whole.state.step; killAt++) {
      let saved: TrainingState | undefined;
      const host = createHost({
        save: async (state) => {
          saved = structuredClone(state);
        },
        onStep: ({ step }) => {
          if (step === killAt) throw new Error('killed');
        },
      });
      await assert.rejects(train(input(), host, neverCancelled), /killed/);
      const resumed = await train({ ...input(), resumeFrom: saved }, createHost(), neverCancelled);
      assert.deepEqual(resumed.state, whole.state, `killed after step ${killAt}`);
      assert.deepEqual(resumed.history, whole.history);
      assert.deepEqual(resumed.weights, whole.weights);
    }
  });

  it('stops within a step when cancelled, saves, and goes on to the same result', async () => {
    const whole = await train(tinyInput({ settings: { epochs: 2 } }), createHost(), neverCancelled);
    let steps = 0;
    let saved: TrainingState | undefined;
    const cancellation: Cancellation = {
      get isCancelled() {
        return steps >= 3;
      },
    };
    const host = createHost({
      onStep: () => {
        steps++;
      },
      save: async (state) => {
        saved = structuredClone(state);
      },
      isSaveDue: () => false,
    });
    const result = await train(tinyInput({ settings: { epochs: 2 } }), host, cancellation);
    assert.equal(result.outcome, 'cancelled');
    assert.equal(steps, 3);
    assert.equal(saved!.step, 3);
    const resumed = await train(
      { ...tinyInput({ settings: { epochs: 2 } }), resumeFrom: saved },
      createHost(),
      neverCancelled,
    );
    assert.deepEqual(resumed.weights, whole.weights);
  });

  it('takes nothing from a step that is cancelled in its middle', async () => {
    let polls = 0;
    const cancellation: Cancellation = {
      get isCancelled() {
        return ++polls === 2;
      },
    };
    const input = tinyInput({ settings: { maxTokensPerRun: 20 } });
    const result = await train(input, createHost(), cancellation);
    assert.equal(result.outcome, 'cancelled');
    assert.equal(result.state.step, 0);
    assert.deepEqual(result.state.weights, result.state.kept.weights);
  });

  it('makes the same steps whether a batch fits into one run or not', async () => {
    const trainIn = (maxTokensPerRun: number) =>
      train(tinyInput({ settings: { maxTokensPerRun } }), createHost(), neverCancelled);
    const [atOnce, inParts] = [await trainIn(10_000), await trainIn(20)];
    let difference = 0;
    for (const { name, offset, size } of atOnce.layout.parameters) {
      // Its true gradient is 0: Adam makes steps out of rounding.
      if (name.endsWith('attention.key.bias')) continue;
      for (let index = offset; index < offset + size; index++) {
        difference = Math.max(difference, Math.abs(atOnce.weights[index]! - inParts.weights[index]!));
      }
    }
    assert.ok(difference > 0, 'sums in another order differ in their last bits');
    assert.ok(difference < 5e-5, `${difference}`);
  });

  it('leaves the encoder alone when only heads are trained', async () => {
    const examples = createExamples(24);
    const input = tinyInput({
      training: examples,
      validation: examples,
      settings: { trained: 'heads', epochs: 20, schedule: { kind: 'linear', peak: 0.1, warmupShare: 0.1 } },
    });
    const result = await train(input, createHost(), neverCancelled);
    assert.deepEqual(result.layout.parameters.map(({ name }) => name).sort(), [
      'heads.kind.classifier.bias',
      'heads.kind.classifier.weight',
      'heads.topics.classifier.bias',
      'heads.topics.classifier.weight',
    ]);
    const losses = result.history.map(({ validation }) => validation!.loss);
    assert.ok(losses.at(-1)! < losses[0]! * 0.9, losses.join(' '));
  });

  it('leaves heads alone that are held, and what holds them is the encoder', async () => {
    const result = await train(
      tinyInput({ training: createExamples(24), settings: { heldHeads: ['topics'] } }),
      createHost(),
      neverCancelled,
    );
    const names = result.layout.parameters.map(({ name }) => name);
    assert.ok(names.includes('heads.kind.classifier.weight'));
    assert.ok(!names.some((name) => name.startsWith('heads.topics.')), names.join(' '));
    assert.ok(names.some((name) => name.includes('albert_layers')));
  });

  it('sees all of its own examples and a part of the pool in each epoch', async () => {
    const stepsOf = async (settings: Partial<TrainingSettings>) =>
      (await train(tinyInput({ training: createExamples(14), settings }), createHost(), neverCancelled)).state
        .step;
    assert.equal(await stepsOf({ epochs: 2, batchSize: 1, pool: { from: 4, perEpoch: 3 } }), 14);
    assert.equal(await stepsOf({ epochs: 2, batchSize: 1, pool: { from: 14, perEpoch: 3 } }), 28);
  });

  it('draws all of a pool before any comes again', () => {
    const drawn = [0, 1, 2, 3, 4].map((epoch) => drawFromPool(10, { count: 4, seed: 1, epoch }));
    assert.equal(new Set(drawn.slice(0, 2).flat()).size, 8);
    assert.equal(new Set(drawn.slice(0, 3).flat()).size, 10);
    for (const epoch of drawn) {
      assert.equal(new Set(epoch).size, epoch.length);
      assert.ok(epoch.length >= 2 && epoch.length <= 4);
    }
    assert.deepEqual(drawFromPool(10, { count: 4, seed: 1, epoch: 3 }), drawn[3]);
    assert.notDeepEqual(drawFromPool(10, { count: 4, seed: 2, epoch: 0 }), drawn[0]);
    assert.equal(drawFromPool(3, { count: 9, seed: 1, epoch: 5 }).length, 3);
    assert.deepEqual(drawFromPool(0, { count: 9, seed: 1, epoch: 0 }), []);
  });

  it('stops when validation does not get better, and gives the best weights', async () => {
    const result = await train(
      tinyInput({
        training: createExamples(12),
        validation: withRandomLabels(createExamples(12, 50)),
        settings: { epochs: 30, patience: 2 },
      }),
      createHost(),
      neverCancelled,
    );
    assert.equal(result.outcome, 'stoppedEarly');
    assert.equal(result.history.length, result.bestEpoch + 2);
    const scores = result.history.map(({ validation }) => validation!.score);
    assert.equal(scores.indexOf(Math.max(...scores)) + 1, result.bestEpoch);
    assert.notDeepEqual(result.weights, result.state.weights);
  });

  it('stops at numbers that are not finite and keeps the last good weights', async () => {
    const { optimizer } = tinyInput({}).settings;
    const explosive: Partial<TrainingSettings> = {
      epochs: 6,
      schedule: { kind: 'constant', peak: 1e30, warmupShare: 0 },
      optimizer: { ...optimizer, maxGradientNorm: Number.POSITIVE_INFINITY },
    };
    const result = await train(tinyInput({ settings: explosive }), createHost(), neverCancelled);
    assert.equal(result.outcome, 'diverged');
    assert.ok(result.weights.every(Number.isFinite));
    const start = await train(tinyInput({ settings: { epochs: 1 } }), createHost(), { isCancelled: true });
    assert.deepEqual(result.weights, start.weights, 'nothing was better than the start');
  });

  it('pulls texts of one group together and others apart', async () => {
    const objective: Objective = {
      kind: 'contrast',
      name: 'pairs',
      pooling: 'mean',
      weight: 1,
      temperature: 0.1,
    };
    const examples = createExamples(24).map(({ text }, index) => ({
      text,
      targets: { pairs: [Math.floor(index / 2)] },
      weight: 1,
    }));
    const result = await train(
      tinyInput({
        training: examples,
        validation: examples,
        settings: { objectives: [objective], epochs: 20, batchSize: 8 },
      }),
      createHost(),
      neverCancelled,
    );
    const losses = result.history.map(({ validation }) => validation!.loss);
    assert.ok(losses.at(-1)! < losses[0]! / 2, losses.join(' '));
    assert.equal(result.history.at(-1)!.validation!.score, -losses.at(-1)!);
  });

  it('BAD CALL - the checkpoint of other data is refused', async () => {
    const other = await train(tinyInput({ training: createExamples(9) }), createHost(), neverCancelled);
    await assert.rejects(
      train({ ...tinyInput({}), resumeFrom: other.state }, createHost(), neverCancelled),
      /belongs to other data, settings or another model/,
    );
  });

  const wrong: Readonly<Record<string, () => Partial<Parameters<typeof tinyInput>[0]>>> = {
    'nothing to learn from': () => ({ training: [] }),
    'an example without a target': () => ({ training: [{ ...createExamples(1)[0]!, targets: {} }] }),
    'a text longer than the model': () => ({ training: [withLength(createExamples(1)[0]!, 32)] }),
    'a text without tokens': () => ({ training: [withLength(createExamples(1)[0]!, 0)] }),
    'a batch of no texts': () => ({ settings: { batchSize: 0 } }),
    'no objective': () => ({ settings: { objectives: [] } }),
  };
  for (const [what, changes] of Object.entries(wrong)) {
    it(`BAD CALL - ${what} is refused with a reason`, async () => {
      await assert.rejects(
        train(tinyInput(changes()), createHost(), neverCancelled),
        (error: unknown) =>
          error instanceof EngineError &&
          error.code === 'invalidArgument' &&
          /The training cannot start: /.test(error.message),
      );
    });
  }
});

const dropout = { hidden: 0.1, attention: 0.1, head: 0.2 };

function withRandomLabels(examples: readonly TrainingExample[]): TrainingExample[] {
  return examples.map((example, index) => ({ ...example, targets: examples[(index * 7 + 3) % 12]!.targets }));
}

function withLength(example: TrainingExample, length: number): TrainingExample {
  const { typeIds, starts, ends } = example.text;
  return { ...example, text: { ids: new Int32Array(length), typeIds, starts, ends } };
}
