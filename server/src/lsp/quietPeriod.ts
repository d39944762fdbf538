// Waits until nobody has typed in a document for a moment, so that half a word is never sent to the model.

import type { CancellationToken } from 'vscode-languageserver';
import type { OpenDocument } from './documents.ts';
import type { Clock } from './services.ts';

export const quietPeriodMs = 300;

/** Resolves at once for a document without edits, early when the request is cancelled. */
export function waitForQuiet(document: OpenDocument, clock: Clock, token: CancellationToken): Promise<void> {
  if (document.editedAtMs === undefined) return Promise.resolve();
  const waitMs = document.editedAtMs + quietPeriodMs - clock.nowMs();
  if (waitMs <= 0) return Promise.resolve();
  return new Promise((resolve) => {
    const cancelTimer = clock.schedule(finish, waitMs);
    const subscription = token.onCancellationRequested(finish);
    function finish(): void {
      cancelTimer();
      subscription.dispose();
      resolve();
    }
  });
}
