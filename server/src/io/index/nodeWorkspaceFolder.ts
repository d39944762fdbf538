// A folder on disk as the index sees it. In: its path. Out: the engine's `WorkspaceFolder`. What the walk would not
// enter cannot be named either: links, ignored files, anything outside.

import type { Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { FolderEntry, FoundFile, WorkspaceFolder } from '../../engine/storage.ts';
import { extendIgnoreRules, inheritIgnoreRules, isIgnored } from '../ignoreRules.ts';
import { excludedFolders, type WalkedEntry, walkFiles } from '../walkFiles.ts';
import { createFileReader, type FileReaderOptions } from './fileReader.ts';

export function createNodeWorkspaceFolder(folder: string, options: FileReaderOptions): WorkspaceFolder {
  const root = path.resolve(folder);
  const relative = (file: string) => path.relative(root, file).split(path.sep).join('/');

  async function lookAt(entries: readonly WalkedEntry[]): Promise<readonly FolderEntry[]> {
    const looks = entries.map((entry) =>
      entry.kind === 'file' ? lstat(entry.path).catch(() => undefined) : undefined,
    );
    const seen = await Promise.all(looks);
    return entries.flatMap((entry, index): readonly FolderEntry[] => {
      const file = relative(entry.path);
      if (entry.kind === 'skipped') return [{ ...entry, file }];
      const stats = seen[index];
      if (stats) return [foundFile(file, stats)];
      // Anything else without stats is gone since the folder was listed.
      if (!file.includes('\u{FFFD}')) return [];
      return [{ kind: 'skipped', file, reason: 'unreadable', detail: 'its name is not UTF-8' }];
    });
  }

  return {
    async *walk(cancellation) {
      let walked: WalkedEntry[] = [];
      for await (const entry of walkFiles([root], cancellation)) {
        walked.push(entry);
        if (walked.length < lookedAtTogether) continue;
        yield* await lookAt(walked);
        walked = [];
      }
      yield* await lookAt(walked);
    },
    async inspect(file) {
      const parts = file.split('/');
      if (parts.some((part) => part === '' || part === '.' || part === '..') || path.isAbsolute(file))
        return undefined;
      let rules = await inheritIgnoreRules(root, listNames);
      if (isIgnored(rules, root, true)) rules = undefined;
      for (const [index, name] of parts.entries()) {
        const parent = path.join(root, ...parts.slice(0, index));
        const current = path.join(parent, name);
        rules = await extendIgnoreRules(rules, parent, await listNames(parent));
        const stats = await lstat(current).catch(() => undefined);
        const isLast = index === parts.length - 1;
        const isFolder = stats?.isDirectory() ?? false;
        if (!stats || !(isFolder || (isLast && stats.isFile()))) return undefined;
        if (isFolder && excludedFolders.has(name)) return undefined;
        if (isIgnored(rules, current, isFolder)) {
          return { kind: 'skipped', file, reason: 'ignored', detail: 'named by an ignore file' };
        }
        if (isLast) return isFolder ? { kind: 'folder' } : foundFile(file, stats);
      }
      return undefined;
    },
    read: createFileReader(root, options),
  };
}

/** Hides the latency of a disk. */
const lookedAtTogether = 64;

function foundFile(file: string, stats: Stats): FoundFile {
  return { kind: 'file', file, stamp: stampOf(stats), modifiedMs: stats.mtimeMs };
}

/** Size, both times and the file's own number: `mv` and `cp -p` over a file keep some of them, never all. */
function stampOf(stats: Stats): string {
  return `${stats.size}-${stats.mtimeMs}-${stats.ctimeMs}-${stats.ino}`;
}

async function listNames(folder: string): Promise<ReadonlySet<string>> {
  return new Set(await readdir(folder).catch(() => []));
}
