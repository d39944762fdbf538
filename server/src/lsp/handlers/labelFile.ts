// Answers `marginalia/labelFile`: every passage of a document with its labels. A person asked and waits,
// so a model that is still loading is waited for, and every reason for an empty answer is told.

import type { CancellationToken } from 'vscode-languageserver';
import type { LabelFileParams, LabelFileResult } from '../../../../protocol/requests.ts';
import { throwIfCancelled } from '../../engine/cancellation.ts';
import type { LabelScores } from '../../engine/labels/task.ts';
import { fromToken } from '../fromProto.ts';
import { toPassageSummary } from '../toProto.ts';
import { type HandlerContext, reasonToSkip, requireCurrent, toWorkOptions } from './context.ts';

export function createLabelFileHandler(context: HandlerContext) {
  return async (params: LabelFileParams, token: CancellationToken): Promise<LabelFileResult> => {
    const { texts } = context;
    const document = context.documents.get(params.textDocument.uri);
    if (!document) return emptyResult(0, texts.documentNotOpen);
    const settings = await context.settings.get(document.uri);
    const reason = reasonToSkip(document, settings, texts);
    if (reason) return emptyResult(document.version, reason);

    await context.ensureEngine();
    await Promise.race([context.holder.settled(), cancelled(token)]);
    throwIfCancelled(fromToken(token));
    const extraction = await context.analysis.extract(document);
    const passages = extraction?.passages ?? [];
    const state = context.holder.state;
    const tasks = state.kind === 'ready' ? state.info.tasks : undefined;
    const labelled = tasks
      ? await context.analysis.labelDocument(
          document,
          toWorkOptions(settings, tasks, 'interactive'),
          fromToken(token),
        )
      : passages.map((passage) => ({ passage, scores: [] as readonly LabelScores[] }));
    const ours = tasks ? await context.team.overlay(document, extraction, labelled, tasks) : labelled;
    requireCurrent(context, document);

    const proto = { lines: document.lines, texts, tasks };
    return {
      version: document.version,
      model: state.kind === 'ready' ? state.info.name : undefined,
      passages: ours.map((one) => toPassageSummary(one, proto)),
      message:
        state.kind === 'failed'
          ? texts.modelFailed(texts.failure(state.code, state.message))
          : passages.length === 0
            ? texts.noPassages
            : undefined,
    };
  };
}

function emptyResult(version: number, message: string): LabelFileResult {
  return { version, model: undefined, passages: [], message };
}

function cancelled(token: CancellationToken): Promise<void> {
  return new Promise((resolve) => {
    if (token.isCancellationRequested) resolve();
    else token.onCancellationRequested(() => resolve());
  });
}
