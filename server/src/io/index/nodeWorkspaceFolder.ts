// A folder on disk as the index sees it. In: its path. Out: the engine's `WorkspaceFolder`. What the walk would not
// enter cannot be named either: links, ignored files, anything outside.

import type { Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { WorkspaceFolder } from '../../engine/storage.ts';
import { extendIgnoreRules, inheritIgnoreRules, isIgnored } from '../ignoreRules.ts';
import { excludedFolders, walkFiles } from '../walkFiles.ts';
import { createFileReader, type FileReaderOptions } from './fileReader.ts';

export function createNodeWorkspaceFolder(folder: string, options: FileReaderOptions): WorkspaceFolder {
  const root = path.resolve(folder);
  const relative = (file: string) => path.relative(root, file).split(path.sep).join('/');

  return {
    async *walk(cancellation) {
      for await (const entry of walkFiles([root], cancellation)) {
        if (entry.kind === 'skipped') {
          yield { ...entry, file: relative(entry.path) };
          continue;
        }
        const stats = await lstat(entry.path).catch(() => undefined);
        const file = relative(entry.path);
        if (stats) yield { kind: 'file', file, stamp: stampOf(stats) };
        // Anything else without stats is gone since the folder was listed.
        else if (file.includes('\u{FFFD}'))
          yield { kind: 'skipped', file, reason: 'unreadable', detail: 'its name is not UTF-8' };
      }
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
        if (isLast) return isFolder ? { kind: 'folder' } : { kind: 'file', file, stamp: stampOf(stats) };
      }
      return undefined;
    },
    read: createFileReader(root, options),
  };
}

/** Size, both times and the file's own number: `mv` and `cp -p` over a file keep some of them, never all. */
function stampOf(stats: Stats): string {
  return `${stats.size}-${stats.mtimeMs}-${stats.ctimeMs}-${stats.ino}`;
}

async function listNames(folder: string): Promise<ReadonlySet<string>> {
  return new Set(await readdir(folder).catch(() => []));
}
