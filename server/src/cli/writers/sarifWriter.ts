// SARIF 2.1.0 for code scanning services. Results are held back to the end, because they stand inside one object.
// Format: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html

import type { Finding } from '../../engine/engine.ts';
import { findingCodes } from '../../engine/engine.ts';
import type { ReportedFinding } from '../scan/fileReport.ts';
import type { ScanWriter } from './scanWriter.ts';

/** Services refuse larger files; the rest is counted in a notification. */
const largestResultCount = 5000;

export interface SarifOptions {
  readonly version: string;
  /** Base of help links; without one, rules carry their help as text only, for the format wants absolute links. */
  readonly homepage: string | undefined;
}

export function createSarifWriter(options: SarifOptions): ScanWriter {
  const results: object[] = [];
  let leftOutCount = 0;
  return {
    file(report) {
      for (const finding of report.passages.flatMap((passage) => passage.findings)) {
        if (results.length < largestResultCount) results.push(resultOf(report.file, finding));
        else leftOutCount++;
      }
      return '';
    },
    skipped: () => '',
    end: () => `${JSON.stringify(sarifLog(options, results, leftOutCount), null, 1)}\n`,
  };
}

function sarifLog(options: SarifOptions, results: readonly object[], leftOutCount: number): object {
  const notice = {
    level: 'warning',
    message: {
      text: `${leftOutCount} more findings were left out: a run holds at most ${largestResultCount} results. Narrow the paths, use a baseline, or --format jsonl.`,
    },
  };
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Marginalia',
            version: options.version,
            rules: findingCodes.map((code) => ruleOf(code, options)),
          },
        },
        columnKind: 'utf16CodeUnits',
        results,
        invocations: [
          {
            executionSuccessful: true,
            ...(leftOutCount > 0 ? { toolExecutionNotifications: [notice] } : {}),
          },
        ],
      },
    ],
  };
}

const descriptions: Readonly<Record<Finding['code'], { readonly short: string; readonly full: string }>> = {
  debt: {
    short: 'A comment admits technical debt',
    full: 'The comment says that the work around it is unfinished, wrong or provisional. Finish it, or note where the work is tracked.',
  },
  'commented-out-code': {
    short: 'Code was switched off by a comment',
    full: 'The comment holds code instead of an explanation. Delete it: version control keeps it.',
  },
  'deprecated-without-alternative': {
    short: 'A deprecation names no alternative',
    full: 'Readers learn that something is deprecated, but not what to use instead. Name the replacement.',
  },
};

function ruleOf(code: Finding['code'], { homepage }: SarifOptions): object {
  const { short, full } = descriptions[code];
  const page = `docs/FINDINGS.md#${code}`;
  return {
    id: code,
    name: code.replace(/(?:^|-)(\w)/g, (_, first: string) => first.toUpperCase()),
    shortDescription: { text: `${short}.` },
    fullDescription: { text: full },
    help: { text: `${full} See ${page}.`, markdown: `${full} See [${code}](${page}).` },
    ...(homepage ? { helpUri: new URL(page, homepage.endsWith('/') ? homepage : `${homepage}/`).href } : {}),
  };
}

/** Names that Windows allows may hold half a character, for which an address has no form. */
function toUri(file: string): string {
  return file
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
}

const sarifLevels: Readonly<Record<Finding['level'], string>> = {
  error: 'error',
  warning: 'warning',
  information: 'note',
  hint: 'note',
};

function resultOf(file: string, finding: ReportedFinding): object {
  const { line, column, endLine, endColumn } = finding;
  return {
    ruleId: finding.code,
    ruleIndex: findingCodes.indexOf(finding.code),
    level: sarifLevels[finding.level],
    message: { text: finding.message },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: toUri(file) },
          region: { startLine: line, startColumn: column, endLine, endColumn },
        },
      },
    ],
    partialFingerprints: { 'marginaliaContent/v1': finding.fingerprint },
    rank: Math.round(finding.score * 1000) / 10,
    properties: { label: finding.label, score: finding.score },
  };
}
