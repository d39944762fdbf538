// Who wrote the lines of a folder, and when, asked of git only when a search wants to know. In: the folder. Out: files
// that may hold such lines, and the lines of one file; `undefined` where git knows nothing. Reads alone and offline:
// no lock is taken, nothing is fetched, and no program that the repository names is run.

import { lstat } from 'node:fs/promises';
import path from 'node:path';
import type { FolderHistory, HistoryFilter, LineChange } from '../../engine/storage.ts';
import { hasGitFilters, readGit } from '../readGit.ts';

const logMs = 10_000;
const blameMs = 5_000;
const cachedFiles = 200;

export function createGitHistory(folder: string): FolderHistory {
  const root = path.resolve(folder);
  const known = new Map<string, { readonly stamp: string; readonly lines: readonly LineChange[] }>();
  let knownHead = '';
  /** Lines that are in no commit yet are of whoever works here. */
  let worker = '';

  return {
    async changedFiles(filter) {
      try {
        if (await hasGitFilters(root)) return undefined;
        const head = await readGit(root, ['rev-parse', 'HEAD'], { timeoutMs: logMs });
        if (head !== knownHead) known.clear();
        knownHead = head;
        worker = (await readGit(root, ['var', 'GIT_AUTHOR_IDENT'], { timeoutMs: logMs }).catch(() => ''))
          .replace(/ \d+ [+-]\d+\s*$/, '')
          .trim();
        const [committed, changed, untracked] = await Promise.all([
          readGit(root, ['log', '--format=', '--name-only', '-z', '--relative', ...toLogFilter(filter)], {
            timeoutMs: logMs,
          }),
          readGit(root, ['diff', '--name-only', '-z', '--relative', '--no-ext-diff', 'HEAD'], {
            timeoutMs: logMs,
          }),
          readGit(root, ['ls-files', '--others', '--exclude-standard', '-z'], { timeoutMs: logMs }),
        ]);
        const names = [committed, changed, untracked].flatMap((list) => list.split('\0'));
        return [...new Set(names.map((name) => name.trim()).filter((name) => name !== ''))];
      } catch {
        return undefined;
      }
    },
    async lines(file) {
      try {
        const { size, mtimeMs } = await lstat(path.join(root, file));
        const stamp = `${size}-${mtimeMs}`;
        const found = known.get(file);
        if (found?.stamp === stamp) return found.lines;
        const lines = parseBlame(
          await readGit(root, ['blame', '--porcelain', '--no-textconv', '--', file], { timeoutMs: blameMs }),
          worker,
        );
        if (known.size >= cachedFiles) known.clear();
        known.set(file, { stamp, lines });
        return lines;
      } catch {
        // Not in git yet: every line is of today.
        return undefined;
      }
    },
  };
}

function toLogFilter({ authors, sinceMs }: HistoryFilter): readonly string[] {
  return [
    ...(sinceMs === undefined ? [] : [`--since=${new Date(sinceMs).toISOString()}`]),
    // Words, not patterns.
    ...(authors.length === 0 ? [] : ['--fixed-strings', '--regexp-ignore-case']),
    ...authors.map((author) => `--author=${author}`),
  ];
}

/** Porcelain: facts about a commit stand where it appears first, the line itself after a tab. */
export function parseBlame(output: string, worker: string): readonly LineChange[] {
  const commits = new Map<string, { author: string; mail: string; timeMs: number }>();
  const lines: LineChange[] = [];
  let current: { author: string; mail: string; timeMs: number } | undefined;
  let isUncommitted = false;
  for (const line of output.split('\n')) {
    const header = /^([0-9a-f]{40,64}) \d+ \d+/.exec(line);
    if (line.startsWith('\t')) {
      if (!current) continue;
      const author = isUncommitted ? worker : `${current.author} ${current.mail}`;
      lines.push({ author, timeMs: current.timeMs });
    } else if (header) {
      const [, id] = header;
      isUncommitted = /^0+$/.test(id!);
      current = commits.get(id!) ?? { author: '', mail: '', timeMs: 0 };
      commits.set(id!, current);
    } else if (current) {
      if (line.startsWith('author ')) current.author = line.slice(7);
      else if (line.startsWith('author-mail ')) current.mail = line.slice(12);
      else if (line.startsWith('author-time ')) current.timeMs = Number(line.slice(12)) * 1000;
    }
  }
  return lines;
}
