// Diagnostics for clients that never ask for them: published after opening, after a pause in typing, and again
// when the model is ready or settings change. The same findings as `textDocument/diagnostic` answers.

import { type CancellationToken, CancellationTokenSource, type Connection } from 'vscode-languageserver';
import { guardNotification } from './guard.ts';
import type { HandlerContext } from './handlers/context.ts';
import { computeDiagnostics } from './handlers/diagnostics.ts';
import { waitForQuiet } from './quietPeriod.ts';

export interface PushedDiagnostics {
  /** Publishes every open document again. */
  refresh(): void;
}

export function pushDiagnostics(connection: Connection, context: HandlerContext): PushedDiagnostics {
  const running = new Map<string, CancellationTokenSource>();
  const { documents, services } = context;

  const publish = async (uri: string, token: CancellationToken): Promise<void> => {
    const document = documents.get(uri);
    if (!document) return;
    await waitForQuiet(document, services.clock, token);
    if (token.isCancellationRequested) return;
    const diagnostics = await computeDiagnostics(context, document, token);
    if (token.isCancellationRequested || documents.get(uri) !== document) return;
    await connection.sendDiagnostics({ uri, version: document.version, diagnostics });
  };
  const restart = (uri: string): void => {
    running.get(uri)?.cancel();
    const source = new CancellationTokenSource();
    running.set(uri, source);
    const guarded = guardNotification('publish diagnostics', services.logger, () =>
      publish(uri, source.token),
    );
    void guarded(undefined);
  };

  documents.onDidChangeContent(({ document }) => restart(document.uri));
  documents.onDidClose(({ document }) => {
    running.get(document.uri)?.cancel();
    running.delete(document.uri);
    void connection.sendDiagnostics({ uri: document.uri, diagnostics: [] });
  });
  return {
    refresh: () => {
      for (const uri of documents.keys()) restart(uri);
    },
  };
}
