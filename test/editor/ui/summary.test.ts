// What a file is about, as a user asks for it: one command, a list of sentences and phrases, Enter goes there.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { openWorkbench, type Workbench } from './workbench.ts';

describe('Summarize This File', () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await openWorkbench();
    // The first search for files waits for a cold extension host.
    workbench.page.setDefaultTimeout(150_000);
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot('failed-summarize-file');
  });
  after(() => workbench?.stop());

  it('lists key sentences and key phrases, and leads to a sentence', async () => {
    const { page } = workbench;
    const file = 'docs/architecture.md';
    await workbench.openFile(file);
    await workbench.runCommand('Marginalia: Summarize This File');
    const rows = page.locator('.quick-input-widget:visible .monaco-list-row');
    await rows.filter({ hasText: 'Key sentences' }).first().waitFor();
    const sentence = 'A reading is a time, a gauge and a height in millimetres above chart datum.';
    await rows.filter({ hasText: sentence }).first().waitFor();
    await workbench.screenshot('summarize-file');
    assert.ok((await rows.count()) >= 8, 'sentences and phrases');
    await page.locator('.quick-input-widget:visible input').first().fill('a gauge and a height');
    await page.keyboard.press('Enter');
    await workbench.cursorIsOnLineOf(file, sentence);
  });
});
