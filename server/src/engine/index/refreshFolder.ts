// Brings the stored passages in line with the folder: reads what changed since last time, forgets what is gone.
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
import type { FileReading, ReadOutcome, WantedFile } from './fileReading.ts';

export interface FolderReader {
  readonly folder: WorkspaceFolder;
  readonly storage: IndexStorage;
  readonly reading: FileReading;
  languageOf(file: string): string | undefined;
  /** Files that somebody looks at: they can be searched before the rest is read. */
  preferred(): readonly string[];
  /** After each batch: files looked at so far. */
  onProgress(files: number): void;
}

/** Files that are asked for together; enough to hide the latency of a disk. */
const readAheadCount = 16;
/** Such groups under way at once, so that several threads always have some. */
const groupsAtOnce = 8;
const batchFiles = 256;
/** Written in about 50 ms, during which nobody can search. */
const batchPassages = 1600;

export async function refreshFolder(reader: FolderReader, cancellation: Cancellation): Promise<void> {
  const { folder, storage } = reader;
  const known = new Map((await storage.files()).map((file) => [file.file, file]));
  await readPreferred(reader, known, cancellation);
  const seen = new Set<string>();
  const skipped: LeftOutFile[] = [];
  const batch = createBatch(storage);
  const groups: Promise<readonly ReadOutcome[]>[] = [];
  let ahead: WantedFile[] = [];
  let fileCount = 0;

  const takeOldest = async () => {
    for (const outcome of (await groups.shift()) ?? []) {
      if (outcome.kind === 'skipped') skipped.push(outcome);
      else {
        seen.add(outcome.change.file);
        await batch.add(outcome.change);
      }
      throwIfCancelled(cancellation);
    }
    reader.onProgress(fileCount);
  };
  const readAhead = async () => {
    const group = reader.reading.read(ahead);
    // Looked at when its turn comes; a failure until then is no unhandled one.
    group.catch(() => {});
    groups.push(group);
    ahead = [];
    if (groups.length >= groupsAtOnce) await takeOldest();
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
    else ahead.push({ ...wanted, knownHash: known.get(wanted.file)?.hash });
    if (ahead.length >= readAheadCount) await readAhead();
  }
  await readAhead();
  while (groups.length > 0) await takeOldest();
  for (const file of known.keys()) if (!seen.has(file)) await batch.add({ file, removed: true });
  await batch.flush();
  await storage.writeSkipped(skipped);
}

/** What was written is known, so that the walk finds it unchanged. */
async function readPreferred(
  reader: FolderReader,
  known: Map<string, IndexedFile>,
  cancellation: Cancellation,
): Promise<void> {
  for (const file of reader.preferred()) {
    const entry = await reader.folder.inspect(file);
    throwIfCancelled(cancellation);
    if (entry?.kind !== 'file') continue;
    const wanted = sortEntry(reader, entry, known.get(file));
    if (wanted === 'unchanged' || wanted.kind === 'skipped') continue;
    const [outcome] = await reader.reading.read([{ ...wanted, knownHash: known.get(file)?.hash }]);
    if (outcome?.kind !== 'change' || 'removed' in outcome.change) continue;
    await reader.storage.writeFiles([outcome.change]);
    known.set(file, outcome.change);
  }
}

/** One file that was saved, made, renamed or deleted. False: it is a folder, and the walk has to look into it. */
export async function refreshFile(reader: FolderReader, file: string): Promise<boolean> {
  const entry = await reader.folder.inspect(file);
  if (entry?.kind === 'folder') return false;
  const wanted = entry && sortEntry(reader, entry, undefined);
  const isFile = wanted !== undefined && wanted !== 'unchanged' && wanted.kind === 'file';
  const [outcome] = isFile ? await reader.reading.read([{ ...wanted, knownHash: undefined }]) : [];
  const change: FileChange = outcome?.kind === 'change' ? outcome.change : { file, removed: true };
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

interface Batch {
  add(change: FileChange): Promise<void>;
  flush(): Promise<void>;
}

function createBatch(storage: IndexStorage): Batch {
  let changes: FileChange[] = [];
  let passageCount = 0;
  const flush = async () => {
    if (changes.length > 0) await storage.writeFiles(changes);
    changes = [];
    passageCount = 0;
  };
  return {
    async add(change) {
      changes.push(change);
      if ('passages' in change) passageCount += change.passages?.length ?? 0;
      if (changes.length >= batchFiles || passageCount >= batchPassages) await flush();
    },
    flush,
  };
}

/** A disk that is not mounted today is no reason to forget what was on it. */
function isRootMissing(entry: FolderEntry): entry is LeftOutFile {
  return entry.kind === 'skipped' && entry.file === '' && entry.reason !== 'ignored';
}
