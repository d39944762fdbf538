// Opens a desktop VS Code as an Extension Development Host, where there is one that can show a window.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { runProcess } from './childProcess.mjs';
import { repositoryRoot } from './repository.mjs';

/** Resolves to false when there is no desktop editor, or it could not open: the caller has another way. */
export async function openDesktopEditor(folder) {
  const executable = findDesktopEditor();
  if (executable === undefined) return false;
  console.error(`Marginalia: opening ${folder} in ${executable} …`);
  const args = [`--extensionDevelopmentPath=${repositoryRoot}`, '--new-window', folder];
  const shell = process.platform === 'win32' && executable.endsWith('.cmd');
  const { code } = await runProcess(executable, args, { shell }).catch(() => ({ code: 1 }));
  if (code !== 0)
    console.error(`Marginalia: ${executable} did not open (exit code ${code}); using the web workbench.`);
  return code === 0;
}

function findDesktopEditor() {
  const given = process.env.VSCODE_EXECUTABLE;
  if (given) return given;
  if (!canShowWindows()) return undefined;
  const name = process.platform === 'win32' ? 'code.cmd' : 'code';
  return (process.env.PATH ?? '')
    .split(path.delimiter)
    .map((folder) => path.join(folder, name))
    .find((file) => existsSync(file) && canDevelop(file));
}

function canShowWindows() {
  // Inside a remote terminal `code` is a messenger to the window outside, which knows no development path.
  if (process.env.VSCODE_IPC_HOOK_CLI) return false;
  if (process.platform !== 'linux') return true;
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/** Some `code` on a PATH is something else, or refuses to run here (as root, say). */
function canDevelop(executable) {
  const probe = spawnSync(executable, ['--version'], {
    timeout: 10_000,
    encoding: 'utf8',
    shell: executable.endsWith('.cmd'),
  });
  return probe.status === 0 && /^\d+\.\d+\.\d+/.test(probe.stdout);
}
