// A report to paste into a pull request or a wiki: totals, labels, findings with links, skipped files by reason.
// Totals stand first, so everything is held back to the end; only findings and skipped names are kept.

import type { FileReport, ReportedFinding } from '../scan/fileReport.ts';
import type { ScanSummary } from '../scan/summary.ts';
import type { ReportedSkip, ScanWriter } from './scanWriter.ts';
import { plural } from './textWriter.ts';

/** Readers and services give up on longer tables. */
const largestRowCount = 1000;
const namesPerReason = 20;

export function createMarkdownWriter(): ScanWriter {
  const findings: { readonly file: string; readonly finding: ReportedFinding }[] = [];
  const skipped = new Map<string, ReportedSkip[]>();
  return {
    file(report: FileReport) {
      for (const passage of report.passages) {
        for (const finding of passage.findings) findings.push({ file: report.file, finding });
      }
      return '';
    },
    skipped(skip) {
      const group = skipped.get(skip.reason) ?? [];
      // More names than are printed would only fill memory.
      if (group.length < namesPerReason) group.push(skip);
      skipped.set(skip.reason, group);
      return '';
    },
    end: (summary) =>
      [
        '# Comments of this workspace',
        `${plural(summary.passages, 'passage')} in ${plural(summary.files, 'file')}${modelText(summary)}.`,
        ...labelTables(summary),
        '## Findings',
        findingTable(findings),
        '## Skipped files',
        skippedList(summary, skipped),
      ]
        .join('\n\n')
        .concat('\n'),
  };
}

function modelText({ model }: ScanSummary): string {
  return model ? `, labelled by ${escapeCell(model.name)} ${escapeCell(model.version)}` : ', not labelled';
}

function labelTables(summary: ScanSummary): string[] {
  return Object.entries(summary.labels).map(([task, counts]) => {
    const rows = Object.entries(counts).sort(([, left], [, right]) => right - left);
    const table = rows.map(
      ([label, count]) => `| ${escapeCell(label)} | ${count} | ${percent(count, summary.passages)} |`,
    );
    return [
      `## Labels: ${escapeCell(task)}`,
      '',
      '| label | passages | share |',
      '| --- | ---: | ---: |',
      ...table,
    ].join('\n');
  });
}

function findingTable(
  findings: readonly { readonly file: string; readonly finding: ReportedFinding }[],
): string {
  if (findings.length === 0) return 'None.';
  const rows = findings.slice(0, largestRowCount).map(({ file, finding }) => {
    const link = `[${escapeCell(file)}:${finding.line}](<${file.replace(/[<>|]/g, encodeURIComponent)}#L${finding.line}>)`;
    return `| ${link} | ${finding.code} | ${finding.level} | ${escapeCell(finding.message)} |`;
  });
  const rest = findings.length - rows.length;
  return [
    '| place | code | level | message |',
    '| --- | --- | --- | --- |',
    ...rows,
    ...(rest > 0 ? ['', `${rest} more are left out of this table.`] : []),
  ].join('\n');
}

function skippedList(summary: ScanSummary, skipped: ReadonlyMap<string, readonly ReportedSkip[]>): string {
  if (skipped.size === 0) return 'None.';
  return [...skipped]
    .map(([reason, group]) => {
      const count = summary.skipped[reason] ?? group.length;
      const rest = count - group.length;
      const names = group.map((skip) => `  - ${codeSpan(skip.file)}: ${escapeCell(skip.detail)}`);
      return [`- ${reason}: ${count}`, ...names, ...(rest > 0 ? [`  - and ${rest} more`] : [])].join('\n');
    })
    .join('\n');
}

function percent(count: number, total: number): string {
  return total === 0 ? '–' : `${((100 * count) / total).toFixed(1)} %`;
}

function escapeCell(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\|[\]<>`*_]/g, '\\$&');
}

function codeSpan(text: string): string {
  return text.includes('`') ? escapeCell(text) : `\`${text}\``;
}
