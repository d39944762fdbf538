// Brings the stored passages in line with the folder: reads what changed since last time, what was changed last first,
// and forgets what is gone.
// In: the folder, the storage, a reading of files. Out: everything written, in batches that are each there as a whole.
// Invariant: a file whose content is the same costs one look at its stamp, or one read, and no new text.

import { type Cancellation, throwIfCancelled } from '../cancellation.ts';
import { EngineError } from '../errors.ts';
import type {
  FileChange,
  FolderEntry,
  FoundFile,
  IndexedFile,
  IndexStorage,
  LeftOutFile,
  WorkspaceFolder,
} from '../storage.ts';
import {
  type FileReading,
  type ReadOutcome,
  readingsAtOnce,
  toFileChange,
  type WantedFile,
} from './fileReading.ts';
import type { UnwrittenTexts } from './unwrittenTexts.ts';
import { createLateWriting, createWriting, type Writing } from './writeFiles.ts';

export interface FolderReader {
  readonly folder: WorkspaceFolder;
  readonly storage: IndexStorage;
  readonly reading: FileReading;
  languageOf(file: string): string | undefined;
  /** Files that somebody looks at: they can be searched before the rest is read. */
  preferred(): readonly string[];
  /** After each batch: files looked at so far. */
  onProgress(files: number): void;
  /** For the first time, or anew: until `hideUnwritten`, searches are answered from what is added to it. */
  showUnwritten(): UnwrittenTexts;
  /** Everything that was added to it is written. */
  hideUnwritten(): void;
  /** Everything is read and can be searched; some of it has to be written yet. */
  onAllRead(): void;
  /** Lets others, who want to search, have the thread. */
  giveWay(): Promise<void>;
}

/** Files that are asked for together; enough to hide the latency of a disk. */
const readAheadCount = 16;
/** So many entries of the walk are put in order of time before their files are read. */
const sortedTogether = 20_000;
/** With so many files to read, threads that have to start first may start. */
const worthPreparing = 500;

export async function refreshFolder(reader: FolderReader, cancellation: Cancellation): Promise<void> {
  const { folder, storage } = reader;
  const known = new Map((await storage.files()).map((file) => [file.file, file]));
  const writing = known.size === 0 ? createLateWriting(reader, cancellation) : createWriting(storage);
  try {
    await readPreferred(reader, known, writing, cancellation);
    const seen = new Set<string>();
    const skipped: LeftOutFile[] = [];
    const groups: Promise<readonly ReadOutcome[]>[] = [];
    let wantedFiles: FoundFile[] = [];
    let fileCount = 0;

    const takeOldest = async () => {
      for (const outcome of (await groups.shift()) ?? []) {
        if (outcome.kind === 'skipped') skipped.push(outcome);
        else {
          seen.add(outcome.file.file);
          await writing.add(outcome.file);
        }
        throwIfCancelled(cancellation);
      }
      reader.onProgress(fileCount);
    };
    const readWanted = async () => {
      const latestFirst = wantedFiles.sort((left, right) => right.modifiedMs - left.modifiedMs);
      wantedFiles = [];
      for (let start = 0; start < latestFirst.length; start += readAheadCount) {
        const files = latestFirst.slice(start, start + readAheadCount);
        const group = reader.reading.read(
          files.map((file): WantedFile => ({ ...file, knownHash: known.get(file.file)?.hash })),
        );
        // Looked at when its turn comes; a failure until then is no unhandled one.
        group.catch(() => {});
        groups.push(group);
        if (groups.length >= readingsAtOnce) await takeOldest();
      }
    };
    for await (const entry of folder.walk(cancellation)) {
      fileCount++;
      if (isRootMissing(entry)) {
        throw new EngineError(
          'storageUnavailable',
          `The folder that is searched cannot be read (${entry.detail}). Check that it is mounted and that you may open it; what is known of it is kept.`,
        );
      }
      const wanted = sortEntry(reader, entry, known.get(entry.file));
      if (wanted === 'unchanged') seen.add(entry.file);
      else if (wanted.kind === 'skipped') skipped.push(wanted);
      else if (wantedFiles.push(wanted) === worthPreparing) reader.reading.prepare();
      if (fileCount % sortedTogether === 0) await readWanted();
    }
    await readWanted();
    while (groups.length > 0) await takeOldest();
    for (const file of known.keys()) if (!seen.has(file)) await writing.remove(file);
    await writing.finish();
    await storage.writeSkipped(skipped);
  } finally {
    writing.dispose();
  }
}

/** What was read is known, so that the walk finds it unchanged. */
async function readPreferred(
  reader: FolderReader,
  known: Map<string, IndexedFile>,
  writing: Writing,
  cancellation: Cancellation,
): Promise<void> {
  for (const file of reader.preferred()) {
    const entry = await reader.folder.inspect(file);
    throwIfCancelled(cancellation);
    if (entry?.kind !== 'file') continue;
    const wanted = sortEntry(reader, entry, known.get(file));
    if (wanted === 'unchanged' || wanted.kind === 'skipped') continue;
    const [outcome] = await reader.reading.read([{ ...wanted, knownHash: known.get(file)?.hash }]);
    if (outcome?.kind !== 'read') continue;
    await writing.add(outcome.file);
    await writing.writeNow();
    known.set(file, outcome.file);
  }
}

/** One file that was saved, made, renamed or deleted. False: it is a folder, and the walk has to look into it. */
export async function refreshFile(reader: FolderReader, file: string): Promise<boolean> {
  const entry = await reader.folder.inspect(file);
  if (entry?.kind === 'folder') return false;
  const wanted = entry && sortEntry(reader, entry, undefined);
  const isFile = wanted !== undefined && wanted !== 'unchanged' && wanted.kind === 'file';
  const [outcome] = isFile ? await reader.reading.read([{ ...wanted, knownHash: undefined }]) : [];
  const change: FileChange = outcome?.kind === 'read' ? toFileChange(outcome.file) : { file, removed: true };
  await reader.storage.writeFiles([change]);
  return true;
}

function sortEntry(
  reader: FolderReader,
  entry: FolderEntry,
  known: IndexedFile | undefined,
): LeftOutFile | FoundFile | 'unchanged' {
  if (entry.kind === 'skipped') return entry;
  if (reader.languageOf(entry.file) === undefined) {
    return {
      kind: 'skipped',
      file: entry.file,
      reason: 'unknownLanguage',
      detail: 'no language has this file name',
    };
  }
  return known?.stamp === entry.stamp ? 'unchanged' : entry;
}

/** A disk that is not mounted today is no reason to forget what was on it. */
function isRootMissing(entry: FolderEntry): entry is LeftOutFile {
  return entry.kind === 'skipped' && entry.file === '' && entry.reason !== 'ignored';
}
