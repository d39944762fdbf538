// `scan [PATH…]`: reads files and folders, labels every passage, reports findings in the wanted format.

import path from 'node:path';
import {
  defaultFindingRules,
  type Engine,
  type FindingCode,
  type FindingLevel,
  type ModelInfo,
} from '../../engine/engine.ts';
import type { LabelBook } from '../../engine/labelling/labelBook.ts';
import { createColors } from '../colors.ts';
import { type Command, modelFlags } from '../command.ts';
import type { ParsedCommandLine } from '../commandLine.ts';
import { findingLevels, isAtLeast } from '../findingLevels.ts';
import { depthOption, withEngine } from '../openEngine.ts';
import type { ChangedLines, CliPorts } from '../ports.ts';
import { createProgress } from '../progress.ts';
import { type Baseline, createBaselineRecorder, readBaseline } from '../scan/baseline.ts';
import { createFileReport, type FileReport } from '../scan/fileReport.ts';
import { scanFiles } from '../scan/scanFiles.ts';
import { createSummaryCounter } from '../scan/summary.ts';
import { UsageError } from '../usageError.ts';
import { createJsonlWriter } from '../writers/jsonlWriter.ts';
import { createMarkdownWriter } from '../writers/markdownWriter.ts';
import { createSarifWriter } from '../writers/sarifWriter.ts';
import { type ScanFormat, type ScanWriter, scanFormats } from '../writers/scanWriter.ts';
import { createTextWriter } from '../writers/textWriter.ts';

export const scanCommand: Command = {
  name: 'scan',
  usage: 'scan [PATH…]',
  summary: 'Label every comment and documentation paragraph of files and folders and report findings',
  details: [
    'Without PATH the working folder is read. A .marginaliaignore file has the syntax of .gitignore.',
  ],
  flags: [
    { name: 'format', value: 'FORMAT', help: `${scanFormats.join(', ')}; default: text` },
    { name: 'baseline', value: 'FILE', help: 'leave out findings that this file holds' },
    { name: 'write-baseline', value: 'FILE', help: 'write all findings to this file, for --baseline' },
    { name: 'changed-since', value: 'REF', help: 'only passages on lines changed since this git revision' },
    {
      name: 'fail-on',
      value: 'LEVEL',
      help: `exit with 1 on findings of ${findingLevels.join(', ')} or above`,
    },
    {
      name: 'no-labels',
      value: undefined,
      help: "the model's own opinion: leave the team's labels in .marginalia/labels.jsonl out",
    },
    {
      name: 'no-model',
      value: undefined,
      help: 'extract passages only: no labels, no findings, no model needed',
    },
    ...modelFlags,
  ],
  async run(line, ports) {
    const request = await readRequest(line, ports);
    if (line.isSet('no-model')) return await scan(request, undefined, ports);
    return await withEngine(line, ports, (engine) => scan(request, engine, ports));
  },
};

interface ScanRequest {
  readonly roots: readonly string[];
  readonly format: ScanFormat;
  readonly failOn: FindingLevel | undefined;
  readonly baseline: Baseline | undefined;
  readonly writeBaseline: string | undefined;
  /** The team's labels, by root. */
  readonly books: ReadonlyMap<string, LabelBook>;
  /** Absent: everything counts as changed. */
  readonly changed: ReadonlyMap<string, ChangedLines> | undefined;
  readonly depth: ReturnType<typeof depthOption>;
}

async function readRequest(line: ParsedCommandLine, ports: CliPorts): Promise<ScanRequest> {
  const format = line.oneOf('format', scanFormats) ?? 'text';
  const failOn = line.oneOf('fail-on', findingLevels);
  const writeBaseline = line.text('write-baseline');
  if (line.isSet('no-model') && (failOn || writeBaseline || line.text('baseline') || format === 'sarif')) {
    throw new UsageError('--no-model makes no findings, so it cannot serve --fail-on, baselines or SARIF.');
  }
  if (writeBaseline !== undefined && (line.text('baseline') || line.text('changed-since'))) {
    throw new UsageError(
      '--write-baseline writes all findings, so it goes without --baseline and --changed-since.',
    );
  }
  const roots = (line.positionals.length > 0 ? line.positionals : ['.']).map((root) =>
    path.resolve(ports.workingFolder, root),
  );
  for (const [index, root] of roots.entries()) {
    if (!(await ports.pathExists(root)))
      throw new UsageError(`There is no file or folder ${line.positionals[index]}.`);
  }
  const baselineFile = line.text('baseline');
  const reference = line.text('changed-since');
  return {
    roots,
    format,
    failOn,
    writeBaseline,
    baseline: baselineFile === undefined ? undefined : await readBaseline(baselineFile, ports),
    changed: reference === undefined ? undefined : await readChanges(roots, reference, ports),
    depth: depthOption(line),
    books: line.isSet('no-labels') ? new Map() : await readBooks(roots, ports),
  };
}

/** Each PATH may lie in a folder with labels of its own. */
async function readBooks(roots: readonly string[], ports: CliPorts): Promise<ReadonlyMap<string, LabelBook>> {
  const books = new Map<string, LabelBook>();
  for (const root of roots) {
    const store = await ports.findLabels(root);
    if (store) books.set(root, await store.read());
  }
  return books;
}

/** The labels of the innermost root that a file lies below. */
function bookOf(file: string, books: ReadonlyMap<string, LabelBook>): LabelBook | undefined {
  const [nearest] = [...books]
    .filter(([root]) => file === root || file.startsWith(root.endsWith(path.sep) ? root : root + path.sep))
    .sort(([left], [right]) => right.length - left.length);
  return nearest?.[1];
}

/** Each PATH may lie in a repository of its own. */
async function readChanges(
  roots: readonly string[],
  reference: string,
  ports: CliPorts,
): Promise<ReadonlyMap<string, ChangedLines>> {
  const merged = new Map<string, ChangedLines>();
  for (const root of roots) {
    const changes = await ports.gitChanges(root, reference);
    if ('problem' in changes) throw new UsageError(changes.problem);
    for (const [file, lines] of changes.files) merged.set(file, lines);
  }
  return merged;
}

async function scan(request: ScanRequest, engine: Engine | undefined, ports: CliPorts): Promise<number> {
  const startedMs = ports.now();
  const model = await engine?.modelInfo();
  const writer = createWriter(request.format, ports);
  const summary = createSummaryCounter();
  const recorder =
    request.writeBaseline === undefined ? undefined : createBaselineRecorder(request.writeBaseline, ports);
  const progress = createProgress(ports);
  const work = { priority: 'background' as const, ...request.depth };
  const isWanted = (file: string) => request.changed === undefined || request.changed.has(file);
  const silencedIn = createSilencedCodes(ports);
  let hasFailed = false;
  try {
    for await (const result of scanFiles({ roots: request.roots, engine, work, isWanted }, ports)) {
      const name = displayName(result.path, ports);
      let text: string;
      if (result.kind === 'skipped') {
        summary.addSkipped(result);
        text = writer.skipped({ file: name, reason: result.reason, detail: result.detail });
      } else {
        const report = createFileReport(
          name,
          result,
          reportOptions(request, { file: result.path, model, silenced: await silencedIn(result.path) }),
        );
        summary.addFile(report);
        for (const finding of findingsOf(report)) {
          recorder?.add(result.path, finding.fingerprint);
          if (request.failOn && isAtLeast(finding.level, request.failOn)) hasFailed = true;
        }
        text = writer.file(report);
      }
      if (text !== '') {
        // A progress line on the same terminal must not mix with the results.
        if (ports.stdout.isTerminal) progress.clear();
        await ports.stdout.write(text);
      }
      progress.update(() =>
        progressText(summary.fileCount, summary.passageCount, name, ports.now() - startedMs),
      );
    }
  } finally {
    progress.clear();
  }
  await ports.stdout.write(writer.end(summary.finish((ports.now() - startedMs) / 1000, model)));
  await recorder?.write();
  return hasFailed ? 1 : 0;
}

function reportOptions(
  request: ScanRequest,
  about: {
    readonly file: string;
    readonly model: ModelInfo | undefined;
    readonly silenced: readonly FindingCode[];
  },
) {
  const { file, model, silenced } = about;
  return {
    tasks: model?.tasks,
    silenced,
    rules: defaultFindingRules,
    book: bookOf(file, request.books),
    changed: request.changed?.get(file) ?? ('all' as const),
    isKnown: (_name: string, fingerprint: string) => request.baseline?.has(file, fingerprint) ?? false,
  };
}

/** What a folder's ignore files say is read once for all of its files. */
function createSilencedCodes(ports: CliPorts): (file: string) => Promise<readonly FindingCode[]> {
  const known = new Map<string, Promise<readonly FindingCode[]>>();
  return (file) => {
    const folder = path.dirname(file);
    const codes = known.get(folder) ?? ports.silencedCodes(file);
    known.set(folder, codes);
    return codes;
  };
}

function findingsOf(report: FileReport) {
  return report.passages.flatMap((passage) => passage.findings);
}

function createWriter(format: ScanFormat, ports: CliPorts): ScanWriter {
  switch (format) {
    case 'text':
      return createTextWriter(createColors(ports), ports.stdout.columns);
    case 'jsonl':
      return createJsonlWriter();
    case 'sarif':
      return createSarifWriter({ version: ports.version, homepage: ports.homepage });
    case 'markdown':
      return createMarkdownWriter();
  }
}

/** Relative below the working folder, absolute elsewhere; forward slashes everywhere. */
function displayName(file: string, ports: CliPorts): string {
  const relative = path.relative(ports.workingFolder, file);
  const isInside = relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative);
  return (isInside ? relative : file).split(path.sep).join('/');
}

function progressText(files: number, passages: number, name: string, elapsedMs: number): string {
  const rate = Math.round((1000 * passages) / elapsedMs);
  return `${files} files, ${passages} passages, ${rate}/s  ${name}`;
}
