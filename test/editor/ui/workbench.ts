// The workbench as a user has it: a window, a keyboard, and eyes. Nothing here knows the extension's code.
// In: what to open. Out: gestures, and places to look at; every gesture waits for its effect.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Locator, Page } from 'playwright-core';
import { repositoryRoot } from '../../../scripts/repository.mjs';
import { installWorkbench } from '../../../scripts/workbench/install.mjs';
import { findFreePort, startWorkbenchServer } from '../../../scripts/workbench/server.mjs';
import { type Browser, openBrowser } from '../browser.ts';
import { createTestProfile, type TestProfile } from '../testProfile.ts';

export interface Workbench {
  readonly page: Page;
  readonly profile: TestProfile;
  /** Origins that the page wanted to reach and could not. */
  readonly refusedOrigins: ReadonlySet<string>;
  /** Opens a file of the sample by its path, through Ctrl+P. */
  openFile(file: string): Promise<void>;
  /** Opens a file and puts the cursor before the first occurrence of a text, through Ctrl+G. */
  goTo(file: string, text: string): Promise<void>;
  /** Waits until the status bar names the line of a text of a file that no test has changed. */
  cursorIsOnLineOf(file: string, text: string): Promise<void>;
  /** Types into the command palette and returns its rows. */
  palette(text: string): Promise<Locator>;
  /** Runs a command by its whole title, category included. */
  runCommand(title: string): Promise<void>;
  /** Chooses a colour theme by its name in the list of themes. */
  chooseTheme(theme: string): Promise<void>;
  /** Writes test/editor/screenshots/NAME.png: the window, or the part of it around one element. */
  screenshot(name: string, around?: Locator): Promise<void>;
  stop(): Promise<void>;
}

export interface WorkbenchOptions {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly askForTrust?: boolean;
}

const screenshotFolder = fileURLToPath(new URL('../screenshots', import.meta.url));

export async function openWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  await installWorkbench();
  const profile = createTestProfile(options.settings);
  mkdirSync(profile.extensionsFolder, { recursive: true });
  symlinkSync(repositoryRoot, path.join(profile.extensionsFolder, 'marginalia.marginalia-0.1.0'), 'junction');
  const server = await startWorkbenchServer({
    port: await findFreePort(),
    dataFolder: path.join(profile.folder, 'server'),
    userDataFolder: profile.userDataFolder,
    extensionsFolder: profile.extensionsFolder,
    askForTrust: options.askForTrust === true,
    // The test driver would suppress the notifications that a user sees.
    testDriver: false,
  });
  let browser: Browser | undefined;
  try {
    browser = await openBrowser({
      authority: server.authority,
      profileFolder: path.join(profile.folder, 'browser'),
    });
    const { page } = browser;
    // A busy machine takes its time for the thousands of modules of a cold workbench.
    await page.goto(`${server.origin}/?folder=${encodeURI(profile.harbour)}`, { timeout: 100_000 });
    await page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
    const opened = browser;
    const stop = async () => {
      await opened.close();
      await server.stop();
      profile.remove();
    };
    return { page, profile, refusedOrigins: browser.refusedOrigins, stop, ...gestures(page, profile) };
  } catch (error) {
    await browser?.close();
    await server.stop();
    throw error;
  }
}

function gestures(page: Page, profile: TestProfile) {
  const input = page.locator('.quick-input-widget:visible input').first();
  const rows = page.locator('.quick-input-widget:visible .monaco-list-row');

  const palette = async (text: string) => {
    await page.keyboard.press('F1');
    await input.waitFor();
    await input.fill(`>${text}`);
    await rows.filter({ hasText: text }).first().waitFor();
    return rows;
  };

  const openFile = async (file: string) => {
    await page.keyboard.press('Control+P');
    await input.waitFor();
    await input.fill(file);
    // Enter opens the first one, which is the file before until the list has followed the words.
    await rows
      .first()
      .filter({ hasText: path.basename(file) })
      .waitFor();
    await page.keyboard.press('Enter');
    await page.locator(`.tab.active[data-resource-name="${path.basename(file)}"]`).waitFor();
    await page.locator('.editor-instance .monaco-editor.focused').first().waitFor();
  };

  const cursorIsOnLineOf = async (file: string, text: string) => {
    const { line } = findText(path.join(profile.harbour, file), text);
    await page.locator('.statusbar-item', { hasText: `Ln ${line}, ` }).waitFor();
  };

  const runCommand = async (title: string) => {
    await palette(title);
    // Commands that were used before come first, whatever was typed.
    const chosen = page.locator('.quick-input-widget:visible .monaco-list-row.focused');
    for (let step = 0; step < 30; step += 1) {
      if ((await chosen.locator('.label-name').first().innerText()) === title) break;
      await page.keyboard.press('ArrowDown');
    }
    await page.keyboard.press('Enter');
  };

  return {
    palette,
    cursorIsOnLineOf,
    openFile,
    async goTo(file: string, text: string) {
      await openFile(file);
      const { line, column } = findText(path.join(profile.harbour, file), text);
      await page.keyboard.press('Control+G');
      await input.waitFor();
      await input.fill(`:${line}:${column}`);
      await page.keyboard.press('Enter');
      await cursorIsOnLineOf(file, text);
      await page.locator('.editor-instance .monaco-editor.focused').first().waitFor();
    },
    runCommand,
    async chooseTheme(theme: string) {
      await runCommand('Preferences: Color Theme');
      await page.locator('.quick-input-widget:visible', { hasText: 'Dark Modern' }).waitFor();
      await input.fill(theme);
      await rows.filter({ hasText: theme }).first().waitFor();
      await page.keyboard.press('Enter');
      await page.locator('.quick-input-widget:visible').waitFor({ state: 'hidden' });
    },
    async screenshot(name: string, around?: Locator) {
      assert.match(name, /^[\w-]+$/);
      mkdirSync(screenshotFolder, { recursive: true });
      await page.waitForFunction(isStill);
      const clip = around && (await placeOf(around, page));
      await page.screenshot({ path: path.join(screenshotFolder, `${name}.png`), ...(clip && { clip }) });
    },
  };
}

/** Runs in the page: nothing fades or moves any more. What turns for ever, such as a progress bar, does not count. */
function isStill(): boolean {
  const { document } = globalThis as unknown as PageGlobals;
  return document
    .getAnimations()
    .every((one) => one.playState !== 'running' || one.effect?.getTiming().iterations === Infinity);
}

/** The globals of a page, which the types of this project do not know. */
interface PageGlobals {
  readonly document: {
    getAnimations(): readonly {
      readonly playState: string;
      readonly effect: { getTiming(): { readonly iterations?: number } } | null;
    }[];
  };
}

/** The element with some lines of code above, below and on both sides. */
async function placeOf(element: Locator, page: Page) {
  const box = await element.boundingBox();
  const window = page.viewportSize();
  assert.ok(box && window, 'the element is on the screen');
  const margin = { left: 90, right: 200, above: 26, below: 215 };
  const x = Math.max(0, box.x - margin.left);
  const y = Math.max(0, box.y - margin.above);
  return {
    x,
    y,
    width: Math.min(window.width, box.x + box.width + margin.right) - x,
    height: Math.min(window.height, box.y + box.height + margin.below) - y,
  };
}

/** Line and column of a text, counted from 1 as the status bar counts them. */
function findText(file: string, text: string): { readonly line: number; readonly column: number } {
  const before = readFileSync(file, 'utf8').split(text)[0] ?? '';
  const lines = before.split('\n');
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}
