// Answers `textDocument/codeAction`: for each finding under the caret, say whether it is right, or write the marker
// that silences it into the comment itself. The marker goes behind the comment's last word, where every comment
// syntax allows it.

import {
  type CancellationToken,
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  type Command,
  type Diagnostic,
} from 'vscode-languageserver';
import { hashOfCode } from '../../engine/engine.ts';
import { toLineColumn } from '../../engine/text/lineIndex.ts';
import type { MappedText } from '../../engine/text/mappedText.ts';
import { findPassageAt } from '../documentAnalysis.ts';
import type { OpenDocument } from '../documents.ts';
import { findClassification } from '../findClassification.ts';
import { fromPosition } from '../fromProto.ts';
import { toCommand } from '../labelCommands.ts';
import { localize } from '../texts.ts';
import { type DiagnosticData, diagnosticSource } from '../toProto.ts';
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
      const ignore = end === undefined ? [] : toIgnoreActions(context, document, finding, end);
      const documented =
        passage && hashOfCode(document.source.text, extraction?.passages ?? [], passage) !== undefined;
      return [...(passage ? toLabelActions(context, document, finding, documented === true) : []), ...ignore];
    });
  };
}

/** What a person can say about a finding; a tag that its author wrote is neither right nor wrong. */
function toLabelActions(
  { texts, canLabel, team, holder }: HandlerContext,
  document: OpenDocument,
  finding: Diagnostic,
  documentsCode: boolean,
): CodeAction[] {
  if (!canLabel || !team.stores.of(document.uri)) return [];
  const code = String(finding.code);
  const target = { uri: document.uri, position: finding.range.start };
  const [task, name] = (finding.data as Partial<DiagnosticData> | undefined)?.label?.split('/') ?? [];
  const tasks = holder.state.kind === 'ready' ? holder.state.info.tasks : undefined;
  const known = task !== undefined && tasks ? findClassification(tasks, task) : undefined;
  const label = known?.labels.find((one) => one.name === name);
  const say = (command: Command): CodeAction => ({
    title: command.title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [finding],
    command,
  });
  const aboutLabel =
    label && task !== undefined
      ? [
          say(
            toCommand('confirm', texts.confirmLabel(localize(label.title, texts.locale)), {
              ...target,
              task,
            }),
          ),
          say(toCommand('correct', texts.labelWrong, { ...target, task })),
        ]
      : [];
  const dismiss = (texts.notFinding as Readonly<Record<string, string>>)[code];
  return [
    ...aboutLabel,
    ...(dismiss === undefined ? [] : [say(toCommand('dismiss', dismiss, { ...target, code }))]),
    ...(documentsCode ? [say(toCommand('accurate', texts.stillAccurate, target))] : []),
  ];
}

function toIgnoreActions(
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
