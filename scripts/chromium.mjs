// Finds the Chromium that the editor suite opens the workbench in; on a bare Debian machine installs it.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { SetUpError } from './setup.mjs';

/** Absolute path of a Chromium or Chrome; throws with what to install when there is none. */
export function findChromium() {
  const found = lookForChromium();
  if (found !== undefined) return found;
  throw new SetUpError(
    'The editor suite needs Chromium or Chrome. Install one (Debian and Ubuntu: `apt-get install chromium`), ' +
      'or set CHROMIUM to the path of its executable.',
  );
}

/** As `findChromium`, but a machine that lets us install packages gets one. */
export function findOrInstallChromium() {
  if (lookForChromium() === undefined && canInstallPackages()) {
    console.error('Marginalia: installing Chromium for the editor suite …');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    for (const args of [
      ['update', '-qq'],
      ['install', '-y', '-qq', '--no-install-recommends', 'chromium'],
    ]) {
      spawnSync('apt-get', args, { stdio: ['ignore', 2, 2], env });
    }
  }
  return findChromium();
}

function lookForChromium() {
  const given = process.env.CHROMIUM;
  if (given) {
    if (existsSync(given)) return given;
    throw new SetUpError(`CHROMIUM names ${given}, and no such file exists.`);
  }
  return candidates().find((file) => existsSync(file));
}

function candidates() {
  switch (process.platform) {
    case 'darwin':
      return [
        '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
        '/Applications/Chromium.app/Contents/MacOS/Chromium',
      ];
    case 'win32':
      return [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)']].map((folder) =>
        path.join(folder ?? '', 'Google', 'Chrome', 'Application', 'chrome.exe'),
      );
    default:
      return ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].map(
        (name) => `/usr/bin/${name}`,
      );
  }
}

function canInstallPackages() {
  return process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}
