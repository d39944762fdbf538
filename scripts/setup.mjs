// Makes a fresh clone ready to run: installs the dependencies, then bundles our sources.
// Both steps look first at what is there, so a second call costs milliseconds. Runs on any Node ≥ 20
// before a single dependency is there; all messages go to stderr, because stdout belongs to the caller's data.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { buildStamp } from './build.mjs';
import { runProcess } from './childProcess.mjs';
import { repositoryRoot } from './repository.mjs';
import { findRuntime } from './runtime.mjs';

/**
 * Installs and builds what is missing or out of date. Resolves to the Node that runs our TypeScript.
 * @param {{ tests?: boolean }} [options] `tests` also bundles what the editor suite loads.
 */
export async function setUp({ tests = false } = {}) {
  await installDependencies();
  const runtime = findRuntime();
  if (isBuildStale({ tests })) {
    // In a process of its own: esbuild appeared on disk only now, perhaps under another Node than this one.
    const build = path.join(repositoryRoot, 'scripts', 'build.mjs');
    const { code } = await runProcess(runtime, [build, ...(tests ? ['--tests'] : [])], {
      stdoutToStderr: true,
    });
    if (code !== 0) throw new SetUpError('The build failed; the messages above say where.');
  }
  return runtime;
}

/** Set-up cannot go on; the message is all a person needs, a stack trace would hide it. */
export class SetUpError extends Error {}

/**
 * `npm ci` in a folder, unless what its lock file names is installed. Install scripts are not run: no dependency
 * of ours needs one, and some would fetch large files from elsewhere (onnxruntime-node its CUDA libraries).
 * @param {string} folder
 * @param {string} announcement told to the person who has to wait
 * @param {{ lockFile?: string, production?: boolean }} [options] `production` leaves development tools and peers out
 */
export async function installLocked(
  folder,
  announcement,
  { lockFile = 'package-lock.json', production = false } = {},
) {
  if (isInstalled(folder, { lockFile, production })) return;
  console.error(announcement);
  const extraArguments = production ? ['--omit=dev', '--legacy-peer-deps'] : [];
  await runNpm(
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', ...extraArguments],
    folder,
  );
}

/**
 * npm writes what it installed into a lock file of its own, as the last step. Optional packages may be missing:
 * most of them are for other platforms.
 */
function isInstalled(folder, { lockFile, production }) {
  const installedFile = path.join(folder, 'node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) return false;
  const installed = readJson(installedFile).packages;
  return Object.entries(readJson(path.join(folder, lockFile)).packages)
    .filter(([name, entry]) => name !== '' && !entry.optional && !entry.devOptional)
    .filter(([, entry]) => !production || !(entry.dev || entry.peer))
    .every(([name, entry]) => installed[name]?.version === entry.version);
}

/** Runs npm; rejects with a message that names the command when it fails. */
export async function runNpm(args, folder) {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { code } = await runProcess(npm, args, {
    cwd: folder,
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' },
    stdoutToStderr: true,
    shell: process.platform === 'win32',
  });
  if (code !== 0) {
    throw new SetUpError(
      `\`npm ${args.join(' ')}\` failed in ${folder}; npm's message is above. ` +
        'Look whether `npm ping` reaches the registry and the disk has room, then run the command again: it goes on from here.',
    );
  }
}

async function installDependencies() {
  await installLocked(repositoryRoot, 'Marginalia: installing dependencies (once, about half a minute) …');
}

/** True when a source file is newer than the last build that succeeded, or when there was none. */
function isBuildStale({ tests }) {
  // A production build is for a package; people who develop get names and lines that they can read.
  if (!existsSync(buildStamp) || readFileSync(buildStamp, 'utf8') !== 'development\n') return true;
  if (tests && !existsSync(path.join(repositoryRoot, 'dist', 'test', 'editor', 'index.cjs'))) return true;
  const builtAt = statSync(buildStamp).mtimeMs;
  const sources = [
    'client/src',
    'client/webview',
    'protocol',
    'server/src',
    ...(tests ? ['test/editor'] : []),
  ];
  const files = ['scripts/build.mjs', 'package-lock.json'];
  return [...sources.flatMap(listEntries), ...files].some(
    (file) => statSync(path.join(repositoryRoot, file)).mtimeMs > builtAt,
  );
}

/** Files and folders below one; a folder's own time tells of files that were removed. */
function listEntries(folder) {
  const absolute = path.join(repositoryRoot, folder);
  if (!existsSync(absolute)) return [];
  return readdirSync(absolute, { recursive: true }).map((entry) => path.join(folder, String(entry)));
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
