// A folder that appears complete or not at all. In: its files. Out: the folder, renamed from one beside it.

import { access, mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { EngineError } from '../engine/errors.ts';
import { trainingError } from '../engine/trainingMessages.ts';
import { explainWriting } from './runFolder.ts';

/** @throws EngineError where the folder exists or cannot be written */
export async function writeNewFolder(folder: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  await requireNew(folder);
  const part = `${folder}.part-${process.pid}`;
  try {
    await rm(part, { recursive: true, force: true });
    await mkdir(part, { recursive: true });
    for (const [name, bytes] of files) {
      if (name !== path.basename(name)) throw new Error(`${name} is no plain file name.`);
      const handle = await open(path.join(part, name), 'wx');
      try {
        await handle.writeFile(bytes);
        await handle.sync();
      } finally {
        await handle.close();
      }
    }
    await requireNew(folder);
    await rename(part, folder);
  } catch (error) {
    await rm(part, { recursive: true, force: true }).catch(() => {});
    throw error instanceof EngineError ? error : explainWriting(folder, error);
  }
}

export async function requireNew(folder: string): Promise<void> {
  const exists = await access(folder).then(
    () => true,
    () => false,
  );
  if (!exists) return;
  throw trainingError('outputExists', { folder });
}
