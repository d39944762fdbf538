// Asks git about the past of a folder. In: the folder and arguments that only read. Out: what git prints. Reads alone and
// offline: no lock is taken, nothing is fetched, and no program that the repository names is run.

import { execFile } from 'node:child_process';

export interface GitOptions {
  readonly timeoutMs: number;
  /** Written to git's input. */
  readonly input?: string;
}

const maxBytes = 1 << 28;

/** @throws Error where git ends with another code than 0, is missing, or takes longer */
export function readGit(folder: string, args: readonly string[], options: GitOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const how = { ...surroundings(folder, options), encoding: 'utf8' as const };
    const child = execFile('git', [...safe, ...args], how, (error, stdout) => {
      if (error) reject(error);
      else resolve(stdout);
    });
    give(child.stdin, options);
  });
}

/** The same for output that is not text. */
export function readGitBytes(folder: string, args: readonly string[], options: GitOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const how = { ...surroundings(folder, options), encoding: 'buffer' as const };
    const child = execFile('git', [...safe, ...args], how, (error, stdout) => {
      if (error) reject(error);
      else resolve(stdout);
    });
    give(child.stdin, options);
  });
}

/** Programs that the repository's own configuration has git run on each file, which `diff` and `blame` would do. */
export async function hasGitFilters(root: string): Promise<boolean> {
  const args = ['config', '--local', '--includes', '--get-regexp', '^filter\\.'];
  const found = await readGit(root, args, { timeoutMs: 10_000 }).catch((error: { code?: unknown }) => {
    // It ends with 1 where there are none.
    if (error.code === 1) return '';
    throw error;
  });
  return found.trim() !== '';
}

const safe = [
  'core.fsmonitor=false',
  'core.quotepath=off',
  'log.showSignature=false',
  'protocol.allow=never',
].flatMap((one) => ['-c', one]);

function surroundings(cwd: string, { timeoutMs }: GitOptions) {
  return {
    cwd,
    timeout: timeoutMs,
    maxBuffer: maxBytes,
    windowsHide: true,
    env: {
      ...process.env,
      GIT_OPTIONAL_LOCKS: '0',
      GIT_TERMINAL_PROMPT: '0',
      GIT_NO_LAZY_FETCH: '1',
      LC_ALL: 'C',
    },
  };
}

function give(stdin: NodeJS.WritableStream | null, { input }: GitOptions): void {
  // Git may end before it has read everything; its exit code tells.
  stdin?.on('error', () => {});
  stdin?.end(input ?? '');
}
