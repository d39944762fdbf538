// Read files on their way into the store, in batches that are each there as a whole. In: read files. Out: everything
// stored, at once or, when a folder is read for the first time, behind: then words find everything while the store is
// still being filled, and nothing waits for it.

import { type Cancellation, throwIfCancelled } from '../cancellation.ts';
import type { FileChange, IndexStorage } from '../storage.ts';
import { type ReadFile, toFileChange } from './fileReading.ts';
import type { UnwrittenTexts } from './unwrittenTexts.ts';

export interface Writing {
  add(file: ReadFile): Promise<void>;
  remove(file: string): Promise<void>;
  /** What was added can be searched. */
  writeNow(): Promise<void>;
  /** Everything is stored. */
  finish(): Promise<void>;
  dispose(): void;
}

const batchFiles = 256;
/** Written in about 50 ms, during which nobody can search. */
const batchPassages = 1600;

/** Each batch is written as soon as it is full; `afterBatch` lets others have the thread. */
export function createWriting(
  storage: IndexStorage,
  afterBatch: () => Promise<void> = async () => {},
): Writing {
  let changes: FileChange[] = [];
  let passageCount = 0;
  const writeNow = async () => {
    if (changes.length === 0) return;
    await storage.writeFiles(changes);
    changes = [];
    passageCount = 0;
    await afterBatch();
  };
  return {
    async add(file) {
      changes.push(toFileChange(file));
      passageCount += file.passages?.count ?? 0;
      if (changes.length >= batchFiles || passageCount >= batchPassages) await writeNow();
    },
    async remove(file) {
      changes.push({ file, removed: true });
      if (changes.length >= batchFiles) await writeNow();
    },
    writeNow,
    finish: writeNow,
    dispose() {},
  };
}

export interface LateWritingOptions {
  readonly storage: IndexStorage;
  showUnwritten(): UnwrittenTexts;
  hideUnwritten(): void;
  onAllRead(): void;
  giveWay(): Promise<void>;
}

/** So many are held in memory, about 1 kB each; of a larger folder they are written before the rest is read. */
const mostUnwritten = 300_000;
/** Also of files, most of which may hold nothing. */
const mostUnwrittenFiles = 50_000;

/** Nothing is stored yet: files are kept, and searched, as they were read, and written when all are read. */
export function createLateWriting(options: LateWritingOptions, cancellation: Cancellation): Writing {
  const writing = createWriting(options.storage, options.giveWay);
  const unwritten = options.showUnwritten();
  let files: ReadFile[] = [];
  let isLate = true;

  async function writeAll(): Promise<void> {
    for (const file of files) {
      await writing.add(file);
      throwIfCancelled(cancellation);
    }
    await writing.finish();
    files = [];
    isLate = false;
    options.hideUnwritten();
  }

  return {
    async add(file) {
      if (!isLate) return await writing.add(file);
      unwritten.add(file);
      files.push(file);
      const isFull = unwritten.passageCount >= mostUnwritten || files.length >= mostUnwrittenFiles;
      if (isFull) await writeAll();
    },
    remove: writing.remove,
    async writeNow() {},
    async finish() {
      if (isLate) {
        options.onAllRead();
        await writeAll();
      } else await writing.finish();
    },
    dispose: options.hideUnwritten,
  };
}
