// Whether git is at work in a folder, so that reading in the background leaves it the disk and the processor.
// In: the folder. Out: a question to be asked now and then. Looks at a few files beside the index of git; runs nothing.

import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';

/** A lock that is older was left behind by a git that died. */
const lockMs = 10 * 60_000;
/** A rebase that waits for a person to solve a conflict may wait for days. */
const stepMs = 30_000;

const signs: readonly (readonly [name: string, freshMs: number])[] = [
  ['index.lock', lockMs],
  ['rebase-merge', stepMs],
  ['rebase-apply', stepMs],
  ['MERGE_HEAD', stepMs],
];

export function createGitActivity(folder: string, nowMs: () => number): () => Promise<boolean> {
  let gitFolder: Promise<string | undefined> | undefined;
  return async () => {
    gitFolder ??= findGitFolder(path.resolve(folder));
    const found = await gitFolder;
    if (found === undefined) return false;
    const ages = await Promise.all(
      signs.map(async ([name, freshMs]) => {
        const stats = await stat(path.join(found, name)).catch(() => undefined);
        // A clock that went back makes it younger than now, and it is old by the next look.
        return stats !== undefined && Math.abs(nowMs() - stats.mtimeMs) < freshMs;
      }),
    );
    return ages.includes(true);
  };
}

async function findGitFolder(start: string): Promise<string | undefined> {
  for (let folder = start; ; folder = path.dirname(folder)) {
    const place = path.join(folder, '.git');
    const stats = await stat(place).catch(() => undefined);
    if (stats?.isDirectory()) return place;
    // A worktree or a submodule names its own.
    const named = stats?.isFile() && /^gitdir: (.+)$/m.exec(await readFile(place, 'utf8').catch(() => ''));
    if (named) return path.resolve(folder, named[1]!.trim());
    if (folder === path.dirname(folder)) return undefined;
  }
}
