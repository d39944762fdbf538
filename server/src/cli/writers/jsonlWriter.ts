// One JSON object per line: `passage` for each passage, `skipped` for each skipped file or folder, `summary` at the end.

import type { FileReport, ReportedPassage } from '../scan/fileReport.ts';
import type { ScanWriter } from './scanWriter.ts';

export function createJsonlWriter(): ScanWriter {
  return {
    file: (report) => report.passages.map((passage) => passageLine(report, passage)).join(''),
    skipped: (skip) => `${JSON.stringify({ type: 'skipped', ...skip })}\n`,
    end: (summary) => `${JSON.stringify({ type: 'summary', ...summary })}\n`,
  };
}

/** Without a model there are no labels, and an extracted corpus should not carry empty ones. */
function passageLine(report: FileReport, passage: ReportedPassage): string {
  const { line, column, endLine, endColumn, kind, language, text, symbol, section, tags } = passage;
  const isLabelled = Object.keys(passage.predicted).length > 0;
  const record = {
    type: 'passage',
    file: report.file,
    line,
    column,
    endLine,
    endColumn,
    kind,
    language,
    text,
    symbol,
    section: section.length > 0 ? section : undefined,
    tags: tags.length > 0 ? tags : undefined,
    ...(isLabelled
      ? {
          labels: passage.labels,
          predicted: passage.predicted,
          labelledBy: passage.labelledBy,
          findings: passage.findings,
        }
      : {}),
  };
  return `${JSON.stringify(record)}\n`;
}
