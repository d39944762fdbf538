// Totals of a scan, counted as results pass by.

import type { ModelInfo } from '../../engine/engine.ts';
import type { FileReport } from './fileReport.ts';
import type { SkippedFile } from './scanFiles.ts';

export interface ScanSummary {
  readonly files: number;
  readonly passages: number;
  /** Findings by code. */
  readonly findings: Readonly<Record<string, number>>;
  /** Predictions by task, then by label. */
  readonly labels: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Skipped files and folders by reason. */
  readonly skipped: Readonly<Record<string, number>>;
  /** Comments or strings that never end, and the like. */
  readonly problems: number;
  readonly seconds: number;
  readonly model:
    | { readonly name: string; readonly version: string; readonly fingerprint: string }
    | undefined;
}

export interface SummaryCounter {
  addFile(report: FileReport): void;
  addSkipped(skipped: SkippedFile): void;
  readonly fileCount: number;
  readonly passageCount: number;
  finish(seconds: number, model: ModelInfo | undefined): ScanSummary;
}

export function createSummaryCounter(): SummaryCounter {
  let files = 0;
  let passages = 0;
  let problems = 0;
  const findings: Record<string, number> = {};
  const labels: Record<string, Record<string, number>> = {};
  const skipped: Record<string, number> = {};
  return {
    addFile(report) {
      files++;
      passages += report.passages.length;
      problems += report.problemCount;
      for (const passage of report.passages) {
        for (const finding of passage.findings) increment(findings, finding.code);
        for (const [task, predicted] of Object.entries(passage.predicted)) {
          labels[task] ??= {};
          for (const label of predicted) increment(labels[task], label);
        }
      }
    },
    addSkipped: (one) => increment(skipped, one.reason),
    get fileCount() {
      return files;
    },
    get passageCount() {
      return passages;
    },
    finish: (seconds, model) => ({
      files,
      passages,
      findings,
      labels,
      skipped,
      problems,
      seconds: Math.round(seconds * 1000) / 1000,
      model: model && { name: model.name, version: model.version, fingerprint: model.fingerprint },
    }),
  };
}

function increment(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}
