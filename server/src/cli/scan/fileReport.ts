// What is said about one scanned file, ready for every writer: plain numbers and names, lines counted from one.
// In: a scanned file, the model's tasks, the rules. Out: passages with labels and findings with fingerprints.

import {
  type Finding,
  type FindingRules,
  hashOfCode,
  type TaskSet,
  toFindings,
  viewOfTeam,
} from '../../engine/engine.ts';
import type { LabelledInput } from '../../engine/findings/toFindings.ts';
import type { LabelBook } from '../../engine/labelling/labelBook.ts';
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
  /** Who gave the labels of a task, where it was a person; an empty name is not known. */
  readonly labelledBy?: Readonly<Record<string, string>>;
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
  /** What the team said; absent where nobody did, or where the model's own opinion is asked for. */
  readonly book: LabelBook | undefined;
  /** Codes that are silent in the file's folder. */
  readonly silenced: readonly Finding['code'][];
  /** Findings of the baseline are left out. */
  readonly isKnown: (file: string, fingerprint: string) => boolean;
}

export function createFileReport(name: string, scanned: ScannedFile, options: ReportOptions): FileReport {
  const { lines, file } = scanned;
  const labelled = withTeamLabels(scanned, options);
  const findings = options.tasks
    ? toFindings({
        file,
        labelled,
        tasks: options.tasks,
        rules: options.rules,
        silenced: options.silenced,
      })
    : [];
  const byPassage = assignToPassages(findings, scanned);
  const fingerprintOf = createFingerprints();
  const tasks = (options.tasks?.tasks ?? []).filter((one): one is ClassificationTask => 'labels' in one);
  const passages = labelled.map(({ passage, scores, verdict }, index): ReportedPassage => {
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
      ...(verdict && Object.keys(verdict.authors).length > 0 && { labelledBy: verdict.authors }),
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

function withTeamLabels(
  { labelled, file }: ScannedFile,
  { tasks, book }: ReportOptions,
): readonly LabelledInput[] {
  if (!tasks || !book) return labelled;
  const passages = labelled.map(({ passage }) => passage);
  return labelled.map(({ passage, scores }) => {
    const codeHash = () => hashOfCode(file.text, passages, passage);
    return { passage, ...viewOfTeam({ book, passage, scores, tasks, codeHash }) };
  });
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
