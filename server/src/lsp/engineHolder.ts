// Holds the one engine of the server and tells how its model is doing. In: which model folder and how many
// threads. Out: an engine as soon as there is one (extraction needs no model) and a state that ends in `ready`
// or `failed`. Another choice replaces the engine; whatever the old one still says is not heard any more.

import type { Engine, ModelInfo } from '../engine/engine.ts';
import { EngineError, type EngineErrorCode } from '../engine/errors.ts';
import type { Logger } from '../engine/log.ts';
import { describeError, messageOf } from './guard.ts';
import type { EngineChoice, ServerServices } from './services.ts';

export type ModelState =
  /** Nobody asked for a model yet. */
  | { readonly kind: 'idle' }
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly info: ModelInfo }
  | { readonly kind: 'failed'; readonly message: string; readonly code: EngineErrorCode | undefined };

export interface EngineHolder {
  readonly state: ModelState;
  /** Undefined before `choose`, while the factory works and after it failed. */
  readonly engine: Engine | undefined;
  /** Grows with each change of `state`: labels made before belong to another model. */
  readonly revision: number;
  /** Starts an engine, or another one where the choice differs from the present one. */
  choose(choice: EngineChoice): void;
  /** Starts again with the same choice, after the user repaired the model folder. */
  retry(): void;
  /** The engine broke while it worked: asks it whether it can go on, and fails for good after a few times. */
  recheck(): void;
  /** Resolves when the state is no longer `loading`. */
  settled(): Promise<void>;
  dispose(): Promise<void>;
}

export interface EngineHolderOptions {
  readonly engineFactory: ServerServices['engineFactory'];
  readonly logger: Logger;
  readonly onStateChange: (state: ModelState) => void;
}

/** An engine that breaks more often than this is broken by what it reads: starting it again would never end. */
const maxRechecks = 3;

export function createEngineHolder(options: EngineHolderOptions): EngineHolder {
  let choice: EngineChoice | undefined;
  let engine: Engine | undefined;
  let state: ModelState = { kind: 'idle' };
  let revision = 0;
  let loading: Promise<void> = Promise.resolve();
  let disposed = false;
  let recheckCount = 0;

  const setState = (next: ModelState): void => {
    state = next;
    revision++;
    options.onStateChange(next);
  };

  const start = async (wanted: EngineChoice): Promise<void> => {
    const isCurrent = () => choice === wanted && !disposed;
    try {
      const started = await options.engineFactory(wanted);
      if (!isCurrent()) return void (await disposeQuietly(started, options.logger));
      engine = started;
      const info = await started.modelInfo();
      if (isCurrent()) setState({ kind: 'ready', info });
    } catch (error) {
      if (isCurrent()) fail(error);
    }
  };
  const fail = (error: unknown): void => {
    options.logger.log('error', 'The model does not work', describeError(error));
    const code = error instanceof EngineError ? error.code : undefined;
    setState({ kind: 'failed', message: messageOf(error), code });
  };

  const restart = (wanted: EngineChoice): void => {
    const old = engine;
    engine = undefined;
    choice = wanted;
    recheckCount = 0;
    setState({ kind: 'loading' });
    loading = (old ? disposeQuietly(old, options.logger) : Promise.resolve()).then(() => start(wanted));
  };

  return {
    get state() {
      return state;
    },
    get engine() {
      return engine;
    },
    get revision() {
      return revision;
    },
    choose(wanted) {
      if (disposed || (choice && isSameChoice(choice, wanted))) return;
      restart(wanted);
    },
    retry() {
      if (!disposed && choice) restart({ ...choice });
    },
    recheck() {
      const broken = engine;
      if (!broken || state.kind !== 'ready') return;
      if (++recheckCount > maxRechecks) {
        return fail(new Error('The model stopped again and again. Try again, or choose another model.'));
      }
      setState({ kind: 'loading' });
      loading = broken.modelInfo().then(
        (info) => void (engine === broken && setState({ kind: 'ready', info })),
        (error) => void (engine === broken && fail(error)),
      );
    },
    async settled() {
      // A restart during the wait replaces the promise.
      for (let seen = loading; ; seen = loading) {
        await seen;
        if (seen === loading) return;
      }
    },
    async dispose() {
      disposed = true;
      const old = engine;
      engine = undefined;
      if (old) await disposeQuietly(old, options.logger);
    },
  };
}

function isSameChoice(one: EngineChoice, other: EngineChoice): boolean {
  return one.modelPath === other.modelPath && one.device === other.device && one.threads === other.threads;
}

async function disposeQuietly(engine: Engine, logger: Logger): Promise<void> {
  try {
    await engine.dispose();
  } catch (error) {
    logger.log('warn', 'An engine did not stop cleanly', describeError(error));
  }
}
