// One guard around every request and notification. In: a handler that may throw anything. Out: a handler that
// logs, answers with its fallback or with an error of the protocol, and lets the server go on serving.

import { type CancellationToken, LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import { CancelledError } from '../engine/cancellation.ts';
import type { Logger } from '../engine/log.ts';

/** Thrown by a handler whose document changed while it worked: the answer would be about another text. */
export class StaleDocumentError extends Error {
  override readonly name = 'StaleDocumentError';
  constructor(uri: string) {
    super(`The document changed while it was being read: ${uri}`);
  }
}

export interface RequestGuard<R> {
  readonly name: string;
  readonly logger: Logger;
  /** The answer after a failure; absent: the client gets the error, because a person waits for the answer. */
  readonly fallback?: () => R;
  /** What the client hears when the document changed meanwhile; absent: `ContentModified`. */
  readonly staleError?: () => ResponseError<unknown>;
}

export type RequestHandler<P, R> = (params: P, token: CancellationToken) => Promise<R>;

/** What the returned handler throws is always a `ResponseError`: the connection sends it as the answer. */
export function guardRequest<P, R>(
  guard: RequestGuard<R>,
  handler: RequestHandler<P, R>,
): (params: P, token: CancellationToken) => Promise<R> {
  return async (params, token) => {
    try {
      const result = await handler(params, token);
      if (!token.isCancellationRequested) return result;
    } catch (error) {
      if (!(error instanceof CancelledError || token.isCancellationRequested)) {
        return answerFailure(guard, error);
      }
    }
    throw new ResponseError(LSPErrorCodes.RequestCancelled, 'The request was cancelled.');
  };
}

function answerFailure<R>(guard: RequestGuard<R>, error: unknown): R {
  if (error instanceof StaleDocumentError) {
    throw guard.staleError?.() ?? new ResponseError(LSPErrorCodes.ContentModified, error.message);
  }
  guard.logger.log('error', `${guard.name} failed`, describeError(error));
  if (guard.fallback) return guard.fallback();
  throw new ResponseError(LSPErrorCodes.RequestFailed, `${guard.name}: ${messageOf(error)}`);
}

/** A notification has no answer: whatever goes wrong is logged and forgotten. */
export function guardNotification<P>(
  name: string,
  logger: Logger,
  handler: (params: P) => void | Promise<void>,
): (params: P) => Promise<void> {
  return async (params) => {
    try {
      await handler(params);
    } catch (error) {
      logger.log('error', `${name} failed`, describeError(error));
    }
  };
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function describeError(error: unknown): Record<string, unknown> {
  return error instanceof Error ? { error: error.message, stack: error.stack } : { error: String(error) };
}
