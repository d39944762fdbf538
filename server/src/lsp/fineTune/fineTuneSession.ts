// Fine-tuning in one client's session: joins labels, training, comparison, preview and models. In: the handlers'
// context and the folders that the client lends. Out: the answers to the requests of protocol/fineTuneRequests.ts.
// Opened when it is first asked, or at the start where an earlier window left something.

import type { Connection } from 'vscode-languageserver';
import {
  type PreviewModelResponse,
  type PreviewProgressParams,
  previewProgressNotification,
  type TrainingDataResponse,
  type TrainingResultResponse,
  trainingStateNotification,
} from '../../../../protocol/fineTuneRequests.ts';
import type { Cancellation } from '../../engine/cancellation.ts';
import type { ClientAbilities } from '../clientAbilities.ts';
import { guardNotification } from '../guard.ts';
import type { HandlerContext } from '../handlers/context.ts';
import { createStatusNotifier } from '../statusNotifier.ts';
import { createTexts } from '../texts.ts';
import { type ActiveModel, openActiveModel } from './activeModel.ts';
import { type AdaptationWork, createAdaptationWork } from './adaptationWork.ts';
import { createFineTuneTexts, type FineTuneTexts } from './fineTuneTexts.ts';
import { createFineTuneWork, type FineTuneWork } from './fineTuneWork.ts';
import { createMeasuringTurns } from './measuringTurns.ts';
import type { ModelStore } from './modelStore.ts';
import { createModelVersions, type ModelVersions } from './modelVersions.ts';
import { createPresentModel, type PresentModel } from './presentModel.ts';
import { previewModel } from './previewModel.ts';
import { readTeamTasks, toTrainableTask } from './teamTasks.ts';
import { createTrainingSession, type TrainingSession } from './trainingSession.ts';

export interface FineTuneSession {
  /** The folder of the model that was accepted here; undefined: the settings decide. */
  activeModelPath(): Promise<string | undefined>;
  /** Goes on with what an earlier server was doing. */
  attach(): Promise<void>;
  data(): Promise<TrainingDataResponse>;
  preview(model: string, cancellation: Cancellation): Promise<PreviewModelResponse>;
  result(model: string): Promise<TrainingResultResponse>;
  /** Undefined where nothing can be trained in this window. */
  parts(): Promise<FineTuneParts | undefined>;
  readonly texts: FineTuneTexts;
  dispose(): Promise<void>;
}

export interface FineTuneParts {
  readonly training: TrainingSession;
  readonly versions: ModelVersions;
  readonly work: FineTuneWork;
  readonly adaptation: AdaptationWork;
  readonly present: PresentModel;
  readonly store: ModelStore;
  readonly active: ActiveModel;
}

export interface FineTuneSessionOptions {
  readonly connection: Connection;
  readonly client: ClientAbilities;
  /** Not used before the first call. */
  readonly context: () => HandlerContext;
  readonly folders: () => readonly string[];
}

export function createFineTuneSession(options: FineTuneSessionOptions): FineTuneSession {
  const { connection, client } = options;
  const texts = createFineTuneTexts(createTexts(client.locale).locale);
  let opening: Promise<FineTuneParts | undefined> | undefined;
  let opened: FineTuneParts | undefined;

  const parts = (): Promise<FineTuneParts | undefined> => {
    opening ??= open();
    return opening;
  };
  const open = async (): Promise<FineTuneParts | undefined> => {
    const context = options.context();
    const { fineTune: services, logger, clock } = context.services;
    const { storageFolder, modelsFolder } = client.options;
    if (!services || storageFolder === undefined || modelsFolder === undefined) return undefined;
    const store = services.openStore(storageFolder, modelsFolder);
    const active = await openActiveModel(store);
    const { folders } = options;
    const present = createPresentModel({ context, services, active });
    const turns = createMeasuringTurns();
    const work = createFineTuneWork({ context, services, store, present, texts, folders, turns });
    const adaptation = createAdaptationWork({ context, services, store, present, texts, folders, turns });
    const notifier = createStatusNotifier({
      clock,
      read: () => training.state,
      send: (state) =>
        void guardNotification('training state', logger, () =>
          connection.sendNotification(trainingStateNotification, state),
        )(undefined),
    });
    const training: TrainingSession = createTrainingSession({
      store,
      service: services.training,
      clock,
      texts,
      advise: work.advise,
      onChange: () => notifier.update(),
      onBegin: () => turns.end(),
      prepare: work.prepare,
      prepareAdaptation: adaptation.prepare,
      finish: work.finish,
      finishAdaptation: adaptation.finish,
      measureCurve: work.measureCurve,
    });
    const versions = createModelVersions({
      context,
      store,
      active,
      texts,
      onDecision: (name) => training.forget(name),
    });
    opened = { training, versions, work, adaptation, present, store, active };
    return opened;
  };
  const required = async (): Promise<FineTuneParts> => {
    const found = await parts();
    if (!found) throw new Error(texts.noFolder);
    return found;
  };

  return {
    texts,
    parts,
    activeModelPath: async () => (await parts())?.active.path,
    async attach() {
      await (await parts())?.training.attach();
    },
    async data() {
      const context = options.context();
      if (!(await parts())) {
        const problem = context.services.fineTune ? texts.noFolder : texts.notPossible;
        return { tasks: [], problem };
      }
      // A model that is still being read is not one that lacks the task.
      await context.ensureEngine();
      await context.holder.settled();
      const { state } = context.holder;
      const model = state.kind === 'ready' ? state.info.tasks : undefined;
      const tasks = await readTeamTasks(context.team.stores, model);
      return {
        tasks: tasks.map((task) => toTrainableTask(task, texts, context.texts.locale)),
        problem: undefined,
      };
    },
    async preview(model, cancellation) {
      const { present, store } = await required();
      const context = options.context();
      const version = (await store.versions()).find(({ record }) => record.name === model)?.record;
      if (!version) throw new Error(texts.noSuchModel(model));
      await present.ready();
      const { clock, logger } = context.services;
      let progress: PreviewProgressParams = { done: 0, total: 0 };
      const notifier = createStatusNotifier({
        clock,
        read: () => progress,
        send: (params) =>
          void guardNotification('preview progress', logger, () =>
            connection.sendNotification(previewProgressNotification, params),
          )(undefined),
      });
      try {
        return await present.withModel(store.modelFolder(model), (candidate) =>
          previewModel(
            {
              context,
              folders: options.folders(),
              candidate,
              present: context.holder.engine!,
              task: version.task,
              onProgress: (done, total) => {
                progress = { done, total };
                notifier.update();
              },
            },
            cancellation,
          ),
        );
      } finally {
        notifier.dispose();
      }
    },
    async result(model) {
      const { store } = await required();
      const known = (await store.readResult(model)) as TrainingResultResponse | undefined;
      return { result: known?.result, adaptation: known?.adaptation };
    },
    async dispose() {
      await opened?.training.dispose();
    },
  };
}
