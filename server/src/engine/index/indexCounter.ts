// The counts of an index in its status. To count everything takes longer the larger the index is, so it is done after a
// walk; a saved file changes what is said by the difference that it makes.

import type { IndexCounts, IndexStorage, VectorSpace } from '../storage.ts';
import type { StatusTracker } from './indexStatus.ts';

export interface IndexCounter {
  countAll(space: VectorSpace | undefined): Promise<void>;
  /** Before a file, or all below a folder, is written. */
  remember(file: string, space: VectorSpace | undefined): Promise<void>;
  /** After that, and again when the model has read it. */
  recount(file: string): Promise<void>;
}

export function createIndexCounter(storage: IndexStorage, status: StatusTracker): IndexCounter {
  const known = new Map<string, { readonly space: VectorSpace | undefined; readonly counts: IndexCounts }>();

  return {
    async countAll(space) {
      known.clear();
      const skipped: Record<string, number> = {};
      for (const { reason } of await storage.skipped()) skipped[reason] = (skipped[reason] ?? 0) + 1;
      const { files, passages, encodedPassages, sizeBytes } = await storage.counts(space, undefined);
      status.set({ files, passages, embedded: encodedPassages, sizeBytes, skipped });
    },
    async remember(file, space) {
      if (!known.has(file)) known.set(file, { space, counts: await storage.counts(space, file) });
    },
    async recount(file) {
      const one = known.get(file);
      if (!one) return;
      const { space, counts: before } = one;
      const now = await storage.counts(space, file);
      known.set(file, { space, counts: now });
      const { files, passages, embedded } = status.current;
      status.set({
        files: files + now.files - before.files,
        passages: passages + now.passages - before.passages,
        embedded: embedded + now.encodedPassages - before.encodedPassages,
        sizeBytes: now.sizeBytes,
      });
    },
  };
}
