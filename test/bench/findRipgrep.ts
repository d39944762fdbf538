// ripgrep to compare with: the one that comes with the tests' editor, or what the user has. Out: a program that runs, or
// nothing.

import { spawnSync } from 'node:child_process';
import path from 'node:path';

const platform = `${process.platform}-${process.arch}`;
const program = process.platform === 'win32' ? 'rg.exe' : 'rg';
const inEditor = path.resolve(
  import.meta.dirname,
  '../../scripts/workbench/node_modules/code-server/lib/vscode/node_modules/@vscode/ripgrep-universal/bin',
  platform,
  program,
);

export function findRipgrep(): string | undefined {
  return [inEditor, program].find((one) => spawnSync(one, ['--version'], { stdio: 'ignore' }).status === 0);
}
