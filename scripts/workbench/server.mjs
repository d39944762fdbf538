// Runs VS Code's server on this machine, for a browser to open: a real extension host and a real workbench.
// In: folders for its data and extensions. Out: its origin, and a way to stop it that leaves no process behind.

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { findRuntime } from '../runtime.mjs';
import { SetUpError } from '../setup.mjs';
import { vscodeServerFolder } from './install.mjs';

const startTimeoutMs = 30_000;
const stopTimeoutMs = 5_000;

/**
 * Starts the server and waits until it listens on 127.0.0.1.
 * @param {object} options
 * @param {number} options.port
 * @param {string} options.dataFolder logs, user settings and state
 * @param {string} options.extensionsFolder
 * @param {boolean} options.askForTrust whether a folder opens in Restricted Mode until its authors are trusted
 * @param {boolean} options.testDriver opens the page's test interface; also suppresses notification toasts
 * @param {string} [options.userDataFolder] settings and state, where the caller has made them already
 * @param {NodeJS.ProcessEnv} [options.env]
 * @returns {Promise<{ origin: string, authority: string, log: () => string, exited: Promise<number>, stop: () => Promise<void> }>}
 */
export async function startWorkbenchServer(options) {
  const { port, dataFolder, env = process.env } = options;
  mkdirSync(options.extensionsFolder, { recursive: true });
  const userDataFolder = options.userDataFolder ?? path.join(dataFolder, 'data');
  writeDefaultSettings(userDataFolder);

  const exitWithParent = fileURLToPath(new URL('./exitWithParent.mjs', import.meta.url));
  const child = spawn(
    findRuntime(),
    ['--import', exitWithParent, ...serverArguments({ ...options, userDataFolder })],
    // A process group of its own, so that `stop` reaches the extension hosts too. The open stdin is the line
    // that exitWithParent listens on. `NODE_OPTIONS` of ours would reach the extension host.
    {
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...env, NODE_OPTIONS: '', NODE_NO_WARNINGS: '1' },
    },
  );
  const server = watch(child);
  const listening = waitForText(child, server, 'Extension host agent listening', startTimeoutMs);
  try {
    await listening;
  } catch (error) {
    await server.stop();
    throw error;
  }
  const authority = `127.0.0.1:${port}`;
  return { ...server, authority, origin: `http://${authority}` };
}

/** A TCP port that nothing listens on: `preferred` where it is free, else one of the system's choice. */
export async function findFreePort(preferred = 0) {
  const tryPort = (port) =>
    new Promise((resolve, reject) => {
      const probe = net.createServer();
      probe.once('error', reject);
      probe.listen(port, '127.0.0.1', () => {
        const address = probe.address();
        probe.close(() => resolve(typeof address === 'object' && address ? address.port : port));
      });
    });
  return tryPort(preferred).catch(() => tryPort(0));
}

function serverArguments({ port, dataFolder, userDataFolder, extensionsFolder, askForTrust, testDriver }) {
  return [
    path.join(vscodeServerFolder, 'out', 'server-main.js'),
    '--host=127.0.0.1',
    `--port=${port}`,
    '--without-connection-token',
    '--accept-server-license-terms',
    `--server-data-dir=${dataFolder}`,
    `--user-data-dir=${userDataFolder}`,
    `--extensions-dir=${extensionsFolder}`,
    '--disable-telemetry',
    '--disable-getting-started-override',
    ...(askForTrust ? [] : ['--disable-workspace-trust']),
    ...(testDriver ? ['--enable-smoke-test-driver'] : []),
  ];
}

/** Settings of a fresh profile: a quiet window with nothing but the workspace in it. A person's own are kept. */
function writeDefaultSettings(userDataFolder) {
  const file = path.join(userDataFolder, 'User', 'settings.json');
  if (existsSync(file)) return;
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(defaultSettings, undefined, 2)}\n`);
}

const defaultSettings = {
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.openRepositoryInParentFolders': 'never',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/** The process as its users see it. Invariant: after `stop`, no process of its group is left. */
function watch(child) {
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text) => {
      log = (log + text).slice(-100_000);
    });
  }
  const exited = new Promise((resolve) => {
    child.once('exit', (code) => resolve(code ?? 1));
    child.once('error', () => resolve(1));
  });
  const stop = async () => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
    await exited;
    clearTimeout(timer);
    killGroup(child.pid);
  };
  return { log: () => log, exited, stop };
}

/** Extension hosts outlive a server that ended badly. Nothing left in the group is the usual case. */
function killGroup(leader) {
  if (leader === undefined || process.platform === 'win32') return;
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error;
  }
}

/** @returns {Promise<void>} */
function waitForText(child, server, expected, timeoutMs) {
  return new Promise((resolve, reject) => {
    const fail = (what) => reject(new SetUpError(`The web workbench ${what}. It printed:\n${server.log()}`));
    const timer = setTimeout(() => fail(`did not start in ${timeoutMs / 1000} s`), timeoutMs);
    const look = () => {
      if (!server.log().includes(expected)) return;
      clearTimeout(timer);
      child.stdout.off('data', look);
      resolve();
    };
    child.stdout.on('data', look);
    server.exited.then((code) => {
      clearTimeout(timer);
      fail(`ended with code ${code} before it was ready`);
    });
  });
}
