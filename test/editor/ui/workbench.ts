// The workbench as a user has it: a window, a keyboard, and eyes. Nothing here knows the extension's code.
// In: what to open. Out: gestures, and places to look at; every gesture waits for its effect.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Locator, Page } from 'playwright-core';
import { repositoryRoot } from '../../../scripts/repository.mjs';
import { installWorkbench } from '../../../scripts/workbench/install.mjs';
import { findFreePort, startWorkbenchServer } from '../../../scripts/workbench/server.mjs';
import { openBrowser } from '../browser.ts';
import { createTestProfile, type TestProfile } from '../testProfile.ts';

export interface Workbench {
  readonly page: Page;
  readonly profile: TestProfile;
  /** Origins that the page wanted to reach and could not. */
  readonly refusedOrigins: ReadonlySet<string>;
  /** Opens a file by its name through Ctrl+P. */
  openFile(name: string): Promise<void>;
  /** Puts the cursor on the first occurrence of a text in the active editor, through the find box. */
  goTo(text: string): Promise<void>;
  /** Types into the command palette and returns its rows; Enter runs the first. */
  palette(text: string): Promise<Locator>;
  runCommand(title: string): Promise<void>;
  setUserSetting(key: string, value: unknown): Promise<void>;
  /** Writes test/editor/screenshots/NAME.png. */
  screenshot(name: string): Promise<void>;
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
  try {
    const browser = await openBrowser({
      authority: server.authority,
      profileFolder: path.join(profile.folder, 'browser'),
    });
    const { page } = browser;
    await page.goto(`${server.origin}/?folder=${encodeURI(profile.harbour)}`);
    await page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
    const stop = async () => {
      await browser.close();
      await server.stop();
      profile.remove();
    };
    return { page, profile, refusedOrigins: browser.refusedOrigins, stop, ...gestures(page, profile) };
  } catch (error) {
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

  return {
    palette,
    async openFile(name: string) {
      await page.keyboard.press('Control+P');
      await input.waitFor();
      await input.fill(name);
      await rows
        .filter({ hasText: path.basename(name) })
        .first()
        .waitFor();
      await page.keyboard.press('Enter');
      await page.locator(`.tab.active[data-resource-name="${path.basename(name)}"]`).waitFor();
      await page.locator('.editor-instance .monaco-editor.focused').first().waitFor();
    },
    async goTo(text: string) {
      await page.keyboard.press('Control+Home');
      await page.keyboard.press('Control+F');
      const find = page.locator('.find-widget.visible textarea, .find-widget.visible input').first();
      await find.waitFor();
      await find.fill(text);
      await page.locator('.find-widget.visible .matchesCount', { hasText: /^1 of/ }).waitFor();
      await page.keyboard.press('Escape');
      await page.locator('.monaco-editor.focused').first().waitFor();
    },
    async runCommand(title: string) {
      await palette(title);
      await page.keyboard.press('Enter');
    },
    async setUserSetting(key: string, value: unknown) {
      const file = path.join(profile.userDataFolder, 'User', 'settings.json');
      const settings = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
      writeFileSync(file, JSON.stringify({ ...settings, [key]: value }, undefined, 2));
    },
    async screenshot(name: string) {
      assert.match(name, /^[\w-]+$/);
      mkdirSync(screenshotFolder, { recursive: true });
      await page.screenshot({ path: path.join(screenshotFolder, `${name}.png`) });
    },
  };
}
