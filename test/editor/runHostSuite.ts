// Runs the suite of `host/` inside a real editor through @vscode/test-electron, and prints what it reported.
// The editor is the one that VSCODE_EXECUTABLE names (webEditor.ts for the web workbench); without it,
// @vscode/test-electron downloads VS Code. With --vsix FILE the packaged extension is installed and tested.
// Exit code 0 when every test passed.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { runTests } from '@vscode/test-electron';
import { repositoryRoot } from '../../scripts/repository.mjs';
import { findRuntime } from '../../scripts/runtime.mjs';
import { installWorkbench, vscodeServerFolder } from '../../scripts/workbench/install.mjs';
import { addTotals } from '../support/totals.ts';
import type { ReportLine } from './host/index.ts';
import { createTestProfile, type TestProfile } from './testProfile.ts';

async function main(): Promise<boolean> {
  const { values } = parseArgs({ options: { vsix: { type: 'string' } } });
  const profile = createTestProfile();
  const report = path.join(profile.folder, 'report.jsonl');
  try {
    const developmentPath = values.vsix
      ? await installPackaged(path.resolve(values.vsix), profile)
      : repositoryRoot;
    const problem = await runTests({
      ...(process.env.VSCODE_EXECUTABLE && {
        vscodeExecutablePath: path.resolve(process.env.VSCODE_EXECUTABLE),
      }),
      extensionDevelopmentPath: developmentPath,
      extensionTestsPath: path.join(repositoryRoot, 'dist', 'test', 'editor', 'index.cjs'),
      extensionTestsEnv: { MARGINALIA_TEST_REPORT: report },
      launchArgs: [
        profile.multiRootWorkspace,
        `--user-data-dir=${profile.userDataFolder}`,
        `--extensions-dir=${profile.extensionsFolder}`,
      ],
    }).then(
      () => undefined,
      (error: unknown) => error,
    );
    return summarize(readReport(report), problem);
  } finally {
    profile.remove();
  }
}

/** Prints the report. A suite that stopped half-way counts as one more failure, whatever passed before. */
function summarize(lines: readonly ReportLine[], problem: unknown): boolean {
  let passed = 0;
  let failed = 0;
  for (const line of lines) {
    if (line.event === 'suite') console.log(`\n  ${line.title}`);
    if (line.event === 'pass') {
      passed += 1;
      console.log(`    ✔ ${line.title} (${line.durationMs} ms)`);
    }
    if (line.event === 'fail') {
      failed += 1;
      console.log(`    ✘ ${line.title}\n${line.error.replace(/^/gm, '        ')}`);
    }
  }
  const ended = lines.some((line) => line.event === 'end');
  if (!ended || (problem !== undefined && failed === 0)) {
    failed += 1;
    console.log(`    ✘ the suite did not run to its end: ${String(problem)}`);
  }
  console.log(`\n  ${passed} passing, ${failed} failing\n`);
  addTotals({ suite: 'editor, inside the extension host', passed, failed });
  return failed === 0;
}

function readReport(file: string): ReportLine[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ReportLine);
}

/**
 * Installs a VSIX as a user would. The tests then load no extension from source; the editor insists on a
 * development path, so it gets an extension that does nothing.
 */
async function installPackaged(vsix: string, profile: TestProfile): Promise<string> {
  await installWorkbench();
  const installed = spawnSync(
    findRuntime(),
    [
      path.join(vscodeServerFolder, 'out', 'server-main.js'),
      '--accept-server-license-terms',
      `--server-data-dir=${path.join(profile.folder, 'server')}`,
      `--extensions-dir=${profile.extensionsFolder}`,
      `--install-extension=${vsix}`,
    ],
    { encoding: 'utf8', timeout: 120_000 },
  );
  if (installed.status !== 0)
    throw new Error(`Cannot install ${vsix}:\n${installed.stdout}${installed.stderr}`);
  const empty = path.join(profile.folder, 'empty-extension');
  mkdirSync(empty, { recursive: true });
  const manifest = {
    name: 'empty',
    publisher: 'marginalia-test',
    version: '0.0.1',
    engines: { vscode: '*' },
  };
  writeFileSync(path.join(empty, 'package.json'), JSON.stringify(manifest));
  return empty;
}

process.exitCode = (await main()) ? 0 : 1;
