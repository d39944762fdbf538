// Runs that only measure how fast this machine trains: one after the other, because two at once would measure each
// other, and none beside a training that a person waits for.

import type { TrainingRun } from '../../engine/trainingRun.ts';

export interface MeasuringTurns {
  /** Works when everything before it has ended. @throws Error with `reason` where `end` was called meanwhile */
  inTurn<T>(reason: string, work: () => Promise<T>): Promise<T>;
  /** The run that measures now. */
  readonly watch: (run: TrainingRun) => void;
  /** Ends what measures and what waits to. */
  end(): void;
}

export function createMeasuringTurns(): MeasuringTurns {
  let last: Promise<unknown> = Promise.resolve();
  let ended = 0;
  let running: TrainingRun | undefined;
  return {
    inTurn(reason, work) {
      const asked = ended;
      const turn = async () => {
        if (asked !== ended) throw new Error(reason);
        try {
          return await work();
        } finally {
          running = undefined;
        }
      };
      const next = last.then(turn, turn);
      last = next.catch(() => {});
      return next;
    },
    watch(run) {
      running = run;
    },
    end() {
      ended++;
      running?.cancel();
    },
  };
}
