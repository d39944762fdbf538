// Who labels: the name that the person's commits carry, since the labels become part of one. Without git, the name
// of the account.

import { execFile } from 'node:child_process';
import { userInfo } from 'node:os';

export function readGitAuthor(folder: string): Promise<string> {
  return new Promise((resolve) => {
    const options = { cwd: folder, encoding: 'utf8' as const, windowsHide: true, timeout: 5_000 };
    execFile('git', ['config', '--get', 'user.name'], options, (error, stdout) => {
      const name = error ? '' : stdout.trim();
      resolve(name === '' ? accountName() : name);
    });
  });
}

function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a user that has no name.
    return '';
  }
}
