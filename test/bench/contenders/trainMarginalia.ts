// Our training as the product runs it: the training graph, its gradients and AdamW, one step after the other.
//   node trainMarginalia.ts MODEL_FOLDER THREADS [recompute]

import { createInterface } from 'node:readline';
import { neverCancelled } from '../../../server/src/engine/cancellation.ts';
import { loadModel } from '../../../server/src/engine/model/loadModel.ts';
import { packBatch } from '../../../server/src/engine/tokens/packBatch.ts';
import { readParameters, withNewHead } from '../../../server/src/engine/training/flatParameters.ts';
import { GradientSession } from '../../../server/src/engine/training/gradientSession.ts';
import type { Objective } from '../../../server/src/engine/training/objective.ts';
import { defaultOptimizer } from '../../../server/src/engine/training/optimizer.ts';
import { labelTarget, type TrainingExample } from '../../../server/src/engine/training/targets.ts';
import { buildTrainingGraph, noDropout } from '../../../server/src/engine/training/trainingGraph.ts';
import { createState } from '../../../server/src/engine/training/trainingState.ts';
import { createStepper } from '../../../server/src/engine/training/trainingStep.ts';
import { createNodeModelFiles } from '../../../server/src/io/nodeModelFiles.ts';
import type { TrainAnswer, TrainRequest } from '../training.ts';

const [folder, threads, recompute] = process.argv.slice(2);
const labelCount = 8;
const model = await loadModel(createNodeModelFiles(folder!), { threads: 1, maxSessions: 1 });
const { config } = model;
await model.dispose();
const weights = withNewHead(model.weights, {
  name: 'things',
  labelCount,
  hiddenSize: config.hiddenSize,
  weight: new Float32Array(labelCount * config.hiddenSize),
});
const objective: Objective = {
  kind: 'singleLabel',
  name: 'things',
  labelCount,
  pooling: 'mean',
  weight: 1,
  labelWeights: new Array<number>(labelCount).fill(1),
};
const training = buildTrainingGraph(config, weights, {
  objectives: [objective],
  exits: [{ depth: config.numHiddenLayers, weight: 1 }],
  trained: 'all',
  dropout: noDropout,
  floatType: 'float32',
  recompute: recompute === 'recompute',
});
const start = new Float32Array(training.layout.size);
readParameters(training.layout, weights, start);
const state = createState('', start);
const session = await GradientSession.create(training, { threads: Number(threads) });

console.log(JSON.stringify({ ready: true }));
for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await answer(JSON.parse(line) as TrainRequest)));
}
await session.dispose();

async function answer({ batches, learningRate }: TrainRequest): Promise<TrainAnswer> {
  const examples = batches.flatMap(({ ids, labels }) =>
    ids.map((row, index) => toExample(row, labels[index]!)),
  );
  const stepper = createStepper({
    input: {
      config,
      training: examples,
      settings: {
        objectives: [objective],
        maxTokensPerRun: Number.MAX_SAFE_INTEGER,
        seed: 1,
        optimizer: defaultOptimizer,
      },
    },
    pack: (texts) => packBatch(texts, { padId: 0, multipleOf: 1 }),
    training,
    schedule: { kind: 'constant', peak: learningRate, warmupSteps: 0, totalSteps: 1_000_000 },
    lengths: examples.map(({ text }) => text.ids.length),
  });
  const losses: number[] = [];
  let first = 0;
  const startedMs = performance.now();
  for (const { ids } of batches) {
    const units = ids.map((_, index) => [first + index]);
    first += ids.length;
    losses.push((await stepper(session, state, units, neverCancelled))!.loss);
  }
  return { elapsedMs: performance.now() - startedMs, losses, peakMB: process.resourceUsage().maxRSS / 1000 };
}

function toExample(ids: readonly number[], label: number): TrainingExample {
  const empty = new Int32Array(ids.length);
  const text = { ids: Int32Array.from(ids), typeIds: new Uint8Array(ids.length), starts: empty, ends: empty };
  return { text, targets: { things: labelTarget([label], labelCount) }, weight: 1 };
}
