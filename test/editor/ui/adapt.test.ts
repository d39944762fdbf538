// Adapting to the workspace as a user goes there: the command and its question, a notification, the reasons why a model
// was not kept, the advice followed, a training that a reload of the window interrupts, the decision, and back again.
// With the real trainer and a tiny model, on regular sentences, so that it takes seconds. The panel is looked at in
// light, dark and high contrast.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import type { FrameLocator } from 'playwright-core';
import { tinyModelFolder } from '../../engine/tinyEngine.ts';
import { writeNamedComments, writeSettledLabels } from './adaptableTexts.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

/** A busy machine trains slowly, and nothing here is about speed. */
const patience = { timeout: 300_000 };

const themes = [
  ['light', 'Light Modern'],
  ['dark', 'Dark Modern'],
  ['high-contrast', 'Dark High Contrast'],
] as const;

describe('Adapting to the workspace', function () {
  this.timeout(600_000);
  let workbench: Workbench;
  let panel: FrameLocator;
  const violations: string[] = [];

  const openPanel = (): FrameLocator =>
    workbench.page.frameLocator('iframe.webview.ready >> nth=-1').frameLocator('#active-frame');
  const section = (id: string) => panel.locator(`#${id}`);
  const notification = (text: RegExp) =>
    workbench.page.locator('.notifications-toasts .notification-list-item', { hasText: text }).first();

  /** A window so high that nothing of the page has to be scrolled to. */
  const wholePanel = async (name: string): Promise<void> => {
    const size = workbench.page.viewportSize()!;
    await workbench.page.setViewportSize({ width: 1_180, height: 2_100 });
    await workbench.screenshot(name);
    await workbench.page.setViewportSize(size);
  };

  before(async () => {
    workbench = await openWorkbench({ settings: { 'marginalia.model.path': tinyModelFolder } });
    workbench.page.setDefaultTimeout(120_000);
    workbench.page.on('console', (message) => {
      if (/Content Security Policy/i.test(message.text())) violations.push(message.text());
    });
    writeNamedComments(workbench.profile.harbour);
    await workbench.openFile('api/tideTable.ts');
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot('failed-adapt');
  });
  after(() => workbench?.stop());

  it('asks before it begins, shows how it goes, and says why the model was not kept', async () => {
    const { page } = workbench;
    await workbench.runCommand('Marginalia: Adapt to This Workspace…');
    const dialog = page.locator('.monaco-dialog-box', { hasText: 'Adapt the model to this workspace?' });
    await dialog.waitFor(patience);
    await workbench.screenshot('adapt-question');
    assert.match(await dialog.innerText(), /About \d+ min for \d+ comments and paragraphs, measured on this/);
    await page.keyboard.press('Enter');
    await notification(/Adapting to this workspace, part 2 of 2: epoch \d+ of \d+/).waitFor(patience);
    await notification(/was not kept\..*% of the decisions about \w+ would change/).waitFor(patience);
    await notification(/was not kept/)
      .getByRole('button', { name: 'Show' })
      .click();
    panel = openPanel();
    await section('progress').locator('strong.phase', { hasText: 'Not kept' }).waitFor();
    await section('adapt')
      .getByText(/About .* on this machine, for \d+ comments/)
      .waitFor(patience);
    assert.match(
      await section('progress').innerText(),
      /Label some texts of that task, then adapt again/,
      'it says what to do',
    );
    const rows = section('progress').locator('.measures tbody tr');
    assert.ok((await rows.count()) >= 5, 'words, loss, order, search, and what is said as before');
    assert.match(await section('models').innerText(), /No model was trained or imported yet/);
  });

  for (const [name, theme] of themes) {
    it(`is readable in ${theme}`, async () => {
      const { page } = workbench;
      await workbench.chooseTheme(theme);
      await page.locator('.tab', { hasText: 'Fine-Tune' }).click();
      await section('progress').locator('.measures').waitFor();
      const colours = await section('progress')
        .locator('.measures .change')
        .first()
        .evaluate((element) => {
          // This function runs in the page, whose globals the types of this project do not know.
          const { getComputedStyle } = globalThis as unknown as {
            getComputedStyle(one: unknown): { readonly color: string };
          };
          return [getComputedStyle(element).color, getComputedStyle(element.closest('section')).color];
        });
      assert.ok(colours.every((colour) => /^rgb/.test(colour)));
      await wholePanel(`fine-tune-${name}`);
    });
  }

  it('every button, field and table of the page has a name, and nothing broke its policy', async () => {
    const spoken = await panel.locator('main').ariaSnapshot();
    assert.doesNotMatch(spoken, /- (?:button|combobox|textbox|checkbox|table)(?::|\s*$)/m, spoken);
    assert.match(spoken, /- button "Adapt to This Workspace"/);
    assert.match(spoken, /- table "Measured on passages and labels that nothing was learned from\."/);
    assert.deepEqual(violations, []);
  });

  it('goes on after the window was reloaded, by keyboard alone, and keeps a model that is no worse', async () => {
    const { page } = workbench;
    writeSettledLabels(workbench.profile.harbour);
    const adapt = panel.getByRole('button', { name: 'Adapt to This Workspace' });
    await adapt.focus();
    await page.keyboard.press('Enter');
    const pause = panel.getByRole('button', { name: 'Pause' });
    await pause.waitFor(patience);
    await pause.focus();
    await page.keyboard.press('Enter');
    await panel.getByRole('button', { name: 'Resume' }).waitFor();
    await section('progress').locator('strong.phase', { hasText: 'Paused: adapting' }).waitFor();
    await page.reload();
    panel = openPanel();
    await section('progress').locator('strong.phase', { hasText: 'part 2 of 2' }).waitFor(patience);
    await section('progress').locator('svg.chart').first().waitFor(patience);
    await section('progress').locator('strong.phase', { hasText: 'Done: adapted' }).waitFor(patience);
    await section('result').locator('.measures').waitFor();
    assert.match(await section('result').innerText(), /adapted-\d{4}.* was adapted to this workspace from/);
    assert.match(await section('result').innerText(), /Your labels of debt: macro F1/);
    await wholePanel('adapt-result');
    assert.match(await section('labels').innerText(), /Ownership/, 'labels have the titles of the model');
    assert.doesNotMatch(await section('labels').innerText(), /new for the model/);
  });

  it('is used when it was accepted, and left in one step', async () => {
    await section('preview').getByRole('button', { name: 'Accept' }).click();
    await panel.locator('.notice', { hasText: 'This workspace uses adapted-' }).waitFor(patience);
    await section('models').locator('tr.active', { hasText: 'adapted-' }).waitFor();
    await section('models')
      .getByRole('button', { name: /^Roll back to/ })
      .click();
    await panel.locator('.notice', { hasText: 'uses the model of the settings' }).waitFor(patience);
    await section('models').locator('.badge', { hasText: 'adapted' }).waitFor();
  });

  it('a workspace with few comments is told how many it needs', async () => {
    for (const file of [
      'api',
      'collector',
      'core',
      'docs',
      'forecast',
      'ledger',
      'notebooks',
      'ops',
      'web',
    ]) {
      writeFileSync(path.join(workbench.profile.harbour, '.gitignore'), `${file}/\n`, { flag: 'a' });
    }
    writeFileSync(path.join(workbench.profile.harbour, '.gitignore'), 'named*.ts\n', { flag: 'a' });
    await panel.getByRole('button', { name: 'Adapt to This Workspace' }).click();
    await panel
      .locator('.notice', { hasText: /has \d+ different comments and paragraphs; at least 100/ })
      .waitFor(patience);
  });
});
