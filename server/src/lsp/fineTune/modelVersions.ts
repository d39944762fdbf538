// The models that were made or imported here, and which one is used. In: what a person wants to do with one. Out: done,
// or a sentence that says why not. A model is used only after it was loaded once; if it then does not load after all,
// the one before comes back.

import type {
  ChangeModelParams,
  ChangeModelResponse,
  ModelVersionsResponse,
} from '../../../../protocol/fineTuneRequests.ts';
import { EngineError } from '../../engine/errors.ts';
import type { HandlerContext } from '../handlers/context.ts';
import type { ActiveModel } from './activeModel.ts';
import type { FineTuneTexts } from './fineTuneTexts.ts';
import type { ModelStore, VersionRecord } from './modelStore.ts';

export interface ModelVersions {
  list(): Promise<ModelVersionsResponse>;
  change(params: ChangeModelParams): Promise<ChangeModelResponse>;
}

export interface ModelVersionsOptions {
  readonly context: HandlerContext;
  readonly store: ModelStore;
  readonly active: ActiveModel;
  readonly texts: FineTuneTexts;
  /** A model was decided about: it no longer waits. */
  readonly onDecision: (name: string) => Promise<void>;
}

export function createModelVersions(options: ModelVersionsOptions): ModelVersions {
  const { context, store, active, texts } = options;
  const { holder } = context;

  const find = async (name: string | undefined): Promise<VersionRecord | undefined> =>
    (await store.versions()).find(({ record }) => record.name === name)?.record;

  /** Loads a model beside the one in use, and lets go of it: what does not load here must not be chosen. */
  const tryOut = async (name: string): Promise<void> => {
    const engine = await context.services.engineFactory({
      modelPath: store.modelFolder(name),
      device: 'auto',
      threads: 1,
    });
    try {
      await engine.modelInfo();
    } finally {
      await engine.dispose();
    }
  };
  /** The engine follows; where the model fails, the choice is taken back. */
  const follow = async (): Promise<string | undefined> => {
    await context.ensureEngine();
    await holder.settled();
    if (holder.state.kind !== 'failed') return undefined;
    const { message } = holder.state;
    await active.rollBack();
    await context.ensureEngine();
    await holder.settled();
    return message;
  };
  const use = async (name: string | undefined): Promise<string | undefined> => {
    if (name === active.name) return undefined;
    if (name !== undefined) await tryOut(name);
    await active.use(name);
    return await follow();
  };

  const actions: Readonly<
    Record<ChangeModelParams['action'], (params: ChangeModelParams) => Promise<string | undefined>>
  > = {
    async accept({ model }) {
      const record = await find(model);
      if (!record) return texts.noSuchModel(model ?? '');
      const problem = await use(record.name);
      if (problem !== undefined) return problem;
      await store.saveVersion({ ...record, status: 'accepted' });
      await options.onDecision(record.name);
      return undefined;
    },
    async use({ model }) {
      if (model !== undefined && !(await find(model))) return texts.noSuchModel(model);
      return await use(model);
    },
    async rollBack() {
      if (active.history.length === 0) return texts.nothingToRollBack;
      await active.rollBack();
      return await follow();
    },
    async reject({ model }) {
      if (!(await find(model))) return texts.noSuchModel(model ?? '');
      return await remove(model!);
    },
    async remove({ model }) {
      if (!(await find(model))) return texts.noSuchModel(model ?? '');
      return await remove(model!);
    },
    async describe({ model, notes }) {
      const record = await find(model);
      if (!record) return texts.noSuchModel(model ?? '');
      await store.saveVersion({ ...record, notes: (notes ?? '').slice(0, 2_000) });
      return undefined;
    },
    async export({ model, folder }) {
      if (!(await find(model))) return texts.noSuchModel(model ?? '');
      if (folder === undefined) return texts.noFolderNamed;
      await store.exportVersion(model!, folder);
      return undefined;
    },
    async import({ folder }) {
      if (folder === undefined) return texts.noFolderNamed;
      const name = await freeName(store, folder.replace(/[/\\]+$/, '').replace(/^.*[/\\]/, ''));
      await store.importVersion(folder, {
        name,
        created: context.services.today().toISOString(),
        origin: 'imported',
        status: 'accepted',
        task: undefined,
        parent: undefined,
        trainingRows: undefined,
        macroF1: undefined,
        macroF1Before: undefined,
        notes: '',
      });
      try {
        await tryOut(name);
      } catch (error) {
        await store.removeVersion(name);
        throw error;
      }
      imported = name;
      return undefined;
    },
  };
  let imported: string | undefined;
  const remove = async (name: string): Promise<string | undefined> => {
    if (name === active.name) return texts.modelInUse;
    await active.forget(name);
    await store.removeVersion(name);
    await options.onDecision(name);
    return undefined;
  };

  return {
    async list() {
      const { model } = await context.settings.get(undefined);
      const previous = active.history.at(-1);
      const settingsModel = model.path === '' ? texts.shippedModel : model.path;
      const versions = (await store.versions()).map(({ record, sizeBytes }) => ({ ...record, sizeBytes }));
      return {
        versions: versions.sort((one, other) => (one.created < other.created ? 1 : -1)),
        active: active.name,
        settingsModel,
        rollBackTo: previous === undefined ? undefined : (previous ?? settingsModel),
      };
    },
    async change(params) {
      imported = undefined;
      try {
        const message = await actions[params.action](params);
        return { model: imported ?? active.name, message };
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        return { model: active.name, message: texts.error(error) };
      }
    },
  };
}

/** `debt-2026-11-27-2210` with the time in UTC, and `…-2` where that is taken. */
export function freshName(store: ModelStore, wanted: string, date: Date): Promise<string> {
  const stamp = date.toISOString().slice(0, 16).replace('T', '-').replace(':', '');
  return freeName(store, `${wanted}-${stamp}`);
}

/** Only characters that every file system allows. */
async function freeName(store: ModelStore, wanted: string): Promise<string> {
  const plain = wanted.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[.-]+|[.-]+$/g, '') || 'model';
  const taken = new Set((await store.versions()).map(({ record }) => record.name));
  for (let number = 1; ; number++) {
    const name = number === 1 ? plain : `${plain}-${number}`;
    if (!taken.has(name)) return name;
  }
}
