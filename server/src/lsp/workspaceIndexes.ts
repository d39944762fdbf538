// The indexes of a session: one for each workspace folder on disk. In: the client's folders, changed files, what
// the user looks at. Out: open indexes to ask, and how far each is. Opening, closing and failing of one folder
// leaves the others alone; whoever asks meanwhile is answered by those that are there.

import { URI } from 'vscode-uri';
import type {
  FolderIndexStatus,
  IndexStatusParams,
  NoIndexReason,
} from '../../../protocol/searchRequests.ts';
import type { IndexStatus, WorkspaceIndex } from '../engine/index/workspaceIndex.ts';
import type { Logger } from '../engine/log.ts';
import { describeError, messageOf } from './guard.ts';
import type { Clock, IndexRequest } from './services.ts';
import { isBelow, pathBelow } from './uriPaths.ts';

/** A folder as the client names it. */
export interface WorkspaceFolder {
  readonly uri: string;
  readonly name: string;
}

export interface OpenIndex {
  readonly folder: WorkspaceFolder;
  readonly index: WorkspaceIndex;
}

export interface ChangedFile {
  readonly uri: string;
  readonly isDeleted: boolean;
}

export interface WorkspaceIndexes {
  /** Opens what is new, closes what is gone; a folder that stays keeps its index. */
  setFolders(folders: readonly WorkspaceFolder[], reason: NoIndexReason | undefined): void;
  /** Those that can be asked now. */
  readonly open: readonly OpenIndex[];
  /** Why nothing can be asked, ready to be told apart by clients. */
  readonly status: IndexStatusParams;
  filesChanged(files: readonly ChangedFile[]): void;
  prefer(uris: readonly string[]): void;
  pause(): void;
  resume(): void;
  /** Throws every index away and reads its folder again. */
  rebuild(): Promise<void>;
  /** Closes and opens every index, because the model is another one. */
  reopen(): void;
  dispose(): Promise<void>;
}

export interface WorkspaceIndexesOptions {
  readonly openIndex: (request: Omit<IndexRequest, 'engine' | 'pauseOnBattery'>) => Promise<WorkspaceIndex>;
  /** Folder that the client gave for what we keep on disk. */
  readonly storageFolder: string | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onChange: () => void;
}

/** So many changes at once are a checkout or a build: walking the folder is cheaper than one file after another. */
export const manyChanges = 200;
export const refreshDelayMs = 500;

interface FolderEntry {
  readonly folder: WorkspaceFolder;
  index: WorkspaceIndex | undefined;
  failure: string | undefined;
  /** Set when the folder was closed or its index is being replaced: late answers are thrown away. */
  readonly cancellation: { isCancelled: boolean };
  opening: Promise<void>;
  cancelRefresh: (() => void) | undefined;
}

export function createWorkspaceIndexes(options: WorkspaceIndexesOptions): WorkspaceIndexes {
  const { logger } = options;
  let entries: readonly FolderEntry[] = [];
  let reason: NoIndexReason | undefined = 'noFolder';
  let preferred: readonly string[] = [];
  let isPaused = false;

  const start = (folder: WorkspaceFolder, fresh: boolean, after: Promise<unknown>): FolderEntry => {
    const entry: FolderEntry = {
      folder,
      index: undefined,
      failure: undefined,
      cancellation: { isCancelled: false },
      opening: Promise.resolve(),
      cancelRefresh: undefined,
    };
    entry.opening = after.then(() => open(entry, fresh));
    return entry;
  };
  const open = async (entry: FolderEntry, fresh: boolean): Promise<void> => {
    if (entry.cancellation.isCancelled) return;
    try {
      const index = await options.openIndex({
        root: URI.parse(entry.folder.uri).fsPath,
        storageFolder: options.storageFolder,
        fresh,
      });
      if (entry.cancellation.isCancelled) return void (await closeQuietly(index, logger));
      entry.index = index;
      index.onStatus(options.onChange);
      index.prefer(filesBelow(entry.folder, preferred));
      if (isPaused) index.pause();
      refresh(entry);
    } catch (error) {
      logger.log('error', `The index of ${entry.folder.name} did not open`, describeError(error));
      entry.failure = messageOf(error);
    }
    if (!entry.cancellation.isCancelled) options.onChange();
  };
  const refresh = (entry: FolderEntry): void => {
    entry.cancelRefresh?.();
    entry.cancelRefresh = undefined;
    entry.index?.refresh(entry.cancellation).catch((error) => {
      if (entry.cancellation.isCancelled) return;
      logger.log('error', `The folder ${entry.folder.name} could not be read`, describeError(error));
    });
  };
  const refreshSoon = (entry: FolderEntry): void => {
    entry.cancelRefresh ??= options.clock.schedule(() => refresh(entry), refreshDelayMs);
  };
  const close = async (entry: FolderEntry): Promise<void> => {
    entry.cancellation.isCancelled = true;
    entry.cancelRefresh?.();
    await entry.opening;
    if (entry.index) await closeQuietly(entry.index, logger);
  };
  /** One index after the other: two on one file would fight. */
  const replaceAll = (fresh: boolean): Promise<unknown> => {
    entries = entries.map((old) => start(old.folder, fresh, close(old)));
    options.onChange();
    return Promise.all(entries.map((entry) => entry.opening));
  };

  return {
    setFolders(folders, why) {
      const kept = entries.filter((one) => folders.some((folder) => folder.uri === one.folder.uri));
      const closing = entries.filter((one) => !kept.includes(one)).map(close);
      const after = Promise.all(closing);
      entries = folders.map(
        (folder) => kept.find((one) => one.folder.uri === folder.uri) ?? start(folder, false, after),
      );
      reason = folders.length === 0 ? why : undefined;
      options.onChange();
    },
    get open() {
      return entries.flatMap(({ folder, index }) => (index ? [{ folder, index }] : []));
    },
    get status() {
      return { folders: entries.map(toFolderStatus), reason };
    },
    filesChanged(files) {
      for (const entry of entries) {
        const { folder, index } = entry;
        if (!index) continue;
        const changed = files.filter(({ uri }) => isBelow(folder.uri, uri));
        if (changed.length > manyChanges || changed.some(changesManyFiles)) {
          refreshSoon(entry);
          continue;
        }
        for (const { uri } of changed) {
          const file = pathBelow(folder.uri, uri);
          index.fileChanged(file).catch((error) => {
            logger.log('warn', `The index could not read ${file} again`, describeError(error));
          });
        }
      }
    },
    prefer(uris) {
      preferred = uris;
      for (const { folder, index } of entries) index?.prefer(filesBelow(folder, uris));
    },
    pause() {
      isPaused = true;
      for (const { index } of entries) index?.pause();
    },
    resume() {
      isPaused = false;
      for (const { index } of entries) index?.resume();
    },
    async rebuild() {
      await replaceAll(true);
    },
    reopen() {
      void replaceAll(false);
    },
    async dispose() {
      await Promise.all(entries.map(close));
      entries = [];
    },
  };
}

function toFolderStatus({ folder, index, failure }: FolderEntry): FolderIndexStatus {
  const base = { root: folder.uri, name: folder.name };
  if (index) return { ...base, ...index.status() };
  const nothing: Omit<IndexStatus, 'state'> = {
    files: 0,
    passages: 0,
    embedded: 0,
    secondsLeft: undefined,
    skipped: {},
    sizeBytes: 0,
    message: failure,
  };
  return { ...base, ...nothing, state: failure === undefined ? 'opening' : 'error' };
}

/** Rules that hide files changed, or something without an extension is gone, which may be a folder. */
function changesManyFiles({ uri, isDeleted }: ChangedFile): boolean {
  const name = uri.slice(uri.lastIndexOf('/') + 1);
  return name === '.gitignore' || name === '.marginaliaignore' || (isDeleted && !name.includes('.'));
}

function filesBelow(folder: WorkspaceFolder, uris: readonly string[]): string[] {
  return uris.filter((uri) => isBelow(folder.uri, uri)).map((uri) => pathBelow(folder.uri, uri));
}

async function closeQuietly(index: WorkspaceIndex, logger: Logger): Promise<void> {
  try {
    await index.dispose();
  } catch (error) {
    logger.log('warn', 'An index did not close cleanly', describeError(error));
  }
}
