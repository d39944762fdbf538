// Keeps a folder's labels in `.marginalia/labels.jsonl`. A new label is appended and flushed to the disk before it
// counts; a changed one rewrites the file beside itself and renames it, so a crash at any moment leaves either the
// old file or the new one. Other programs may write too: the file is read again whenever it changed, and a lock
// file keeps two writers apart.

import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import {
  addRows,
  createBook,
  emptyBook,
  type LabelBook,
  putRow,
  removeRow,
} from '../engine/labelling/labelBook.ts';
import { formatLabelFile, formatRow, parseLabelFile } from '../engine/labelling/labelFile.ts';
import type { LabelRow } from '../engine/labelling/labelRow.ts';
import { type LabelStore, LabelStoreError } from '../engine/labelling/labelStore.ts';
import { parseTeamTasks } from '../engine/labelling/labelTasks.ts';
import { withFileLock } from './fileLock.ts';
import { readGitAuthor } from './gitAuthor.ts';

export const labelFolderName = '.marginalia';
export const labelFileName = 'labels.jsonl';
export const taskFileName = 'tasks.json';

export interface LabelFileStoreOptions {
  /** The workspace folder; `.marginalia` in it is made with the first label. */
  readonly folder: string;
  /** Appended lines are sorted in after this pause, so that a burst of labels sorts once. */
  readonly tidyDelayMs: number;
}

export function createLabelFileStore({ folder, tidyDelayMs }: LabelFileStoreOptions): LabelStore {
  const location = path.join(folder, labelFolderName, labelFileName);
  let known: { readonly stamp: string; readonly book: LabelBook } | undefined;
  let author: Promise<string> | undefined;
  let lastWrite: Promise<void> = Promise.resolve();
  let tidyTimer: NodeJS.Timeout | undefined;

  const read = async (): Promise<LabelBook> => {
    const stamp = await stampOf(location);
    if (known?.stamp === stamp) return known.book;
    const text = await readLabels(location);
    const book = text === undefined ? emptyBook : parseLabelFile(text);
    known = { stamp, book };
    return book;
  };

  /** One write after the other, each on what the file holds at that moment. */
  const write = (change: (book: LabelBook) => Promise<void>): Promise<void> => {
    const next = lastWrite.then(() =>
      writing(location, async () => {
        await mkdir(path.dirname(location), { recursive: true });
        await withFileLock(location, async () => {
          await change(await read());
          known = undefined;
        });
      }),
    );
    lastWrite = next.catch(() => {});
    return next;
  };

  const tidy = async (): Promise<void> => {
    if (tidyTimer === undefined) return;
    clearTimeout(tidyTimer);
    tidyTimer = undefined;
    // The rows are safe already: order can wait for the next label.
    await write((book) => replaceFile(location, formatLabelFile(book))).catch(() => {});
  };

  return {
    location,
    read,
    save: (rows) =>
      write(async (book) => {
        const isNew = (row: LabelRow) =>
          !book.rows.has(row.id) && !book.conflicts.some(({ id }) => id === row.id);
        if (rows.every(isNew) && rows.length < 100) {
          await appendLines(location, createBook(rows, []));
          clearTimeout(tidyTimer);
          tidyTimer = setTimeout(() => void tidy(), tidyDelayMs);
          tidyTimer.unref();
        } else {
          await replaceFile(location, formatLabelFile(rows.reduce(putRow, book)));
        }
      }),
    add: (rows) => write((book) => replaceFile(location, formatLabelFile(addRows(book, rows)))),
    remove: (id) => write((book) => replaceFile(location, formatLabelFile(removeRow(book, id)))),
    async tasks() {
      const text = await readFile(path.join(folder, labelFolderName, taskFileName), 'utf8').catch(
        () => undefined,
      );
      return text === undefined ? { tasks: [], problem: undefined } : parseTeamTasks(text);
    },
    author() {
      author ??= readGitAuthor(folder);
      return author;
    },
    async dispose() {
      await lastWrite;
      await tidy();
    },
  };
}

/** Changes whenever somebody wrote the file; a file that is not there has a stamp too. */
async function stampOf(file: string): Promise<string> {
  const stats = await stat(file, { bigint: true }).catch(() => undefined);
  return stats ? `${stats.ino} ${stats.size} ${stats.mtimeNs}` : 'none';
}

async function readLabels(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new LabelStoreError('unreadable', file, code);
  }
}

/** A line that a crash left half written stays a line of its own. */
async function appendLines(file: string, { rows }: LabelBook): Promise<void> {
  const handle = await open(file, 'a+');
  try {
    const { size } = await handle.stat();
    const last = size > 0 ? await handle.read(Buffer.alloc(1), 0, 1, size - 1) : undefined;
    const start = last && last.buffer[0] !== 10 ? '\n' : '';
    await handle.write(`${start}${[...rows.values()].map((row) => `${formatRow(row)}\n`).join('')}`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function replaceFile(file: string, text: string): Promise<void> {
  const part = `${file}.part`;
  try {
    const handle = await open(part, 'w');
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true }).catch(() => {});
    throw error;
  }
}

async function writing(file: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof LabelStoreError) throw error;
    throw new LabelStoreError('unwritable', file, codeOf(error));
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}

/**
 * The nearest folder with labels: `start` or one above it, up to the root of its git repository. Undefined where
 * nobody has labelled anything.
 */
export async function findLabelFolder(start: string): Promise<string | undefined> {
  for (let folder = path.resolve(start); ; ) {
    if (await exists(path.join(folder, labelFolderName, labelFileName))) return folder;
    const parent = path.dirname(folder);
    if (parent === folder || (await exists(path.join(folder, '.git')))) return undefined;
    folder = parent;
  }
}

async function exists(file: string): Promise<boolean> {
  return await stat(file).then(
    () => true,
    () => false,
  );
}
