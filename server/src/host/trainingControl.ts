// What those outside want of a training that runs: a pause, its end. In: their wishes, at any moment, also before the
// training is ready. Out: a flag, a promise to wait for, and word of every pause to whoever shows it.

export interface TrainingControl {
  readonly isCancelled: boolean;
  cancel(): void;
  pause(wanted: boolean): void;
  /** Resolves at once while there is no pause. */
  whenRunning(): Promise<void>;
  /** Calls `listener` after each wish, and at once where a pause was wished for before. */
  tell(listener: (isPaused: boolean) => void): void;
}

export function createTrainingControl(): TrainingControl {
  let isCancelled = false;
  let isPaused = false;
  let listener: (isPaused: boolean) => void = () => {};
  let waiting: (() => void)[] = [];
  const release = () => {
    for (const resolve of waiting) resolve();
    waiting = [];
  };
  return {
    get isCancelled() {
      return isCancelled;
    },
    cancel() {
      isCancelled = true;
      release();
    },
    pause(wanted) {
      isPaused = wanted;
      // Also where nothing changes: whoever asks twice has not seen the first answer.
      listener(isPaused);
      if (!wanted) release();
    },
    whenRunning() {
      if (!isPaused || isCancelled) return Promise.resolve();
      return new Promise((resolve) => waiting.push(resolve));
    },
    tell(next) {
      listener = next;
      if (isPaused) listener(true);
    },
  };
}
