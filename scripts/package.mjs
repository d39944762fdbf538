#!/usr/bin/env node
// `npm run package [-- --target linux-x64]`: a VSIX for one platform, with that platform's ONNX Runtime and no
// other. Out: marginalia-<target>-<version>.vsix in the repository, and its size on the last line.

import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { runProcess } from './childProcess.mjs';
import { isMain, repositoryRoot } from './repository.mjs';
import { SetUpError, setUp } from './setup.mjs';

/** Folders of ONNX Runtime's native library, by VS Code's name of the platform. */
export const nativeFolders = {
  'linux-x64': 'linux/x64',
  'linux-arm64': 'linux/arm64',
  'darwin-arm64': 'darwin/arm64',
  'win32-x64': 'win32/x64',
  'win32-arm64': 'win32/arm64',
};

async function main(args) {
  const { values } = parseArgs({ args, options: { target: { type: 'string' } } });
  const target = values.target ?? `${process.platform}-${process.arch}`;
  if (nativeFolders[target] === undefined) {
    throw new SetUpError(
      `No package for "${target}"; choose one of ${Object.keys(nativeFolders).join(', ')}.`,
    );
  }
  const runtime = await setUp();
  const run = (name, commandArguments) => runStep(runtime, name, commandArguments);
  await run('The production build', ['scripts/build.mjs', '--production']);

  const version = JSON.parse(readFileSync(path.join(repositoryRoot, 'package.json'), 'utf8')).version;
  const output = `marginalia-${target}-${version}.vsix`;
  const folder = mkdtempSync(path.join(tmpdir(), 'marginalia-package-'));
  try {
    await run('vsce', [
      'node_modules/@vscode/vsce/vsce',
      'package',
      `--target=${target}`,
      `--out=${output}`,
      `--ignoreFile=${writeIgnoreFile(folder, target)}`,
      '--allow-missing-repository',
      '--no-rewrite-relative-links',
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const megabytes = statSync(path.join(repositoryRoot, output)).size / 1e6;
  console.log(`${output}: ${megabytes.toFixed(1)} MB`);
}

/** The allow-list of the repository, and the libraries that depend on the target. */
export function writeIgnoreFile(folder, target) {
  const file = path.join(folder, 'ignore');
  const allowList = readFileSync(path.join(repositoryRoot, '.vscodeignore'), 'utf8');
  const natives = [
    `!node_modules/onnxruntime-node/bin/napi-v6/${nativeFolders[target]}/**`,
    `!node_modules/better-sqlite3/prebuilds/${target}.node`,
  ];
  writeFileSync(file, `${allowList}\n${natives.join('\n')}\n`);
  return file;
}

async function runStep(runtime, name, args) {
  const { code } = await runProcess(runtime, args, { cwd: repositoryRoot });
  if (code !== 0) throw new SetUpError(`${name} failed with exit code ${code}; its messages are above.`);
}

if (isMain(import.meta.url)) {
  main(process.argv.slice(2)).catch((error) => {
    console.error(error instanceof SetUpError ? error.message : error);
    process.exitCode = 1;
  });
}
