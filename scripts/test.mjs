#!/usr/bin/env node
// `npm test`: set-up, types, lint, unit tests, then the suites in a real editor; a failure in one step does not
// keep the next from running. Out: what each step prints, a table of totals, and as the very last line
// `N passed, N failed`. Exit code 0 only when nothing failed.
//
//   npm test [-- --unit [FILE…] | --editor] [--desktop] [--vsix FILE]

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { runProcess } from './childProcess.mjs';
import { findOrInstallChromium } from './chromium.mjs';
import { isMain, repositoryRoot } from './repository.mjs';
import { SetUpError, setUp } from './setup.mjs';

async function main(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      unit: { type: 'boolean' },
      editor: { type: 'boolean' },
      desktop: { type: 'boolean' },
      vsix: { type: 'string' },
    },
  });
  if (positionals.length > 0 && !values.unit) {
    throw new SetUpError('Files to test go behind --unit: npm run test:unit -- FILE…');
  }
  const everything = !values.unit && !values.editor;
  const runtime = await setUp({ tests: everything || values.editor === true });
  const folder = mkdtempSync(path.join(tmpdir(), 'marginalia-totals-'));
  const run = createRunner(runtime, path.join(folder, 'totals.jsonl'));
  try {
    if (everything) await runChecks(run);
    if (everything || values.unit) await runUnitTests(run, positionals);
    if (everything || values.editor) await runEditorTests(run, values);
    return run.summarize();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runChecks(run) {
  await run.check('types', ['node_modules/typescript/bin/tsc', '--build']);
  await run.check('lint and format', ['node_modules/@biomejs/biome/bin/biome', 'check', '.']);
}

/** All unit tests, or those of some files: then without the list of `.mocharc.json`, with its rules. */
async function runUnitTests(run, files) {
  const chosen = ['--no-config', '--forbid-only', '--forbid-pending', '--timeout=20000', ...files];
  await run.suite('unit tests', [
    'node_modules/mocha/bin/mocha.js',
    ...reporter,
    ...(files.length > 0 ? chosen : []),
  ]);
}

/**
 * @param {ReturnType<typeof createRunner>} run
 * @param {{ desktop?: boolean, vsix?: string }} options
 */
async function runEditorTests(run, { desktop, vsix }) {
  const web = path.join(repositoryRoot, 'test', 'editor', 'webEditor.ts');
  const executable = process.env.VSCODE_EXECUTABLE ?? (desktop ? '' : web);
  const needsBrowser = executable === web || !desktop;
  if (needsBrowser) findOrInstallChromium();

  const packaged = vsix === undefined ? [] : ['--vsix', vsix];
  await run.suite('editor, inside the extension host', ['test/editor/runHostSuite.ts', ...packaged], {
    VSCODE_EXECUTABLE: executable,
  });
  if (vsix !== undefined) return;
  await run.suite('editor, as a user sees it', [
    'node_modules/mocha/bin/mocha.js',
    '--no-config',
    '--timeout=120000',
    ...reporter,
    'test/editor/ui/*.test.ts',
  ]);
}

const reporter = ['--reporter=test/support/totalsReporter.ts'];

/** Runs steps one after another and remembers how each ended. */
function createRunner(runtime, totalsFile) {
  const failedChecks = [];
  const brokenSuites = [];
  const binaries = path.join(repositoryRoot, 'node_modules', '.bin');
  const environment = {
    ...process.env,
    // The shebang of webEditor.ts must find a Node that strips types.
    PATH: [path.dirname(runtime), binaries, process.env.PATH].join(path.delimiter),
    MARGINALIA_TEST_TOTALS: totalsFile,
    // Tests that load ONNX Runtime without the product's own start leave nothing about the machine behind either.
    ORT_DISABLE_TELEMETRY: '1',
  };
  const readTotals = () =>
    existsSync(totalsFile)
      ? readFileSync(totalsFile, 'utf8')
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line))
      : [];
  const start = (name, args, extra = {}) => {
    console.log(`\n── ${name}`);
    return runProcess(runtime, args, { cwd: repositoryRoot, env: { ...environment, ...extra } });
  };

  return {
    /** A step that either holds or does not. */
    async check(name, args) {
      const { code } = await start(name, args);
      if (code !== 0) failedChecks.push(name);
      console.log(code === 0 ? '   holds' : '   FAILED');
    },
    /** A step that counts its tests. */
    async suite(name, args, extra = {}) {
      const before = readTotals().length;
      const { code } = await start(name, args, { MARGINALIA_SUITE: name, ...extra });
      const reported = readTotals().slice(before);
      // Ended without a word, or claims success with a failing exit code: neither may look green.
      const failures = reported.reduce((sum, totals) => sum + totals.failed, 0);
      if (reported.length === 0 || (code !== 0 && failures === 0))
        brokenSuites.push(`${name} (exit code ${code})`);
    },
    summarize() {
      const totals = readTotals();
      const passed = totals.reduce((sum, one) => sum + one.passed, 0);
      const failed =
        totals.reduce((sum, one) => sum + one.failed, 0) + failedChecks.length + brokenSuites.length;
      console.log('\n── summary');
      for (const one of totals) console.log(`   ${one.suite}: ${one.passed} passed, ${one.failed} failed`);
      for (const name of failedChecks) console.log(`   ${name}: FAILED`);
      for (const name of brokenSuites) console.log(`   ${name}: did not run to its end`);
      console.log(`\n${passed} passed, ${failed} failed`);
      return failed === 0;
    },
  };
}

if (isMain(import.meta.url)) {
  main(process.argv.slice(2)).then(
    (succeeded) => {
      process.exitCode = succeeded ? 0 : 1;
    },
    (error) => {
      console.error(error instanceof SetUpError ? error.message : error);
      console.log('\n0 passed, 1 failed');
      process.exitCode = 1;
    },
  );
}
