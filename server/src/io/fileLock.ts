// Keeps two programs from writing one file at the same time: an editor window, another window, the command line.
// In: the file and the work. Out: the work's result, or LabelStoreError where the other one does not let go.

import { open, rm, stat } from 'node:fs/promises';
import { LabelStoreError } from '../engine/labelling/labelStore.ts';

/** Writing takes milliseconds; a lock this old was left behind by a program that died. */
const staleAfterMs = 10_000;
const retryEveryMs = 25;
const giveUpAfterMs = 5_000;

export async function withFileLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const lock = `${file}.lock`;
  const startedMs = Date.now();
  while (!(await tryLock(lock))) {
    if (Date.now() - startedMs > giveUpAfterMs) throw new LabelStoreError('busy', file, 'locked');
    await new Promise((resolve) => setTimeout(resolve, retryEveryMs));
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

async function tryLock(lock: string): Promise<boolean> {
  try {
    await (await open(lock, 'wx')).close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const stats = await stat(lock).catch(() => undefined);
    if (stats && Date.now() - stats.mtimeMs > staleAfterMs) await rm(lock, { force: true });
    return false;
  }
}
