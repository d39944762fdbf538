// Answers `marginalia/summarizeFile`: what an open document is about, in its own sentences and phrases. A person asked
// and waits, so a model that is still loading is waited for, and every reason for an empty answer is told.

import type { CancellationToken } from 'vscode-languageserver';
import type { SummarizeFileParams, SummarizeFileResult } from '../../../../protocol/requests.ts';
import { throwIfCancelled } from '../../engine/cancellation.ts';
import { fromToken } from '../fromProto.ts';
import { toRange } from '../toProto.ts';
import { type HandlerContext, reasonToSkip, requireCurrent, toWorkOptions } from './context.ts';

/** As many as can be seen at a glance. */
const sentenceCount = 7;
const phraseCount = 10;

export function createSummarizeFileHandler(context: HandlerContext) {
  return async (params: SummarizeFileParams, token: CancellationToken): Promise<SummarizeFileResult> => {
    const { texts, holder } = context;
    const document = context.documents.get(params.textDocument.uri);
    if (!document) return emptyResult(0, texts.documentNotOpen);
    const settings = await context.settings.get(document.uri);
    const reason = reasonToSkip(document, settings, texts);
    if (reason) return emptyResult(document.version, reason);

    await context.ensureEngine();
    await Promise.race([holder.settled(), cancelled(token)]);
    throwIfCancelled(fromToken(token));
    const { state, engine } = holder;
    if (state.kind === 'failed') {
      const failure = texts.failure(state.code, state.message);
      return emptyResult(document.version, texts.noSummary(failure));
    }
    if (state.kind !== 'ready' || !engine) return emptyResult(document.version, texts.modelOff);
    const { sentences, phrases } = await engine.summarize(
      document.source,
      { ...toWorkOptions(settings, state.info.tasks, 'interactive'), sentenceCount, phraseCount },
      fromToken(token),
    );
    requireCurrent(context, document);
    return {
      version: document.version,
      sentences: sentences.map(({ text, span }) => ({ text, range: toRange(document.lines, span) })),
      phrases: phrases.map(({ text, places }) => ({
        text,
        ranges: places.map((span) => toRange(document.lines, span)),
      })),
      message: sentences.length + phrases.length === 0 ? texts.noPassages : undefined,
    };
  };
}

function emptyResult(version: number, message: string): SummarizeFileResult {
  return { version, sentences: [], phrases: [], message };
}

function cancelled(token: CancellationToken): Promise<void> {
  return new Promise((resolve) => {
    if (token.isCancellationRequested) resolve();
    else token.onCancellationRequested(() => resolve());
  });
}
