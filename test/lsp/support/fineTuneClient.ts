// What the tests of fine-tuning over the protocol share: a team with forty labels, two models, a training that a test
// moves by hand, and the requests.

import assert from 'node:assert/strict';
import {
  type ChangeModelParams,
  type ChangeModelResponse,
  type ControlTrainingParams,
  type ControlTrainingResponse,
  changeModelRequest,
  controlTrainingRequest,
  type GetTrainingResponse,
  getTrainingRequest,
  type ModelVersionsResponse,
  modelVersionsRequest,
  type TrainingStateParams,
} from '../../../protocol/fineTuneRequests.ts';
import type { Engine } from '../../../server/src/engine/engine.ts';
import { createBook } from '../../../server/src/engine/labelling/labelBook.ts';
import { emptyRow } from '../../../server/src/engine/labelling/labelRow.ts';
import type { LabelStore } from '../../../server/src/engine/labelling/labelStore.ts';
import type { EngineChoice } from '../../../server/src/lsp/services.ts';
import { createFakeEngine, type FakeEngineOptions, fakeModelInfo } from './fakeEngine.ts';
import { createFakeStore, createFakeTraining } from './fakeTraining.ts';
import type { LspClient, LspClientOptions } from './lspClient.ts';

export const folders = [{ uri: 'file:///project', name: 'project' }];
export const initializationOptions = { storageFolder: '/window', modelsFolder: '/models' };

/** Forty texts of the task `debt`: those that say TODO are design debt, as the fake model thinks too. */
export function labelStore(count = 40): LabelStore {
  const rows = Array.from({ length: count }, (_, index) => {
    const isDebt = index % 2 === 0;
    return {
      ...emptyRow(`${isDebt ? 'TODO' : 'note'} number ${index}`, undefined),
      labels: { debt: [isDebt ? 'design' : 'none'] },
      file: 'src/a.ts',
    };
  });
  return {
    location: '/project/.marginalia/labels.jsonl',
    read: async () => createBook(rows, []),
    async save() {},
    async add() {},
    async remove() {},
    tasks: async () => ({ tasks: [], problem: undefined }),
    author: async () => 'Ada',
    async dispose() {},
  };
}

export interface Surroundings {
  readonly store: ReturnType<typeof createFakeStore>;
  readonly training: ReturnType<typeof createFakeTraining>;
  /** Folders of the models for which engines were made. */
  readonly opened: (string | undefined)[];
  readonly options: LspClientOptions;
}

/** The shipped model calls everything debt; a trained one is right. */
export function surroundings(
  options: { readonly count?: number; readonly broken?: readonly string[] } = {},
): Surroundings {
  const store = createFakeStore();
  const training = createFakeTraining();
  const opened: (string | undefined)[] = [];
  const engineFactory = ({ modelPath }: EngineChoice): Engine => {
    opened.push(modelPath);
    const isBroken = options.broken?.some((name) => modelPath?.includes(name)) ?? false;
    const model: FakeEngineOptions['model'] = isBroken
      ? Promise.reject(new Error('The weights are cut off.'))
      : Promise.resolve({
          ...fakeModelInfo,
          name: modelPath ?? 'fake_model',
          fingerprint: modelPath ?? 'f00d',
        });
    model.catch(() => {});
    const isDebt = (text: string) => modelPath === undefined || text.includes('TODO');
    return {
      ...createFakeEngine({ model }),
      classify: async (task, inputs) =>
        inputs.map(({ text }) => ({
          task,
          probabilities: Float32Array.from(isDebt(text) ? [0.1, 0.9] : [0.9, 0.1]),
          predicted: [isDebt(text) ? 'design' : 'none'],
        })),
    };
  };
  return {
    store,
    training,
    opened,
    options: {
      folders,
      initializationOptions,
      engineFactory,
      openLabels: () => labelStore(options.count),
      fineTune: {
        training,
        openStore: () => store,
        toModelFolder: (modelPath) => modelPath ?? '/shipped',
      },
    },
  };
}

export const control = (client: LspClient, params: ControlTrainingParams): Promise<ControlTrainingResponse> =>
  client.connection.sendRequest(controlTrainingRequest, params);
export const state = async (client: LspClient): Promise<TrainingStateParams> => {
  const { training }: GetTrainingResponse = await client.connection.sendRequest(getTrainingRequest, {});
  return training;
};
export const change = (client: LspClient, params: ChangeModelParams): Promise<ChangeModelResponse> =>
  client.connection.sendRequest(changeModelRequest, params);
export const models = (client: LspClient): Promise<ModelVersionsResponse> =>
  client.connection.sendRequest(modelVersionsRequest, {});

export async function untilPhase(
  client: LspClient,
  phase: TrainingStateParams['phase'],
): Promise<TrainingStateParams> {
  for (let attempt = 0; attempt < 400; attempt++) {
    const now = await state(client);
    if (now.phase === phase) return now;
    client.clock.advance(100);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.fail(`phase ${phase} never came; it is ${JSON.stringify(await state(client))}`);
}

export const done = {
  kind: 'done',
  outcome: 'finished',
  bestEpoch: 1,
  metrics: undefined,
  folder: '',
  elapsedMs: 1,
} as const;

export async function train(client: LspClient, { training }: Surroundings): Promise<string> {
  assert.equal((await control(client, { action: 'start', task: 'debt' })).message, undefined);
  training.runs.at(-1)!.emit(done);
  return (await untilPhase(client, 'done')).model!;
}

export const plan = {
  kind: 'singleLabel',
  labels: [],
  trainingCount: 30,
  validationCount: 4,
  replayCount: 0,
  freeze: 'none',
  keptTasks: [],
  continues: true,
} as const;
export const started = {
  kind: 'started',
  totalSteps: 4,
  epochs: 2,
  tokensPerEpoch: 100,
  resumedAtStep: 0,
  tokensPerSecond: 50,
  estimateMs: 4000,
} as const;
export const step = {
  kind: 'step',
  totalSteps: 4,
  epoch: 1,
  learningRate: 1e-4,
  tokensPerSecond: 50,
  remainingMs: 1000,
} as const;
