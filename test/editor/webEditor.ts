#!/usr/bin/env node
// A "VS Code executable" without a desktop: takes the arguments that @vscode/test-electron gives to VS Code, and
// runs the tests in the extension host of the web workbench, with the workbench in headless Chromium.
// Out: the exit code of the tests; 124 when they did not end in time, 3 when they could not be started.
//
//   VSCODE_EXECUTABLE=test/editor/webEditor.ts npm run test:editor

import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { format } from 'node:util';
import { installWorkbench } from '../../scripts/workbench/install.mjs';
import { findFreePort, startWorkbenchServer } from '../../scripts/workbench/server.mjs';
import { type Browser, openBrowser } from './browser.ts';

const exitCodeOfTimeout = 124;
const exitCodeOfBrokenStart = 3;
const timeoutMs = Number(process.env.MARGINALIA_EDITOR_TIMEOUT_MS ?? 300_000);

async function main(): Promise<number> {
  const options = readArguments(process.argv.slice(2));
  await installWorkbench();
  const folder = mkdtempSync(path.join(tmpdir(), 'marginalia-editor-'));
  const port = await findFreePort();
  const server = await startWorkbenchServer({
    port,
    dataFolder: path.join(folder, 'server'),
    userDataFolder: options.userDataFolder ?? path.join(folder, 'data'),
    extensionsFolder: options.extensionsFolder ?? path.join(folder, 'extensions'),
    askForTrust: !options.disableTrust,
    testDriver: true,
  });

  let browser: Browser | undefined;
  const stop = async () => {
    await browser?.close().catch(() => undefined);
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => void stop().then(() => process.exit(130)));
  }

  try {
    browser = await openBrowser({ authority: server.authority, profileFolder: path.join(folder, 'browser') });
    return await runTests(browser, server, options);
  } finally {
    await stop();
  }
}

async function runTests(
  { page }: Browser,
  server: { readonly authority: string; readonly origin: string; readonly log: () => string },
  options: EditorArguments,
): Promise<number> {
  const output = createConsole();
  // The workbench calls these two by name, as the desktop calls its main process.
  await page.exposeFunction('codeAutomationLog', (type: string, values: unknown[]) =>
    output.add(type, values),
  );
  const finished = new Promise<number>((resolve) => {
    void page.exposeFunction('codeAutomationExit', (code: number) => resolve(code));
  });
  const crashed = new Promise<never>((_, reject) => {
    page.once('crash', () => reject(new Error('The page of the workbench crashed.')));
  });
  const timedOut = new Promise<number>((resolve) => {
    setTimeout(() => resolve(exitCodeOfTimeout), timeoutMs).unref();
  });

  await page.goto(`${server.origin}/?${toQuery(options, server.authority)}`);
  const code = await Promise.race([finished, crashed, timedOut]);
  if (code === exitCodeOfTimeout) {
    const screenshot = path.join(screenshotFolder(), 'timeout.png');
    await page.screenshot({ path: screenshot });
    console.error(
      `No result after ${timeoutMs / 1000} s; see ${screenshot}. The server printed:\n${server.log()}`,
    );
  }
  if (code !== 0) output.print();
  return code;
}

interface EditorArguments {
  /** Folder or .code-workspace file to open. */
  readonly workspace: string | undefined;
  readonly developmentPaths: readonly string[];
  /** Module whose `run` the extension host calls. */
  readonly testsPath: string | undefined;
  readonly userDataFolder: string | undefined;
  readonly extensionsFolder: string | undefined;
  readonly disableTrust: boolean;
}

/** Reads a desktop command line; switches that mean nothing here (`--no-sandbox`, …) are passed over. */
function readArguments(args: readonly string[]): EditorArguments {
  const switches = new Map<string, string[]>();
  const positionals: string[] = [];
  for (const argument of args) {
    const match = /^--([\w-]+)(?:=(.*))?$/s.exec(argument);
    if (match?.[1] === undefined) positionals.push(argument);
    else switches.set(match[1], [...(switches.get(match[1]) ?? []), match[2] ?? '']);
  }
  return {
    workspace: positionals[0] && path.resolve(positionals[0]),
    developmentPaths: switches.get('extensionDevelopmentPath') ?? [],
    testsPath: switches.get('extensionTestsPath')?.[0],
    userDataFolder: switches.get('user-data-dir')?.[0],
    extensionsFolder: switches.get('extensions-dir')?.[0],
    disableTrust: switches.has('disable-workspace-trust'),
  };
}

/** The workbench takes what a desktop window takes on its command line as pairs in the address. */
function toQuery(options: EditorArguments, authority: string): URLSearchParams {
  const toUri = (file: string) => `vscode-remote://${authority}${path.resolve(file)}`;
  const payload: [string, string][] = [
    ['skipWelcome', 'true'],
    ['skipReleaseNotes', 'true'],
    ...options.developmentPaths.map((folder): [string, string] => [
      'extensionDevelopmentPath',
      toUri(folder),
    ]),
  ];
  if (options.testsPath !== undefined)
    payload.push(['extensionTestsPath', toUri(toModuleFile(options.testsPath))]);

  const query = new URLSearchParams();
  if (options.workspace === undefined) query.set('ew', 'true');
  else query.set(options.workspace.endsWith('.code-workspace') ? 'workspace' : 'folder', options.workspace);
  query.set('payload', JSON.stringify(payload));
  return query;
}

/** The desktop resolves a module name as `require` does; over the remote connection it must be a file. */
function toModuleFile(module: string): string {
  if (existsSync(module) && statSync(module).isDirectory()) return path.join(module, 'index.js');
  return existsSync(module) ? module : `${module}.js`;
}

function screenshotFolder(): string {
  const folder = fileURLToPath(new URL('./screenshots', import.meta.url));
  mkdirSync(folder, { recursive: true });
  return folder;
}

/**
 * The workbench's console. The suite reports through a file, so all of this is only of interest after a failure;
 * MARGINALIA_EDITOR_VERBOSE shows it while it comes.
 */
function createConsole() {
  const lines: string[] = [];
  return {
    add(type: string, values: readonly unknown[]): void {
      const line = `[${type}] ${format(...values)}`;
      lines.push(line);
      if (process.env.MARGINALIA_EDITOR_VERBOSE) console.error(line);
    },
    print(): void {
      console.error(
        lines
          .filter((line) => !workbenchNoise.test(line))
          .slice(-100)
          .join('\n'),
      );
    },
  };
}

/** Complaints of a workbench that has neither a network nor its optional native modules. */
const workbenchNoise =
  /AgentHost|ChatModelSelection|reconnection|AccountPolicy|Service Worker|Creating a socket|connection token|builtin extensions cache|authentication|Settings Sync|PendingMigrationError|open-vsx|watchdog|spdlog|Canceled|workbench contribution/;

main().then(
  (code) => process.exit(code),
  (error) => {
    console.error(error);
    process.exit(exitCodeOfBrokenStart);
  },
);
