#!/usr/bin/env node
// The command line from a clone: `npm run marginalia -- scan FOLDER`. Sets up what is missing, then becomes the
// built command line: same arguments, same standard streams, same exit code.

import path from 'node:path';
import { runProcess } from './childProcess.mjs';
import { isMain, repositoryRoot } from './repository.mjs';
import { setUp } from './setup.mjs';

async function main(args) {
  const runtime = await setUp();
  const commandLine = path.join(repositoryRoot, 'dist', 'server', 'cli.js');
  // npm runs scripts in the repository; paths on the command line mean the folder the person stands in.
  const startedByNpm = process.env.npm_lifecycle_event === 'marginalia';
  const cwd = (startedByNpm && process.env.INIT_CWD) || process.cwd();
  const { code } = await runProcess(runtime, [commandLine, ...args], { cwd });
  return code;
}

if (isMain(import.meta.url)) {
  main(process.argv.slice(2)).then(
    (code) => {
      process.exitCode = code;
    },
    (error) => {
      console.error(error.message);
      process.exitCode = 2;
    },
  );
}
