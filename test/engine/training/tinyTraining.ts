// Something small to learn: texts of random tokens in which certain tokens decide the labels, and a model that is tiny.

import { packBatch } from '../../../server/src/engine/tokens/packBatch.ts';
import { withNewHead } from '../../../server/src/engine/training/flatParameters.ts';
import { defaultOptimizer } from '../../../server/src/engine/training/optimizer.ts';
import { createRandom } from '../../../server/src/engine/training/random.ts';
import type { TrainingExample } from '../../../server/src/engine/training/targets.ts';
import { labelTarget } from '../../../server/src/engine/training/targets.ts';
import type {
  TrainingHost,
  TrainingInput,
  TrainingSettings,
} from '../../../server/src/engine/training/trainer.ts';
import { noDropout } from '../../../server/src/engine/training/trainingGraph.ts';
import { readTrainingCase } from './trainingFixtures.ts';

const settings: TrainingSettings = {
  objectives: [
    { kind: 'singleLabel', name: 'kind', labelCount: 3, pooling: 'mean', weight: 1, labelWeights: [1, 1, 1] },
    { kind: 'multiLabel', name: 'topics', labelCount: 2, pooling: 'mean', weight: 1, labelWeights: [1, 1] },
  ],
  trained: 'all',
  exits: [{ depth: 3, weight: 1 }],
  dropout: noDropout,
  epochs: 1,
  batchSize: 4,
  maxTokensPerRun: 10_000,
  seed: 5,
  schedule: { kind: 'linear', peak: 5e-3, warmupShare: 0.1 },
  optimizer: defaultOptimizer,
  patience: undefined,
  keep: 'best',
  recompute: 'never',
};

export function tinyInput(changes: {
  readonly training?: readonly TrainingExample[];
  readonly validation?: readonly TrainingExample[];
  readonly settings?: Partial<TrainingSettings>;
}): TrainingInput {
  const { config, weights } = readTrainingCase('shared-layer');
  const random = createRandom(1, 'heads');
  const hiddenSize = config.hiddenSize;
  const head = (name: string, labelCount: number) => ({
    name,
    labelCount,
    hiddenSize,
    weight: Float32Array.from({ length: labelCount * hiddenSize }, () => 0.02 * random.normal()),
  });
  const withKind = withNewHead(weights, head('kind', 3));
  return {
    config,
    weights: withNewHead(withKind, head('topics', 2)),
    training: changes.training ?? createExamples(16),
    validation: changes.validation ?? [],
    settings: { ...settings, ...changes.settings },
    threads: 1,
    resumeFrom: undefined,
  };
}

/** One of the tokens 10, 11, 12 gives the kind, tokens 20 and 21 the topics; the rest is noise. */
export function createExamples(count: number, seed = 0): TrainingExample[] {
  return Array.from({ length: count }, (_, index) => {
    const random = createRandom(seed, 'example', index);
    const noise = () => 30 + Math.floor(random.uniform() * 60);
    const kind = index % 3;
    const topics = [0, 1].filter(() => random.uniform() < 0.5);
    const ids = [10 + kind, ...topics.map((topic) => 20 + topic), noise(), noise()];
    if (random.uniform() < 0.5) ids.push(noise(), noise());
    const shuffledIds = [2, ...ids.toSorted((a, b) => ((a * 7) % 13) - ((b * 7) % 13)), 3];
    const length = shuffledIds.length;
    return {
      text: {
        ids: Int32Array.from(shuffledIds),
        typeIds: new Uint8Array(length),
        starts: new Int32Array(length),
        ends: new Int32Array(length),
      },
      targets: { kind: labelTarget([kind], 3), topics: labelTarget(topics, 2) },
      weight: 1,
    };
  });
}

export function createHost(changes: Partial<TrainingHost> = {}): TrainingHost {
  return {
    pack: (texts) => packBatch(texts, { padId: 0, multipleOf: 1 }),
    now: () => 0,
    onStep: () => {},
    onEpoch: () => {},
    save: async () => {},
    onStart: () => {},
    beforeStep: async () => {},
    isSaveDue: () => true,
    ...changes,
  };
}
