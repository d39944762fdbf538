// Folders to files, in a stable order, without reading any file. Nothing is dropped silently.
// In: files and folders that a person named. Out: one entry per file, or per skipped file or folder with its reason.

import type { Dirent } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { type Cancellation, throwIfCancelled } from '../engine/cancellation.ts';
import { describeFileError } from './fileErrors.ts';
import { extendIgnoreRules, type IgnoreRules, inheritIgnoreRules, isIgnored } from './ignoreRules.ts';

export type WalkSkipReason =
  | 'ignored'
  | 'excludedFolder'
  | 'symbolicLink'
  | 'unreadable'
  | 'missing'
  | 'notAFile';

export type WalkedEntry =
  | { readonly kind: 'file'; readonly path: string }
  | {
      readonly kind: 'skipped';
      readonly path: string;
      readonly reason: WalkSkipReason;
      readonly detail: string;
    };

/** Folders that hold tools' own data or other people's code; never entered unless a person names them. */
export const excludedFolders: ReadonlySet<string> = new Set([
  '.git',
  '.hg',
  '.svn',
  '.jj',
  'node_modules',
  'bower_components',
  'jspm_packages',
  '__pycache__',
  '.venv',
  'venv',
  '.tox',
  '.nox',
  '.mypy_cache',
  '.pytest_cache',
  '.ruff_cache',
  '.gradle',
  '.terraform',
  '.next',
  '.nuxt',
  '.svelte-kit',
  '.cache',
  '.parcel-cache',
  '.turbo',
  '.yarn',
  '.pnpm-store',
  '.vscode-test',
  'dist',
  'coverage',
]);

/** A file or folder named by a person is always read, whatever the ignore rules above it say. */
export async function* walkFiles(
  roots: readonly string[],
  cancellation: Cancellation,
): AsyncGenerator<WalkedEntry, void, undefined> {
  const seen = new Set<string>();
  for (const root of roots) {
    for await (const entry of walkRoot(path.resolve(root), cancellation)) {
      // Overlapping roots (`src src/a.ts`) must not report a file twice.
      if (seen.has(entry.path)) continue;
      if (roots.length > 1) seen.add(entry.path);
      yield entry;
    }
  }
}

async function* walkRoot(
  root: string,
  cancellation: Cancellation,
): AsyncGenerator<WalkedEntry, void, undefined> {
  try {
    const stats = await stat(root);
    if (stats.isFile()) {
      yield { kind: 'file', path: root };
    } else if (stats.isDirectory()) {
      const inherited = await inheritIgnoreRules(root, listNames);
      // Rules that hide the named folder itself would hide all of it.
      yield* walkFolder(root, isIgnored(inherited, root, true) ? undefined : inherited, cancellation);
    } else {
      yield skipped(root, 'notAFile', 'neither a file nor a folder');
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined) throw error;
    yield skipped(root, code === 'ENOENT' ? 'missing' : 'unreadable', describeFileError(error, root));
  }
}

async function* walkFolder(
  folder: string,
  inherited: IgnoreRules | undefined,
  cancellation: Cancellation,
): AsyncGenerator<WalkedEntry, void, undefined> {
  throwIfCancelled(cancellation);
  let entries: Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (error) {
    yield skipped(folder, 'unreadable', describeFileError(error, folder));
    return;
  }
  // Plain code unit order: the same on every machine and in every locale.
  entries.sort((left, right) => (left.name < right.name ? -1 : left.name > right.name ? 1 : 0));
  const names = new Set(entries.map((entry) => entry.name));
  const rules = await extendIgnoreRules(inherited, folder, names);
  for (const entry of entries) {
    const file = path.join(folder, entry.name);
    const type = await kindOf(entry, file);
    if (type === 'folder' && excludedFolders.has(entry.name)) {
      yield skipped(file, 'excludedFolder', `${entry.name} folders are never read`);
    } else if (isIgnored(rules, file, type === 'folder')) {
      yield skipped(file, 'ignored', 'named by an ignore file');
    } else if (type === 'folder') {
      yield* walkFolder(file, rules, cancellation);
    } else if (type === 'file') {
      yield { kind: 'file', path: file };
    } else if (type === 'link') {
      // Not followed: the target is either read under its own name or lies outside what was asked for.
      yield skipped(file, 'symbolicLink', 'symbolic links are not followed');
    } else {
      yield skipped(file, 'notAFile', 'neither a file nor a folder');
    }
  }
}

/** Some file systems do not tell the type with the name. */
async function kindOf(entry: Dirent, file: string): Promise<'file' | 'folder' | 'link' | 'other'> {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  if (entry.isSymbolicLink()) return 'link';
  if (entry.isFIFO() || entry.isSocket() || entry.isBlockDevice() || entry.isCharacterDevice())
    return 'other';
  const stats = await lstat(file).catch(() => undefined);
  if (stats?.isFile()) return 'file';
  if (stats?.isDirectory()) return 'folder';
  return stats?.isSymbolicLink() ? 'link' : 'other';
}

async function listNames(folder: string): Promise<ReadonlySet<string>> {
  try {
    return new Set(await readdir(folder));
  } catch {
    return new Set();
  }
}

function skipped(file: string, reason: WalkSkipReason, detail: string): WalkedEntry {
  return { kind: 'skipped', path: file, reason, detail };
}
