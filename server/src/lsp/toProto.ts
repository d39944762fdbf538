// Conversions from the engine's types to the protocol's. The only place that writes LSP ranges and diagnostics.

import { type Diagnostic, DiagnosticSeverity, DiagnosticTag, type Range } from 'vscode-languageserver';
import type { LabelSummary, PassageSummary } from '../../../protocol/requests.ts';
import type { Finding, FindingCode, FindingLevel, PassageVerdict } from '../engine/findings/finding.ts';
import type { LabelScores, TaskSet } from '../engine/labels/task.ts';
import type { Passage } from '../engine/passages/passage.ts';
import { type LineIndex, toLineColumn } from '../engine/text/lineIndex.ts';
import type { Span } from '../engine/text/span.ts';
import { findClassification } from './findClassification.ts';
import { type FindingEvidence, localize, type Texts, toPercent } from './texts.ts';

export const diagnosticSource = 'marginalia';

/** What a diagnostic carries for the code actions on it. */
export interface DiagnosticData {
  readonly label: string;
  readonly score: number;
}

export interface DiagnosticContext {
  readonly lines: LineIndex;
  readonly tasks: TaskSet;
  readonly texts: Texts;
  readonly documentationUri: (code: FindingCode) => string;
}

export function toRange(lines: LineIndex, span: Span): Range {
  const start = toLineColumn(lines, span.start);
  const end = toLineColumn(lines, span.end);
  return {
    start: { line: start.line, character: start.column },
    end: { line: end.line, character: end.column },
  };
}

export function toDiagnostic(finding: Finding, context: DiagnosticContext): Diagnostic {
  const data: DiagnosticData = { label: finding.label, score: finding.score };
  const evidence = toEvidence(finding, context.tasks, context.texts);
  return {
    range: toRange(context.lines, finding.span),
    severity: severities[finding.level],
    code: finding.code,
    codeDescription: { href: context.documentationUri(finding.code) },
    source: diagnosticSource,
    message: context.texts.findingMessage(finding.code, evidence) ?? finding.message,
    tags: [...tags[finding.code]],
    data,
  };
}

export function toPassageSummary(
  input: {
    readonly passage: Passage;
    readonly scores: readonly LabelScores[];
    readonly verdict?: PassageVerdict;
  },
  context: Pick<DiagnosticContext, 'lines' | 'texts'> & { readonly tasks: TaskSet | undefined },
): PassageSummary {
  const { lines, tasks, texts } = context;
  const { passage, scores, verdict } = input;
  return {
    range: toRange(lines, passage.span),
    kind: texts.kinds[passage.kind],
    text: passage.text.value.replace(/\s+/g, ' ').slice(0, 200),
    symbol: passage.symbol?.name,
    labels: tasks
      ? scores.flatMap((one) => toLabelSummaries(one, tasks, texts, verdict?.authors[one.task]))
      : [],
  };
}

const severities: Readonly<Record<FindingLevel, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/**
 * `Unnecessary` fades dead code in comments, as editors fade dead code outside them. A comment about a deprecated
 * symbol is not itself deprecated, so nothing is struck through.
 */
const tags: Readonly<Record<FindingCode, readonly DiagnosticTag[]>> = {
  debt: [],
  'commented-out-code': [DiagnosticTag.Unnecessary],
  'deprecated-without-alternative': [],
};

/** A label is written `task/name`; what names no label of the model is a tag of the author, `tag/deprecated`. */
function toEvidence(finding: Finding, tasks: TaskSet, texts: Texts): FindingEvidence {
  const slash = finding.label.indexOf('/');
  const name = finding.label.slice(slash + 1);
  const task = findClassification(tasks, finding.label.slice(0, slash));
  const label = task?.labels.find((one) => one.name === name);
  if (!label) return { kind: 'tag', name };
  const title = localize(label.title, texts.locale);
  if (finding.author !== undefined) return { kind: 'person', title, name: finding.author };
  return { kind: 'label', title, percent: toPercent(finding.score) };
}

function toLabelSummaries(
  scores: LabelScores,
  tasks: TaskSet,
  texts: Texts,
  labelledBy: string | undefined,
): LabelSummary[] {
  const task = findClassification(tasks, scores.task);
  return scores.predicted.flatMap((name) => {
    const index = task?.labels.findIndex((one) => one.name === name) ?? -1;
    const label = task?.labels[index];
    if (!label) return [];
    const probability = scores.probabilities[index] ?? 0;
    const title = localize(label.title, texts.locale);
    return [{ task: scores.task, name, title, probability, ...(labelledBy !== undefined && { labelledBy }) }];
  });
}
