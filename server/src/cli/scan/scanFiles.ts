// The path of a tree through the command line: files are read ahead, extracted, labelled in groups, handed on in order.
// In: paths. Out: one result per file, read or skipped, as soon as it is known.

import { type Cancellation, throwIfCancelled } from '../../engine/cancellation.ts';
import {
  type Engine,
  extractPassages,
  type LabelledPassage,
  languageOfPath,
  type WorkOptions,
} from '../../engine/engine.ts';
import type { Extraction } from '../../engine/passages/passage.ts';
import { createLineIndex, type LineIndex } from '../../engine/text/lineIndex.ts';
import { createSourceFile, type SourceFile } from '../../engine/text/sourceFile.ts';
import type { CliPorts, SourceContent, WalkedEntry } from '../ports.ts';

export interface SkippedFile {
  readonly kind: 'skipped';
  readonly path: string;
  readonly reason: string;
  readonly detail: string;
}

export interface ScannedFile {
  readonly kind: 'scanned';
  readonly path: string;
  readonly file: SourceFile;
  readonly encoding: string;
  readonly lines: LineIndex;
  readonly problems: Extraction['problems'];
  /** Without a model, `scores` is empty. */
  readonly labelled: readonly LabelledPassage[];
}

export type ScanResult = SkippedFile | ScannedFile;

export interface ScanOptions {
  readonly roots: readonly string[];
  /** Absent: extraction only. */
  readonly engine: Engine | undefined;
  readonly work: WorkOptions;
  /** Files outside of it are left alone, neither read nor reported. */
  readonly isWanted: (path: string) => boolean;
}

export async function* scanFiles(
  options: ScanOptions,
  ports: CliPorts,
): AsyncGenerator<ScanResult, void, undefined> {
  const extracted = extractFiles(options, ports);
  if (options.engine) yield* labelInGroups(extracted, options.engine, options.work, ports.cancellation);
  else yield* extracted;
}

/** Files being read while another one is extracted; enough to hide the latency of a disk. */
const readAheadCount = 16;

async function* extractFiles(
  options: ScanOptions,
  ports: CliPorts,
): AsyncGenerator<ScanResult, void, undefined> {
  const ahead: Promise<ScanResult>[] = [];
  for await (const entry of ports.walk(options.roots, ports.cancellation)) {
    if (!options.isWanted(entry.path)) continue;
    const next = openEntry(entry, ports);
    // Nobody awaits it yet; a failure is met when its turn comes.
    next.catch(() => {});
    ahead.push(next);
    if (ahead.length >= readAheadCount) yield await ahead.shift()!;
  }
  for (const rest of ahead) yield await rest;
}

async function openEntry(entry: WalkedEntry, ports: CliPorts): Promise<ScanResult> {
  if (entry.kind === 'skipped') return entry;
  const language = languageOfPath(entry.path);
  if (language === undefined) {
    return {
      kind: 'skipped',
      path: entry.path,
      reason: 'unknownLanguage',
      detail: 'no language has this file name',
    };
  }
  const content = await ports.readSource(entry.path);
  throwIfCancelled(ports.cancellation);
  return extractContent(entry.path, language, content);
}

function extractContent(path: string, language: string, content: SourceContent): ScanResult {
  if ('skipped' in content) return { kind: 'skipped', path, reason: content.skipped, detail: content.detail };
  const file = createSourceFile({ id: path, language, version: 0, text: content.text });
  const { passages, problems } = extractPassages(file);
  const labelled = passages.map((passage) => ({ passage, scores: [] }));
  const lines = createLineIndex(file.text);
  return { kind: 'scanned', path, file, encoding: content.encoding, lines, problems, labelled };
}

/** The first group is small so that something appears soon; larger ones make better batches. */
const firstGroupSize = 32;
const largestGroupSize = 512;

/** While the model works on one group, the next is read and extracted. */
async function* labelInGroups(
  results: AsyncIterable<ScanResult>,
  engine: Engine,
  work: WorkOptions,
  cancellation: Cancellation,
): AsyncGenerator<ScanResult, void, undefined> {
  let groupSize = firstGroupSize;
  let inWork: Promise<readonly ScanResult[]> | undefined;
  for await (const group of groupByPassages(results, () => groupSize)) {
    groupSize = Math.min(groupSize * 2, largestGroupSize);
    const started = labelGroup(group, engine, work, cancellation);
    started.catch(() => {});
    if (inWork) yield* await inWork;
    inWork = started;
  }
  if (inWork) yield* await inWork;
}

async function* groupByPassages(
  results: AsyncIterable<ScanResult>,
  groupSize: () => number,
): AsyncGenerator<readonly ScanResult[], void, undefined> {
  let group: ScanResult[] = [];
  let passageCount = 0;
  for await (const result of results) {
    group.push(result);
    if (result.kind === 'scanned') passageCount += result.labelled.length;
    // Also bounded in files: thousands of skipped ones should not wait for a passage to come.
    if (passageCount < groupSize() && group.length < 4 * groupSize()) continue;
    yield group;
    group = [];
    passageCount = 0;
  }
  if (group.length > 0) yield group;
}

async function labelGroup(
  group: readonly ScanResult[],
  engine: Engine,
  work: WorkOptions,
  cancellation: Cancellation,
): Promise<readonly ScanResult[]> {
  const passages = group.flatMap((one) =>
    one.kind === 'scanned' ? one.labelled.map(({ passage }) => passage) : [],
  );
  const labelled = await engine.labelPassages(passages, work, cancellation);
  let next = 0;
  return group.map((one) => {
    if (one.kind === 'skipped') return one;
    const start = next;
    next += one.labelled.length;
    return { ...one, labelled: labelled.slice(start, next) };
  });
}
