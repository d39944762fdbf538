// Installs VS Code's server with its web workbench out of the npm package code-server, into this folder.
// About 650 MB, therefore only when somebody opens the workbench or runs the editor suite.

import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { installLocked } from '../setup.mjs';

const workbenchFolder = path.dirname(fileURLToPath(import.meta.url));

/** The VS Code server inside code-server; its own launcher rejects the switches that tests need. */
export const vscodeServerFolder = path.join(workbenchFolder, 'node_modules', 'code-server', 'lib', 'vscode');

/** Installs what is not there yet. The server's own dependencies are locked by the shrinkwrap it ships. */
export async function installWorkbench() {
  await installLocked(
    workbenchFolder,
    'Marginalia: installing the web workbench (once, 650 MB, about a minute) …',
  );
  const shrinkwrapped = { lockFile: 'npm-shrinkwrap.json', production: true };
  await installLocked(
    vscodeServerFolder,
    'Marginalia: installing the dependencies of the web workbench …',
    shrinkwrapped,
  );
  await installLocked(
    path.join(vscodeServerFolder, 'extensions'),
    'Marginalia: installing what its built-in extensions share …',
    shrinkwrapped,
  );
}
