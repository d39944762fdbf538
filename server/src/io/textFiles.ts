// Small files that the program itself keeps, such as baselines: read whole, written so that nobody meets half a file.

import { access, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** `undefined` where there is no such file or it cannot be read. */
export async function readTextFile(file: string): Promise<string | undefined> {
  return await readFile(file, 'utf8').catch(() => undefined);
}

/** Makes the folder that it lies in. */
export async function writeTextFile(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(`${file}.part`, text);
  await rename(`${file}.part`, file);
}

export async function pathExists(file: string): Promise<boolean> {
  return await access(file).then(
    () => true,
    () => false,
  );
}

/** The folder itself, or the one a file lies in. */
export async function folderOf(target: string): Promise<string> {
  return (await stat(target)).isDirectory() ? target : path.dirname(target);
}

export async function isFolder(target: string): Promise<boolean> {
  return await stat(target).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}
