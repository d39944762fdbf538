// Tells the client how something is doing, the server or its indexes, at most twice a second. In: calls of `update` as often as anything
// changes. Out: at most one `send` per interval, always ending with the newest state.

import type { Clock } from './services.ts';

export const statusIntervalMs = 500;

export interface StatusNotifier {
  /** Something changed: look again and tell the client soon. */
  update(): void;
  dispose(): void;
}

export interface StatusNotifierOptions<T> {
  readonly clock: Clock;
  readonly read: () => T;
  readonly send: (status: T) => void;
}

export function createStatusNotifier<T>(options: StatusNotifierOptions<T>): StatusNotifier {
  let sentAtMs = Number.NEGATIVE_INFINITY;
  let sentText = '';
  let cancel: (() => void) | undefined;

  const sendNow = (): void => {
    cancel = undefined;
    const status = options.read();
    const text = JSON.stringify(status);
    if (text === sentText) return;
    sentText = text;
    sentAtMs = options.clock.nowMs();
    options.send(status);
  };

  return {
    update() {
      if (cancel) return;
      const waitMs = sentAtMs + statusIntervalMs - options.clock.nowMs();
      if (waitMs <= 0) sendNow();
      else cancel = options.clock.schedule(sendNow, waitMs);
    },
    dispose() {
      cancel?.();
      cancel = undefined;
    },
  };
}
