// When to start a server again that died. In: the times of its deaths. Out: how long to wait before the next
// start, longer after each death, or that it is time to give up and tell the user. Pure.

export interface RestartPolicy {
  /** A server died at `nowMs`. Undefined: give up. */
  nextDelayMs(nowMs: number): number | undefined;
  /** The user asked for a fresh start: earlier deaths are forgotten. */
  reset(): void;
}

/** Waits after the first, second, … death within the window; one more death than waits means giving up. */
export const restartDelaysMs: readonly number[] = [100, 1_000, 4_000, 15_000];

/** A death this long ago says nothing about the next one. */
export const restartWindowMs = 5 * 60_000;

export function createRestartPolicy(): RestartPolicy {
  let deathsMs: readonly number[] = [];
  return {
    nextDelayMs(nowMs) {
      deathsMs = [...deathsMs.filter((deathMs) => nowMs - deathMs < restartWindowMs), nowMs];
      return restartDelaysMs[deathsMs.length - 1];
    },
    reset() {
      deathsMs = [];
    },
  };
}
