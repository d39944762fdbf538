// The first minute of a new user, by keyboard alone: open a file, see what is underlined and why, ask for the
// labels of a comment and of the whole file.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { openWorkbench, type Workbench } from './workbench.ts';

const file = 'api/tideTable.ts';
const hack = 'HACK: the step is hard-coded';

describe('A first file', () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await openWorkbench();
    await workbench.openFile(file);
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') {
      await workbench.screenshot(`failed-${this.currentTest.title.replace(/\W+/g, '-')}`.slice(0, 80));
    }
    await workbench.page.keyboard.press('Escape');
  });
  after(() => workbench?.stop());

  it('has its debt underlined, and nothing else of the line', async () => {
    const { page } = workbench;
    await workbench.goTo(file, hack);
    const squiggle = page.locator('.monaco-editor .squiggly-info').first();
    await squiggle.waitFor({ state: 'attached', timeout: 60_000 });
    await workbench.screenshot('first-file-light');
  });

  it('says in the status bar which model reads along', async () => {
    const item = workbench.page.locator('.statusbar-item[id^="marginalia"]').first();
    await item.waitFor();
    await item.filter({ hasText: /marginalia/i }).waitFor();
    assert.match((await item.locator('a').getAttribute('aria-label')) ?? '', /marginalia/i);
  });

  it('lists its findings in the problems panel, and Enter goes there', async () => {
    const { page } = workbench;
    await page.keyboard.press('Control+Shift+M');
    const rows = page.locator('.markers-panel .monaco-list-row', { hasText: 'marginalia' });
    await rows.first().waitFor();
    await workbench.screenshot('problems');
    const chosen = page.locator('.markers-panel .monaco-list-row.focused', { hasText: /debt.*\[Ln 51,/ });
    for (let step = 0; step < 40 && (await chosen.count()) === 0; step += 1) {
      await page.keyboard.press('ArrowDown');
    }
    await chosen.waitFor();
    await page.keyboard.press('Enter');
    await workbench.cursorIsOnLineOf(file, hack);
    await page.keyboard.press('Control+J');
  });

  it('shows the labels of a comment with percentages and their meaning', async () => {
    const { page } = workbench;
    await workbench.goTo(file, 'Height of the water at one moment');
    await page.keyboard.press('Control+K');
    await page.keyboard.press('Control+I');
    const hover = page.locator('.monaco-hover:visible', { hasText: /purpose: .*%/ }).first();
    await hover.waitFor();
    assert.match(await hover.innerText(), /heightAt/);
    await workbench.screenshot('hover');
    await workbench.screenshot('hover-detail', hover);
    await page.keyboard.press('Escape');
  });

  it('offers every command under one word in the palette', async () => {
    // There are more than the palette shows at once.
    for (const title of [
      'Label This File',
      'Show Status',
      'Show Log',
      'Open Settings',
      'Restart Server',
      'Open Search View',
      'Search Comments and Docs…',
      'Ask…',
    ]) {
      await workbench.palette(`Marginalia: ${title}`);
      await workbench.page.keyboard.press('Escape');
    }
    await workbench.palette('Marginalia:');
    await workbench.screenshot('palette');
  });

  it('shows all of its comments with their labels in one list, and the list leads to the comment', async () => {
    const { page } = workbench;
    await workbench.openFile('forecast/harmonics.py');
    await workbench.runCommand('Marginalia: Label This File');
    const row = page
      .locator('.quick-input-widget:visible .monaco-list-row', { hasText: 'ugly workaround' })
      .first();
    await row.waitFor({ timeout: 30_000 });
    assert.match(await row.innerText(), /%/);
    await workbench.screenshot('label-file');
    await page.locator('.quick-input-widget:visible input').first().fill('ugly workaround');
    await page.keyboard.press('Enter');
    await workbench.cursorIsOnLineOf('forecast/harmonics.py', '# This is an ugly workaround');
  });

  it('keeps the page from the network: only the workbench asks for its own gallery', () => {
    assert.deepEqual(
      [...workbench.refusedOrigins].filter((origin) => origin !== 'https://open-vsx.org'),
      [],
    );
  });
});
