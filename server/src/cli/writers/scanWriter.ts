// What a format has to say about a scan. A writer only makes text; the command sends it out.

import type { FileReport } from '../scan/fileReport.ts';
import type { ScanSummary } from '../scan/summary.ts';

export interface ReportedSkip {
  readonly file: string;
  readonly reason: string;
  readonly detail: string;
}

export interface ScanWriter {
  file(report: FileReport): string;
  skipped(skip: ReportedSkip): string;
  end(summary: ScanSummary): string;
}

export const scanFormats = ['text', 'jsonl', 'sarif', 'markdown'] as const;

export type ScanFormat = (typeof scanFormats)[number];
