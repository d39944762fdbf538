// What the .marginaliaignore files of a workspace folder say about one file: the same files that the walk of the
// command line reads, but without .gitignore, since a person who opens a file wants to see it. In: the folder, a path.
// Out: whether it is left out, and which finding codes are silent there.

import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import createIgnore from 'ignore';
import type { FindingCode } from '../engine/findings/finding.ts';
import { readFolderMarkers } from '../engine/findings/ignoreMarkers.ts';

export interface FileIgnore {
  readonly isIgnored: boolean;
  readonly silenced: readonly FindingCode[];
}

export const ignoreFileName = '.marginaliaignore';

/** The nearest file with a matching pattern decides, as in git; codes of all of them are silent. */
export async function readFileIgnore(root: string, file: string): Promise<FileIgnore> {
  const silenced = new Set<FindingCode>();
  let isIgnored = false;
  for (const folder of foldersBetween(root, file)) {
    const text = await readFile(path.join(folder, ignoreFileName), 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    for (const code of readFolderMarkers(text)) silenced.add(code);
    const relative = path.relative(folder, file).split(path.sep).join('/');
    const verdict = createIgnore().add(text).test(relative);
    if (verdict.ignored) isIgnored = true;
    else if (verdict.unignored) isIgnored = false;
  }
  return { isIgnored, silenced: [...silenced] };
}

/** Codes alone, for files that the walk has let through: from the root of the repository, as the walk's rules are. */
export async function readSilencedCodes(file: string): Promise<readonly FindingCode[]> {
  const silenced = new Set<FindingCode>();
  for (let folder = path.dirname(path.resolve(file)); ; ) {
    const text = await readFile(path.join(folder, ignoreFileName), 'utf8').catch(() => undefined);
    for (const code of readFolderMarkers(text ?? '')) silenced.add(code);
    const parent = path.dirname(folder);
    if (parent === folder || (await isRepository(folder))) return [...silenced];
    folder = parent;
  }
}

async function isRepository(folder: string): Promise<boolean> {
  return await access(path.join(folder, '.git')).then(
    () => true,
    () => false,
  );
}

/** `root` first; empty for a file outside of it. */
function foldersBetween(root: string, file: string): readonly string[] {
  const relative = path.relative(root, path.dirname(file));
  if (relative.startsWith('..') || path.isAbsolute(relative)) return [];
  const folders = [root];
  for (const name of relative === '' ? [] : relative.split(path.sep))
    folders.push(path.join(folders.at(-1)!, name));
  return folders;
}
