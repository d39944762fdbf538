// The model that an index works with, and the vectors it has made so far. In: the storage, the model outside.
// Out: what is known of both at the moment they are asked for.

import type { Logger } from '../log.ts';
import type { IndexStorage, VectorSpace, VectorTier } from '../storage.ts';
import type { IndexModel, IndexModelInfo } from './indexModel.ts';
import type { SearchContext } from './searchPassages.ts';

export interface CurrentModel {
  /** Absent where there is none, or none that works. */
  info(): Promise<IndexModelInfo | undefined>;
  /** Where its vectors lie; absent for a model that makes none. */
  space(): Promise<VectorSpace | undefined>;
  /** The same as far as it is known by now, for who cannot wait for the model. */
  readonly knownSpace: VectorSpace | undefined;
  /** With every vector that any process has written; absent while there is none. */
  meaning(): Promise<SearchContext['meaning']>;
  /** Ids have changed: what is held of the vectors is no good any more. */
  forgetVectors(): void;
  /** Why it does not work, for the user. */
  readonly problem: string | undefined;
}

export function createCurrentModel(options: {
  readonly storage: IndexStorage;
  readonly model: IndexModel | undefined;
  readonly logger: Logger;
}): CurrentModel {
  const { storage, model, logger } = options;
  let asked: Promise<IndexModelInfo | undefined> | undefined;
  let tier: VectorTier | undefined;
  let seenRevision = -1;
  let problem: string | undefined;
  let knownSpace: VectorSpace | undefined;

  /** One that does not work is asked again with the next search: its folder may have been repaired. */
  function info(): Promise<IndexModelInfo | undefined> {
    asked ??= (model?.info() ?? Promise.resolve(undefined)).catch((error: unknown) => {
      asked = undefined;
      const message = error instanceof Error ? error.message : String(error);
      logger.log('warn', 'Search goes on without the model.', { error: message });
      problem ??= `Only words can be searched: ${message}`;
      return undefined;
    });
    return asked;
  }

  async function space(): Promise<VectorSpace | undefined> {
    const known = await info();
    const { fingerprint, dimensions } = known ?? { fingerprint: '', dimensions: 0 };
    knownSpace = dimensions > 0 ? { fingerprint, dimensions } : undefined;
    return knownSpace;
  }

  return {
    info,
    space,
    get knownSpace() {
      return knownSpace;
    },
    async meaning() {
      const wanted = await space();
      if (wanted) {
        tier ??= storage.vectorTier(wanted);
        const revision = await storage.revision();
        if (revision !== seenRevision) {
          await tier.update();
          seenRevision = revision;
        }
      }
      return tier && model && tier.count > 0 ? { tier, model } : undefined;
    },
    forgetVectors: () => tier?.forget(),
    get problem() {
      return problem;
    },
  };
}
