#!/usr/bin/env node
// `npm start [-- FOLDER]`: sets up what is missing and opens an editor with the extension on a folder.
// With a desktop VS Code at hand it is that one's Extension Development Host, else the web workbench on an
// address that is printed. The workbench runs until Ctrl+C.

import { existsSync, mkdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openDesktopEditor } from './desktopEditor.mjs';
import { isMain, repositoryRoot } from './repository.mjs';
import { SetUpError, setUp } from './setup.mjs';
import { installWorkbench } from './workbench/install.mjs';
import { findFreePort, startWorkbenchServer } from './workbench/server.mjs';

const defaultPort = 4180;

const usage = `Usage: npm start [-- [FOLDER] [--web] [--port N]]

Opens an editor with Marginalia on FOLDER (default: samples/workspace).

  --web      the web workbench even where a desktop VS Code is installed
  --port N   port of the web workbench (default: ${defaultPort}, or any free one)`;

async function main(args) {
  const options = readArguments(args);
  if (options.help) {
    console.log(usage);
    return;
  }
  await setUp();
  if (!options.web && (await openDesktopEditor(options.folder))) return;
  await serveWorkbench(options);
}

function readArguments(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { web: { type: 'boolean' }, port: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  if (positionals.length > 1) throw new SetUpError(`One folder at a time, please.\n\n${usage}`);
  if (values.port !== undefined && !/^\d{1,5}$/.test(values.port)) {
    throw new SetUpError(`--port wants a number, not "${values.port}".`);
  }

  // npm runs scripts in the repository; a relative folder means the one the person stands in.
  const startedByNpm = process.env.npm_lifecycle_event === 'start';
  const standingIn = (startedByNpm && process.env.INIT_CWD) || process.cwd();
  const sample = path.join(repositoryRoot, 'samples', 'workspace');
  const folder = positionals[0] === undefined ? sample : path.resolve(standingIn, positionals[0]);
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    throw new SetUpError(`There is no folder ${folder}.`);
  return {
    folder,
    isSample: folder === sample,
    web: values.web === true,
    port: values.port === undefined ? undefined : Number(values.port),
    help: values.help === true,
  };
}

async function serveWorkbench({ folder, isSample, port: wantedPort }) {
  await installWorkbench();
  const dataFolder = path.join(repositoryRoot, '.cache', 'workbench');
  const port = await choosePort(wantedPort);
  const server = await startWorkbenchServer({
    port,
    dataFolder,
    extensionsFolder: linkExtension(dataFolder),
    // The sample is ours. Any other folder gets the question that VS Code asks everywhere.
    askForTrust: !isSample,
    testDriver: false,
  });

  let asked = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      asked = true;
      void server.stop();
    });
  }
  console.log(`
  Marginalia is ready. Open this address in a browser:

    ${server.origin}/?folder=${encodeURI(folder)}

  Ctrl+C stops it.
`);
  const code = await server.exited;
  await server.stop();
  if (!asked) throw new SetUpError(`The web workbench ended with code ${code}. It printed:\n${server.log()}`);
}

async function choosePort(wanted) {
  const port = await findFreePort(wanted ?? defaultPort);
  if (wanted !== undefined && wanted !== 0 && port !== wanted) {
    throw new SetUpError(`Port ${wanted} is taken; choose another with --port, or leave the choice to us.`);
  }
  return port;
}

/** An extensions folder whose only entry is this repository, so that the address needs no development path. */
function linkExtension(dataFolder) {
  const extensionsFolder = path.join(dataFolder, 'extensions');
  rmSync(extensionsFolder, { recursive: true, force: true });
  mkdirSync(extensionsFolder, { recursive: true });
  symlinkSync(repositoryRoot, path.join(extensionsFolder, 'marginalia.marginalia-0.1.0'), 'junction');
  return extensionsFolder;
}

if (isMain(import.meta.url)) {
  main(process.argv.slice(2)).catch((error) => {
    console.error(error instanceof SetUpError ? error.message : error);
    process.exitCode = 1;
  });
}
