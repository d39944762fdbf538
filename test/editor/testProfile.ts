// Everything an editor needs for one test run, in a temporary folder: a copy of the sample workspace, a second
// folder, settings, and empty places for its state. Tests may change all of it.

import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { repositoryRoot } from '../../scripts/repository.mjs';

export interface TestProfile {
  readonly folder: string;
  /** The copy of samples/workspace. */
  readonly harbour: string;
  /** A .code-workspace of `harbour` and `quay`. */
  readonly multiRootWorkspace: string;
  readonly userDataFolder: string;
  readonly extensionsFolder: string;
  remove(): void;
}

/** `settings` are added to those of the user and, for what belongs to a machine, to those of the server. */
export function createTestProfile(settings: Readonly<Record<string, unknown>> = {}): TestProfile {
  const folder = mkdtempSync(path.join(tmpdir(), 'marginalia-test-'));
  const harbour = path.join(folder, 'harbour');
  cpSync(path.join(repositoryRoot, 'samples', 'workspace'), harbour, { recursive: true });
  const quay = path.join(folder, 'quay');
  writeJson(path.join(quay, '.vscode', 'settings.json'), { 'marginalia.findings.debt.level': 'warning' });
  writeFileSync(path.join(quay, 'quay.py'), quaySource);

  const multiRootWorkspace = path.join(folder, 'test.code-workspace');
  writeJson(multiRootWorkspace, { folders: [{ path: 'harbour' }, { path: 'quay' }], settings: {} });

  const userDataFolder = path.join(folder, 'user');
  const chosen = { ...quietSettings, ...modelSettings(), ...settings };
  writeJson(path.join(userDataFolder, 'User', 'settings.json'), chosen);
  // A server takes settings of scope `machine` from here and not from the user's.
  writeJson(path.join(userDataFolder, 'Machine', 'settings.json'), chosen);
  return {
    folder,
    harbour,
    multiRootWorkspace,
    userDataFolder,
    extensionsFolder: path.join(folder, 'extensions'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const quaySource = `"""Counts the boats at the quay."""

# HACK: this is an ugly hack, it should be rewritten before the season starts.
BOATS = 3
`;

/** A window without anything that moves, asks or advertises. */
const quietSettings = {
  'chat.disableAIFeatures': true,
  'editor.cursorBlinking': 'solid',
  'editor.minimap.enabled': false,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'files.autoSave': 'off',
  'files.simpleDialog.enable': true,
  'git.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'typescript.disableAutomaticTypeAcquisition': true,
  'update.mode': 'none',
  'window.restoreWindows': 'none',
  'workbench.enableExperiments': false,
  'workbench.reduceMotion': 'on',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/** MARGINALIA_TEST_MODEL runs the suites on another model than the shipped one. */
function modelSettings(): Readonly<Record<string, unknown>> {
  const given = process.env.MARGINALIA_TEST_MODEL;
  if (!given) return {};
  if (!existsSync(given))
    throw new Error(`MARGINALIA_TEST_MODEL names ${given}, and there is no such folder.`);
  return { 'marginalia.model.path': path.resolve(given) };
}

function writeJson(file: string, value: unknown): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(value, undefined, 2)}\n`);
}
