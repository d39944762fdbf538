// What changed since a point in history, so that a review looks only at new and edited lines.
// In: a folder and a REF. Out: absolute paths with the line ranges (one-based, inclusive) they have now.

import { execFile } from 'node:child_process';
import path from 'node:path';

/** One-based and inclusive, as git counts. */
export interface LineRange {
  readonly first: number;
  readonly last: number;
}

/** `all` for a file that git does not track yet. */
export type ChangedLines = 'all' | readonly LineRange[];

export type GitChanges = { readonly files: ReadonlyMap<string, ChangedLines> } | { readonly problem: string };

/**
 * Compares the working tree with the point where it left REF, so commits that only REF has do not count.
 * A wrong REF, a folder outside of git or a missing git is a problem with a sentence for the user.
 */
export async function gitChanges(folder: string, ref: string): Promise<GitChanges> {
  if (ref === '' || ref.startsWith('-')) return { problem: `"${ref}" is not a git revision.` };
  try {
    // Relative to the folder as its caller names it: an absolute answer would have its symbolic links resolved.
    const root = path.resolve(folder, (await git(folder, ['rev-parse', '--show-cdup'])).trim());
    const commit = await git(folder, ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`]).catch(
      () => undefined,
    );
    if (commit === undefined) return { problem: `git knows no revision "${ref}" in ${folder}.` };
    const base = await git(folder, ['merge-base', commit.trim(), 'HEAD']).catch(() => commit);
    const diff = await git(root, [
      ...['-c', 'core.quotepath=off', 'diff', '--unified=0', '--no-color', '--no-ext-diff', '--no-textconv'],
      ...['--src-prefix=a/', '--dst-prefix=b/', base.trim(), '--'],
    ]);
    const untracked = await git(root, ['ls-files', '--others', '--exclude-standard', '-z']);
    const files = new Map<string, ChangedLines>();
    for (const [name, ranges] of parseUnifiedDiff(diff)) files.set(path.join(root, name), ranges);
    for (const name of untracked.split('\0')) if (name !== '') files.set(path.join(root, name), 'all');
    return { files };
  } catch (error) {
    return { problem: gitProblem(error, folder) };
  }
}

/** Ranges of the new side of a diff made with `--unified=0`; files that were only removed do not appear. */
export function parseUnifiedDiff(diff: string): Map<string, readonly LineRange[]> {
  const files = new Map<string, LineRange[]>();
  let ranges: LineRange[] | undefined;
  let linesLeft = 0;
  for (const line of diff.split('\n')) {
    // Lines of a hunk are counted off, so that a removed line `-- b/x` is never taken for a header.
    if (linesLeft > 0 && /^[+\-\\]/.test(line)) {
      if (line[0] !== '\\') linesLeft--;
      continue;
    }
    linesLeft = 0;
    const hunk = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
    if (hunk) {
      const added = hunk[3] === undefined ? 1 : Number(hunk[3]);
      linesLeft = added + (hunk[1] === undefined ? 1 : Number(hunk[1]));
      if (added > 0) ranges?.push({ first: Number(hunk[2]), last: Number(hunk[2]) + added - 1 });
    } else if (line.startsWith('+++ ')) {
      const name = unquoteGitPath(line.slice(4).replace(/\t$/, ''));
      ranges = undefined;
      if (!name.startsWith('b/')) continue;
      ranges = [];
      files.set(name.slice(2), ranges);
    }
  }
  return files;
}

const escapes: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  t: 9,
  n: 10,
  v: 11,
  f: 12,
  r: 13,
  '"': 34,
  '\\': 92,
};

/** git writes odd names as `"b/a\tb"`, bytes as octal. */
function unquoteGitPath(name: string): string {
  if (!name.startsWith('"') || !name.endsWith('"')) return name;
  const bytes: number[] = [];
  const quoted = Buffer.from(name.slice(1, -1), 'utf8');
  for (let index = 0; index < quoted.length; index++) {
    if (quoted[index] !== 92) {
      bytes.push(quoted[index]!);
      continue;
    }
    const octal = /^[0-7]{3}/.exec(quoted.subarray(index + 1, index + 4).toString('latin1'));
    if (octal) bytes.push(Number.parseInt(octal[0], 8));
    else bytes.push(escapes[String.fromCharCode(quoted[index + 1]!)] ?? quoted[index + 1]!);
    index += octal ? 3 : 1;
  }
  return Buffer.from(bytes).toString('utf8');
}

function git(folder: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { cwd: folder, maxBuffer: 1 << 30, encoding: 'utf8' as const, windowsHide: true };
    execFile('git', [...args], options, (error, stdout, stderr) => {
      if (error) reject(Object.assign(error, { gitMessage: stderr.trim() }));
      else resolve(stdout);
    });
  });
}

function gitProblem(error: unknown, folder: string): string {
  const { code, gitMessage } = error as { code?: unknown; gitMessage?: string };
  if (code === 'ENOENT') return 'The git program was not found; --changed-since needs it on PATH.';
  return `git cannot compare ${folder}: ${gitMessage?.split('\n')[0] || String(error)}`;
}
