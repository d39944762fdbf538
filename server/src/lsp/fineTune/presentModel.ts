// The model that people see labels of, from which every training starts. In: what the session knows of settings and
// models. Out: what it is, where it lies, and models beside it that are opened for a moment.

import type { Engine, ModelInfo } from '../../engine/engine.ts';
import type { HandlerContext } from '../handlers/context.ts';
import type { ActiveModel } from './activeModel.ts';
import type { FineTuneServices } from './fineTuneServices.ts';

export type PresentModel = ReturnType<typeof createPresentModel>;

export function createPresentModel(options: {
  readonly context: HandlerContext;
  readonly services: FineTuneServices;
  readonly active: ActiveModel;
}) {
  const { context, services, active } = options;
  const { holder } = context;
  const chosenThreads = async (): Promise<number | undefined> => {
    const { threads } = await context.settings.get(undefined);
    return threads > 0 ? threads : undefined;
  };

  return {
    /** Undefined: the trainer and the engine choose. */
    chosenThreads,
    /** @throws Error where there is none, with the reason */
    async ready(): Promise<ModelInfo> {
      await context.ensureEngine();
      await holder.settled();
      if (holder.state.kind === 'ready') return holder.state.info;
      throw new Error(holder.state.kind === 'failed' ? holder.state.message : context.texts.modelOff);
    },
    async folder(): Promise<string> {
      const { model } = await context.settings.get(undefined);
      return active.path ?? services.toModelFolder(model.path === '' ? undefined : model.path);
    },
    /** Another model, for as long as it is used. */
    async withModel<T>(folder: string, use: (engine: Engine) => Promise<T>): Promise<T> {
      const engine = await context.services.engineFactory({
        modelPath: folder,
        device: (await context.settings.get(undefined)).model.device,
        threads: await chosenThreads(),
      });
      try {
        return await use(engine);
      } finally {
        await engine.dispose();
      }
    },
  };
}
