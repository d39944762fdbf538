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
  type Position,
} from 'vscode-languageserver';
import { URI } from 'vscode-uri';
import { hashOfCode } from '../../engine/engine.ts';
import type { Passage } from '../../engine/passages/passage.ts';
import { toLineColumn } from '../../engine/text/lineIndex.ts';
import type { MappedText } from '../../engine/text/mappedText.ts';
import { findPassageAt } from '../documentAnalysis.ts';
import type { OpenDocument } from '../documents.ts';
import { findClassification } from '../findClassification.ts';
import { fromPosition } from '../fromProto.ts';
import { toCommand } from '../labelCommands.ts';
import { localize } from '../texts.ts';
import { type DiagnosticData, diagnosticSource } from '../toProto.ts';
import { uriBelow } from '../uriPaths.ts';
import { type HandlerContext, requireCurrent } from './context.ts';

export function createCodeActionHandler(context: HandlerContext) {
  return async (params: CodeActionParams, _token: CancellationToken): Promise<CodeAction[]> => {
    const document = context.documents.get(params.textDocument.uri);
    const findings = params.context.diagnostics.filter((one) => one.source === diagnosticSource);
    const wanted = params.context.only ?? [CodeActionKind.QuickFix];
    if (!document || findings.length === 0 || !wanted.some(coversQuickFix)) return [];
    const extraction = await context.analysis.extract(document);
    requireCurrent(context, document);
    const narrow = findings.flatMap((finding) => {
      const offset = fromPosition(document, finding.range.start);
      const passage = findPassageAt(extraction?.passages ?? [], offset);
      if (!passage) return [];
      const documentsCode =
        hashOfCode(document.source.text, extraction?.passages ?? [], passage) !== undefined;
      return [
        ...toLabelActions(context, document, finding, documentsCode),
        ...toIgnoreActions(context, document, finding, passage),
      ];
    });
    return [...narrow, ...(await toWorkspaceActions(context, document, findings))];
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

/** Narrowest first. A marker for the line is of use only where the comment has several. */
function toIgnoreActions(
  { texts }: HandlerContext,
  document: OpenDocument,
  finding: Diagnostic,
  passage: Passage,
): CodeAction[] {
  const end = endOfText(passage.text);
  if (end === undefined) return [];
  const code = String(finding.code);
  const { line, column } = toLineColumn(document.lines, end);
  const behindText = { line, character: column };
  const insert = (title: string, marker: string, position: Position): CodeAction => ({
    title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [finding],
    edit: {
      changes: {
        [document.uri]: [{ range: { start: position, end: position }, newText: ` ${marker} ${code}` }],
      },
    },
  });
  const first = toLineColumn(document.lines, passage.span.start).line;
  const isOneOfSeveral = first !== line && finding.range.start.line === finding.range.end.line;
  return [
    ...(isOneOfSeveral ? [insert(texts.ignoreLine(code), 'marginalia-ignore-line', finding.range.end)] : []),
    insert(texts.ignoreComment(code), 'marginalia-ignore', behindText),
    insert(texts.ignoreFile(code), 'marginalia-ignore-file', behindText),
  ];
}

/** One line at the end of the folder's `.marginaliaignore`, which is made where there is none. */
async function toWorkspaceActions(
  { texts, createsFiles, team, services }: HandlerContext,
  document: OpenDocument,
  findings: readonly Diagnostic[],
): Promise<CodeAction[]> {
  const folder = team.stores.of(document.uri);
  if (!createsFiles || !folder || findings.length === 0) return [];
  const uri = uriBelow(folder.folderUri, '.marginaliaignore');
  const content = await services.files?.read(URI.parse(uri).fsPath);
  const text = content && 'text' in content ? content.text : '';
  const append = (title: string, line: string): CodeAction => {
    const lines = text.split('\n');
    const position = { line: lines.length - 1, character: lines.at(-1)!.length };
    const newText = `${text === '' || text.endsWith('\n') ? '' : '\n'}${line}\n`;
    return {
      title,
      kind: CodeActionKind.QuickFix,
      diagnostics: [...findings],
      edit: {
        documentChanges: [
          { kind: 'create', uri, options: { ignoreIfExists: true } },
          {
            textDocument: { uri, version: null },
            edits: [{ range: { start: position, end: position }, newText }],
          },
        ],
      },
    };
  };
  const codes = [...new Set(findings.map((finding) => String(finding.code)))];
  return [
    ...codes.map((code) => append(texts.ignoreFolder(code), `# marginalia-ignore ${code}`)),
    append(texts.ignoreWholeFile, `/${escapePattern(folder.file)}`),
  ];
}

/** `escapePattern('a [b].ts')` is `a \\[b\\].ts`: a path that holds what git reads as a pattern. */
function escapePattern(path: string): string {
  return path.replace(/[\\*?[\]!# ]/g, '\\$&');
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
