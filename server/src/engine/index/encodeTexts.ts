// Work in the background: the model reads every text that has no vector yet, files that are looked at first.
// In: storage, model. Out: vectors and labels in the storage, a batch at a time, so that a kill loses one batch at most.

import type { Cancellation } from '../cancellation.ts';
import type { IndexStorage, VectorSpace } from '../storage.ts';
import type { IndexModel } from './indexModel.ts';

export interface EncodingWork {
  readonly storage: IndexStorage;
  readonly model: IndexModel;
  readonly space: VectorSpace;
  /** Set where all others are known to be read: looking through every text for each save would take longer. */
  readonly onlyFiles: readonly string[] | undefined;
  /** Files whose texts go first. */
  preferred(): readonly string[];
  /** Waited for before each batch: somebody else may need the machine just now. */
  untilFree(): Promise<void>;
  /** Asked between batches; false ends the work. */
  mayContinue(): boolean;
  /** After each batch is written. */
  onBatch(count: number, elapsedMs: number): Promise<void>;
  nowMs(): number;
}

/** Enough that texts of equal length meet, and at most a second of work for the shipped model: what a kill may cost. */
const batchTexts = 256;

/** True when nothing is left to read. */
export async function encodeTexts(work: EncodingWork, cancellation: Cancellation): Promise<boolean> {
  const { storage, model, space, onlyFiles } = work;
  let afterId = 0;
  let served: readonly string[] = [];
  for (;;) {
    await work.untilFree();
    if (!work.mayContinue() || cancellation.isCancelled) return false;
    const startedMs = work.nowMs();
    const files = onlyFiles ?? work.preferred();
    let texts =
      files.length > 0 && files !== served
        ? await storage.pendingTexts(space, { afterId: 0, count: batchTexts, files })
        : [];
    // Nothing left to do for these files; asked again when there are others.
    if (texts.length === 0) {
      if (onlyFiles) return true;
      served = files;
      texts = await storage.pendingTexts(space, { afterId, count: batchTexts, files: undefined });
      // Texts that came back meanwhile have smaller ids than the last one that was read.
      if (texts.length === 0 && afterId > 0) {
        afterId = 0;
        continue;
      }
      if (texts.length === 0) return true;
      afterId = texts.at(-1)!.id;
    }
    const read = await model.read(
      texts.map(({ text }) => text),
      cancellation,
    );
    await storage.writeVectors(
      space,
      texts.map(({ id }, index) => ({ id, ...read[index]! })),
    );
    await work.onBatch(texts.length, work.nowMs() - startedMs);
  }
}
