// Opens the index file of a folder, whatever lies there. In: a folder that belongs to the index. Out: storage that
// works, and a sentence where something had to be done: a broken or foreign file was set aside, an older one is
// built anew, a folder that cannot be written leaves the index in memory.

import { existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { IndexStorage } from '../../engine/storage.ts';
import type { SqlDatabase, SqliteDriver } from '../sqliteDriver.ts';
import { guardStorage, isBusy, isCorruption } from './guardStorage.ts';
import { createTables, inspectIndexFile, prepareConnection } from './sqliteSchema.ts';
import { createSqliteStorage } from './sqliteStorage.ts';

export interface OpenedIndex {
  readonly storage: IndexStorage;
  readonly isInMemory: boolean;
  readonly message: string | undefined;
}

const fileName = 'index.sqlite';
const lockName = 'writer.lock';
/** What SQLite puts beside a file in WAL mode. */
const companions = ['', '-wal', '-shm'];
/** Left beside a file in which a read met something torn: its first page may still look right. */
const damageMark = '.damaged';

export function openIndex(
  folder: string,
  driver: SqliteDriver,
  { isFresh }: { readonly isFresh: boolean },
): OpenedIndex {
  const writer = createWriterLock(folder, driver);
  try {
    mkdirSync(folder, { recursive: true });
    const file = path.join(folder, fileName);
    if (isFresh && writer.take()) removeFile(file);
    const { database, message } = openFile(file, driver, writer);
    const storage = createSqliteStorage({
      database,
      becomeWriter: () => writer.take(),
      sizeBytes: () => companions.reduce((sum, ending) => sum + sizeOf(file + ending), 0),
      release: () => writer.release(),
    });
    return {
      storage: guardStorage(storage, () => writeFileSync(file + damageMark, '')),
      isInMemory: false,
      message,
    };
  } catch (error) {
    writer.release();
    const message = `The index cannot be kept in ${folder} (${describe(error)}), so it stays in memory and is built anew next time. Choose another folder, or make this one writable.`;
    return { ...openInMemory(driver), message };
  }
}

/** For folders that cannot be written, and for tests. */
export function openInMemory(driver: SqliteDriver): OpenedIndex {
  const database = driver.open(':memory:');
  createTables(database);
  const storage = createSqliteStorage({
    database,
    becomeWriter: () => true,
    sizeBytes: () => 0,
    release: () => {},
  });
  return { storage, isInMemory: true, message: undefined };
}

interface OpenedFile {
  readonly database: SqlDatabase;
  readonly message: string | undefined;
}

function openFile(file: string, driver: SqliteDriver, writer: WriterLock): OpenedFile {
  const isDamaged = existsSync(file + damageMark);
  const opened: Opening = isDamaged ? { problem: 'cannot be read', isOurs: false } : tryOpen(file, driver);
  if ('database' in opened) return { database: opened.database, message: undefined };
  // Only who writes may take the file away; a reader would take it from under the writer.
  if (!writer.take()) {
    throw new Error(`${opened.problem}, and another process has it open`);
  }
  let message: string;
  if (opened.isOurs) {
    removeFile(file);
    message = `The index was made by another version of Marginalia and is built anew.`;
  } else {
    const kept = setAside(file);
    rmSync(file + damageMark, { force: true });
    message = `The index file ${opened.problem}. It was set aside as ${kept}, and a new one is built.`;
  }
  const fresh = tryOpen(file, driver);
  if ('problem' in fresh) throw new Error(fresh.problem);
  return { database: fresh.database, message };
}

type Opening = { readonly database: SqlDatabase } | { readonly problem: string; readonly isOurs: boolean };

function tryOpen(file: string, driver: SqliteDriver): Opening {
  let database: SqlDatabase | undefined;
  try {
    database = driver.open(file);
    const state = inspectIndexFile(database);
    if (state === 'foreign' || state === 'older') {
      database.close();
      return { problem: 'belongs to another program', isOurs: state === 'older' };
    }
    prepareConnection(database);
    if (state === 'new') createTables(database);
    return { database };
  } catch (error) {
    database?.close();
    if (isCorruption(error)) return { problem: 'cannot be read', isOurs: false };
    throw error;
  }
}

function removeFile(file: string): void {
  for (const ending of companions) rmSync(file + ending, { force: true });
}

/** Keeps one: who wants to look into it can, and a disk does not fill up with them. */
function setAside(file: string): string {
  const kept = `${file}.broken`;
  for (const ending of companions) {
    rmSync(kept + ending, { force: true });
    if (existsSync(file + ending)) renameSync(file + ending, kept + ending);
  }
  return kept;
}

interface WriterLock {
  take(): boolean;
  release(): void;
}

/**
 * One process writes. Its lock is an open transaction on a file of its own: the system takes it back with the
 * process, however that ends, so no stale lock can stay behind.
 */
function createWriterLock(folder: string, driver: SqliteDriver): WriterLock {
  let held: SqlDatabase | undefined;
  return {
    take() {
      if (held) return true;
      const database = driver.open(path.join(folder, lockName));
      try {
        database.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
        held = database;
        return true;
      } catch (error) {
        database.close();
        if (isBusy(error)) return false;
        throw error;
      }
    },
    release() {
      held?.close();
      held = undefined;
    },
  };
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    return 0;
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
