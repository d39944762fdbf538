// What is said about one scanned file, ready for every writer: plain numbers and names, lines counted from one.
// In: a scanned file, the model's tasks, the rules. Out: passages with labels and findings with fingerprints.

import { type Finding, type FindingRules, type TaskSet, toFindings } from '../../engine/engine.ts';
import type { ClassificationTask, LabelScores } from '../../engine/labels/task.ts';
import { type LineIndex, toLineColumn } from '../../engine/text/lineIndex.ts';
import type { Span } from '../../engine/text/span.ts';
import type { ChangedLines } from '../ports.ts';
import { labelObject, roundScore } from '../roundScores.ts';
import { createFingerprints } from './fingerprints.ts';
import type { ScannedFile } from './scanFiles.ts';

/** One-based lines and columns; columns count UTF-16 code units, the end stands behind the last one. */
export interface ReportedPlace {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export interface ReportedFinding extends ReportedPlace {
  readonly code: Finding['code'];
  readonly level: Finding['level'];
  readonly message: string;
  readonly score: number;
  readonly label: string;
  /** Of the content, so that it stays when lines move. */
  readonly fingerprint: string;
}

export interface ReportedPassage extends ReportedPlace {
  readonly kind: string;
  readonly language: string;
  readonly text: string;
  readonly symbol: { readonly name: string; readonly kind: string; readonly signature: string } | undefined;
  readonly section: readonly string[];
  readonly tags: readonly string[];
  /** By task, then by label; empty without a model. */
  readonly labels: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly predicted: Readonly<Record<string, readonly string[]>>;
  readonly findings: readonly ReportedFinding[];
}

export interface FileReport {
  /** As a person would name it from the working folder, with forward slashes. */
  readonly file: string;
  readonly encoding: string;
  readonly problemCount: number;
  readonly passages: readonly ReportedPassage[];
}

export interface ReportOptions {
  /** Absent without a model. */
  readonly tasks: TaskSet | undefined;
  readonly rules: FindingRules;
  /** Only passages that touch these lines are reported. */
  readonly changed: ChangedLines;
  /** Findings of the baseline are left out. */
  readonly isKnown: (file: string, fingerprint: string) => boolean;
}

export function createFileReport(name: string, scanned: ScannedFile, options: ReportOptions): FileReport {
  const { labelled, lines, file } = scanned;
  const findings = options.tasks
    ? toFindings({ file, labelled, tasks: options.tasks, rules: options.rules })
    : [];
  const byPassage = assignToPassages(findings, scanned);
  const fingerprintOf = createFingerprints();
  const tasks = (options.tasks?.tasks ?? []).filter((one): one is ClassificationTask => 'labels' in one);
  const passages = labelled.map(({ passage, scores }, index): ReportedPassage => {
    const text = passage.text.value;
    const { symbol } = passage;
    const reported = (byPassage[index] ?? []).map((finding): ReportedFinding => {
      const { code, level, message, label } = finding;
      const fingerprint = fingerprintOf(code, text);
      const score = roundScore(finding.score);
      return { ...placeOf(lines, finding.span), code, level, message, score, label, fingerprint };
    });
    return {
      ...placeOf(lines, passage.span),
      kind: passage.kind,
      language: passage.language,
      text,
      symbol: symbol && { name: symbol.name, kind: symbol.kind, signature: symbol.signature },
      section: passage.section,
      tags: passage.tags.map((tag) => tag.name),
      labels: labelsOf(tasks, scores),
      predicted: Object.fromEntries(scores.map((one) => [one.task, one.predicted])),
      findings: reported.filter((finding) => !options.isKnown(name, finding.fingerprint)),
    };
  });
  return {
    file: name,
    encoding: scanned.encoding,
    problemCount: scanned.problems.length,
    passages: passages.filter((passage) => touches(options.changed, passage)),
  };
}

/** Findings lie inside their passages and both come in source order. */
function assignToPassages(
  findings: readonly Finding[],
  scanned: ScannedFile,
): readonly (readonly Finding[])[] {
  const groups: Finding[][] = scanned.labelled.map(() => []);
  let index = 0;
  for (const finding of findings) {
    while (index < groups.length - 1 && scanned.labelled[index]!.passage.span.end < finding.span.end) index++;
    groups[index]?.push(finding);
  }
  return groups;
}

function labelsOf(
  tasks: readonly ClassificationTask[],
  scores: readonly LabelScores[],
): ReportedPassage['labels'] {
  const labels: Record<string, Record<string, number>> = {};
  for (const one of scores) {
    const task = tasks.find(({ name }) => name === one.task);
    if (task) labels[one.task] = labelObject(task, one);
  }
  return labels;
}

function placeOf(lines: LineIndex, span: Span): ReportedPlace {
  const start = toLineColumn(lines, span.start);
  const end = toLineColumn(lines, span.end);
  return { line: start.line + 1, column: start.column + 1, endLine: end.line + 1, endColumn: end.column + 1 };
}

function touches(changed: ChangedLines, place: ReportedPlace): boolean {
  return changed === 'all' || changed.some(({ first, last }) => first <= place.endLine && last >= place.line);
}
