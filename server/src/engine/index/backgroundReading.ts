// When the model reads what is new: after a walk, some time after a save, not while it is paused or somebody else needs
// the machine. In: the storage, the model, what was changed. Out: vectors in the storage, and how far it is.

import { CancelledError } from '../cancellation.ts';
import type { IndexStorage, VectorSpace } from '../storage.ts';
import type { CurrentModel } from './currentModel.ts';
import { encodeTexts } from './encodeTexts.ts';
import type { IndexModel } from './indexModel.ts';
import type { StatusClock, StatusTracker } from './indexStatus.ts';

export interface BackgroundReadingOptions {
  readonly storage: IndexStorage;
  readonly model: IndexModel | undefined;
  readonly currentModel: CurrentModel;
  readonly status: StatusTracker;
  readonly clock: StatusClock & { nowMs(): number };
  /** Set once, when the index ends. */
  readonly life: { readonly isCancelled: boolean };
  /** For the user, while nothing else is to be said. */
  notice(): string | undefined;
  /** Why the model had better not read just now; asked before each batch. */
  whyWait(): Promise<string | undefined>;
  /** Everything is read by this model. */
  onAllRead(space: VectorSpace): Promise<void>;
  /** Of the files that were read; absent: of all. */
  updateCounts(files: readonly string[] | undefined): Promise<void>;
  onError(error: unknown): void;
}

export interface BackgroundReading {
  /** The folder was walked: any text may be new. */
  startAll(): void;
  /** One file was saved; others may be saved right behind it. */
  startFile(file: string): void;
  /** Files that go first. */
  readonly preferred: readonly string[];
  prefer(files: readonly string[]): void;
  pause(): void;
  resume(): void;
  /** When the batch under way is written. */
  ended(): Promise<void>;
}

/** Who saves may search at once; the model can wait for that. */
const afterSaveMs = 200;

/** How soon it is asked again whether the model may read. */
const waitMs = 1000;

export function createBackgroundReading(options: BackgroundReadingOptions): BackgroundReading {
  const { storage, model, currentModel, status, clock, life } = options;
  let preferred: readonly string[] = [];
  let isPaused = false;
  let underWay: Promise<void> | undefined;
  /** The model has read every text but those of the changed files. */
  let isAllRead = false;
  const changedFiles = new Set<string>();

  function start(delayMs: number): void {
    if (life.isCancelled) return;
    // Also where it goes on already: the folder was looked at meanwhile, and that is over.
    status.set({ state: isPaused ? 'paused' : 'embedding' });
    if (underWay || isPaused) return;
    const delay =
      delayMs === 0 ? Promise.resolve() : new Promise<void>((resolve) => clock.schedule(resolve, delayMs));
    underWay = delay
      .then(read)
      .catch((error: unknown) => {
        if (!(error instanceof CancelledError)) options.onError(error);
      })
      .finally(() => {
        underWay = undefined;
        // Saved while the last batch was written.
        if (changedFiles.size > 0 && status.current.state === 'ready') start(afterSaveMs);
      });
  }

  async function read(): Promise<void> {
    const space = await currentModel.space();
    const onlyFiles = isAllRead ? [...changedFiles] : undefined;
    changedFiles.clear();
    const isDone = !space || !model || (await readTexts(model, space, onlyFiles));
    if (life.isCancelled) return;
    if (space && model) await options.updateCounts(onlyFiles);
    status.set({
      state: isDone ? 'ready' : 'paused',
      secondsLeft: undefined,
      message: options.notice(),
    });
  }

  async function readTexts(
    reader: IndexModel,
    space: VectorSpace,
    onlyFiles: readonly string[] | undefined,
  ): Promise<boolean> {
    isAllRead = false;
    let textsLeft = onlyFiles ? 0 : await countTextsLeft(space);
    let msPerText: number | undefined;
    const isDone = await encodeTexts(
      {
        storage,
        model: reader,
        space,
        onlyFiles,
        preferred: () => preferred,
        untilFree,
        mayContinue: () => !isPaused,
        nowMs: () => clock.nowMs(),
        onBatch: async (count, elapsedMs) => {
          msPerText = 0.8 * (msPerText ?? elapsedMs / count) + (0.2 * elapsedMs) / count;
          textsLeft = Math.max(0, textsLeft - count);
          const { passages, embedded } = status.current;
          status.set({
            state: 'embedding',
            embedded: onlyFiles ? embedded : Math.min(passages, embedded + count),
            secondsLeft: Math.ceil((textsLeft * msPerText) / 1000),
            message: options.notice(),
          });
        },
      },
      life,
    );
    isAllRead = isDone;
    if (isDone && !onlyFiles) await options.onAllRead(space);
    return isDone;
  }

  async function untilFree(): Promise<void> {
    for (;;) {
      if (isPaused || life.isCancelled) return;
      const reason = await options.whyWait();
      if (reason === undefined) return;
      status.set({ state: 'paused', secondsLeft: undefined, message: reason });
      await new Promise<void>((resolve) => clock.schedule(resolve, waitMs));
    }
  }

  async function countTextsLeft(space: VectorSpace): Promise<number> {
    const { texts, encodedTexts } = await storage.counts(space, undefined);
    return texts - encodedTexts;
  }

  return {
    startAll() {
      isAllRead = false;
      start(0);
    },
    startFile(file) {
      changedFiles.add(file);
      start(afterSaveMs);
    },
    get preferred() {
      return preferred;
    },
    prefer(files) {
      preferred = [...files];
    },
    pause() {
      isPaused = true;
      if (status.current.state === 'embedding') status.set({ state: 'paused', secondsLeft: undefined });
    },
    resume() {
      isPaused = false;
      start(0);
    },
    ended: async () => await underWay,
  };
}
