// Answers `textDocument/diagnostic`: the findings in one document. Typing is waited out, passages that did not
// change are not sent to the model again, and a client that already has the answer hears only that.

import { createHash } from 'node:crypto';
import {
  type CancellationToken,
  type Diagnostic,
  type DocumentDiagnosticParams,
  type DocumentDiagnosticReport,
  DocumentDiagnosticReportKind,
} from 'vscode-languageserver';
import type { OpenDocument } from '../documents.ts';
import { fromToken } from '../fromProto.ts';
import { waitForQuiet } from '../quietPeriod.ts';
import { toFindingRules } from '../resourceSettings.ts';
import { toDiagnostic } from '../toProto.ts';
import { type HandlerContext, readIgnore, reasonToSkip, requireCurrent, toWorkOptions } from './context.ts';

export function createDiagnosticsHandler(context: HandlerContext) {
  return async (
    params: DocumentDiagnosticParams,
    token: CancellationToken,
  ): Promise<DocumentDiagnosticReport> => {
    const document = context.documents.get(params.textDocument.uri);
    if (!document) return { kind: DocumentDiagnosticReportKind.Full, items: [] };
    await waitForQuiet(document, context.services.clock, token);
    requireCurrent(context, document);
    const items = await computeDiagnostics(context, document, token);
    requireCurrent(context, document);
    const resultId = toResultId(items);
    return resultId === params.previousResultId
      ? { kind: DocumentDiagnosticReportKind.Unchanged, resultId }
      : { kind: DocumentDiagnosticReportKind.Full, resultId, items };
  };
}

/**
 * Nothing while the model is loading: the server asks the client to pull again when it is ready.
 */
export async function computeDiagnostics(
  context: HandlerContext,
  document: OpenDocument,
  token: CancellationToken,
): Promise<Diagnostic[]> {
  const settings = await context.settings.get(document.uri);
  if (reasonToSkip(document, settings, context.texts)) return [];
  const rules = toFindingRules(settings);
  if (Object.values(rules).every((rule) => rule.level === 'off')) return [];
  const ignore = await readIgnore(context, document.uri);
  if (ignore.isIgnored) return [];
  await context.ensureEngine();
  const modelState = context.holder.state;
  if (modelState.kind !== 'ready') return [];

  const tasks = modelState.info.tasks;
  const options = toWorkOptions(settings, tasks, context.priorityOf(document.uri));
  const labelled = await context.analysis.labelDocument(document, options, fromToken(token));
  const extraction = await context.analysis.extract(document);
  const ours = await context.team.overlay(document, extraction, labelled, tasks);
  const findings = context.services.toFindings({
    file: document.source,
    labelled: ours,
    tasks,
    rules,
    silenced: ignore.silenced,
  });
  const { texts, services } = context;
  const proto = { lines: document.lines, tasks, texts, documentationUri: services.documentationUri };
  return findings.map((finding) => toDiagnostic(finding, proto));
}

/** Equal lists have equal ids, whatever version, model or settings they came from. */
function toResultId(items: readonly Diagnostic[]): string {
  return createHash('sha256').update(JSON.stringify(items)).digest('base64url').slice(0, 22);
}
