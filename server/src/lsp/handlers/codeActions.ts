// Answers `textDocument/codeAction`: for each finding under the caret, write the marker that silences it into
// the comment itself. The marker goes behind the comment's last word, where every comment syntax allows it.

import {
  type CancellationToken,
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  type Diagnostic,
} from 'vscode-languageserver';
import { toLineColumn } from '../../engine/text/lineIndex.ts';
import type { MappedText } from '../../engine/text/mappedText.ts';
import { findPassageAt } from '../documentAnalysis.ts';
import type { OpenDocument } from '../documents.ts';
import { fromPosition } from '../fromProto.ts';
import { diagnosticSource } from '../toProto.ts';
import { type HandlerContext, requireCurrent } from './context.ts';

export function createCodeActionHandler(context: HandlerContext) {
  return async (params: CodeActionParams, _token: CancellationToken): Promise<CodeAction[]> => {
    const document = context.documents.get(params.textDocument.uri);
    const findings = params.context.diagnostics.filter((one) => one.source === diagnosticSource);
    const wanted = params.context.only ?? [CodeActionKind.QuickFix];
    if (!document || findings.length === 0 || !wanted.some(coversQuickFix)) return [];
    const extraction = await context.analysis.extract(document);
    requireCurrent(context, document);
    return findings.flatMap((finding) => {
      const offset = fromPosition(document, finding.range.start);
      const passage = findPassageAt(extraction?.passages ?? [], offset);
      const end = passage && endOfText(passage.text);
      return end === undefined ? [] : toActions(context, document, finding, end);
    });
  };
}

function toActions(
  { texts }: HandlerContext,
  document: OpenDocument,
  finding: Diagnostic,
  offset: number,
): CodeAction[] {
  const code = String(finding.code);
  const { line, column } = toLineColumn(document.lines, offset);
  const position = { line, character: column };
  const insert = (title: string, marker: string): CodeAction => ({
    title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [finding],
    edit: {
      changes: {
        [document.uri]: [{ range: { start: position, end: position }, newText: ` ${marker} ${code}` }],
      },
    },
  });
  return [
    insert(texts.ignoreComment(code), 'marginalia-ignore'),
    insert(texts.ignoreFile(code), 'marginalia-ignore-file'),
  ];
}

/** `quickfix` itself, what it is part of (everything), or a narrower kind of it. */
function coversQuickFix(kind: string): boolean {
  return kind === '' || kind === CodeActionKind.QuickFix;
}

/** Where the last character of a comment's text stands in the source, plus one: before any closing marker. */
function endOfText(text: MappedText): number | undefined {
  const last = text.segments.at(-1);
  return last && last.sourceStart + last.length;
}
