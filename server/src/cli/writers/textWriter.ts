// A scan for a person at a terminal: each passage on one line with its labels, its findings below it, totals last.

import type { Colors } from '../colors.ts';
import type { FileReport, ReportedFinding, ReportedPassage } from '../scan/fileReport.ts';
import type { ScanSummary } from '../scan/summary.ts';
import type { ScanWriter } from './scanWriter.ts';

export function createTextWriter(colors: Colors, columns: number): ScanWriter {
  const excerptLength = Math.max(40, Math.min(columns, 160) - 10);
  return {
    file(report) {
      if (report.passages.length === 0) return '';
      const lines = report.passages.flatMap((passage) =>
        passageLines(report, passage, colors, excerptLength),
      );
      return `${colors.bold(report.file)}\n${lines.join('\n')}\n\n`;
    },
    // Reasons are counted at the end; the machine formats name each file.
    skipped: () => '',
    end: (summary) => summaryText(summary, colors),
  };
}

function passageLines(
  report: FileReport,
  passage: ReportedPassage,
  colors: Colors,
  excerptLength: number,
): readonly string[] {
  const place = String(passage.line).padStart(6);
  const labels = labelText(passage);
  return [
    `${colors.dim(place)}  ${printable(passage.text, excerptLength)}`,
    ...(labels === '' ? [] : [`        ${colors.cyan(labels)}`]),
    ...passage.findings.map((finding) => findingLine(report, finding, colors)),
  ];
}

/** Predicted labels with their probability, task by task: `summary 91 % · design 76 %`. */
function labelText(passage: ReportedPassage): string {
  return Object.entries(passage.predicted)
    .flatMap(([task, labels]) =>
      labels.map((label) => `${task} ${label} ${Math.round((passage.labels[task]?.[label] ?? 0) * 100)} %`),
    )
    .join(' · ');
}

function findingLine(report: FileReport, finding: ReportedFinding, colors: Colors): string {
  const paint = { error: colors.red, warning: colors.yellow, information: colors.blue, hint: colors.dim }[
    finding.level
  ];
  const place = colors.dim(`${report.file}:${finding.line}:${finding.column}`);
  return `        ${paint(finding.level)} ${finding.message} ${colors.dim(finding.code)} ${place}`;
}

function summaryText(summary: ScanSummary, colors: Colors): string {
  const lines = [
    `${plural(summary.passages, 'passage')} in ${plural(summary.files, 'file')}, ${summary.seconds.toFixed(1)} s`,
    ...Object.entries(summary.labels).map(([task, counts]) => `${task}: ${countText(counts)}`),
    `findings: ${countText(summary.findings) || 'none'}`,
    ...(Object.keys(summary.skipped).length > 0 ? [`skipped: ${countText(summary.skipped)}`] : []),
  ];
  return lines
    .map((line, index) => (index === 0 ? colors.bold(line) : line))
    .join('\n')
    .concat('\n');
}

export function countText(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .sort(([, left], [, right]) => right - left)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** One line without control characters: a comment must not steer the terminal. */
export function printable(text: string, length: number): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the purpose.
  const line = text.replace(/\s+/g, ' ').replace(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd');
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}
