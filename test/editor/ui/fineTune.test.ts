// From labels to a better model as a user goes there: the panel, a training that a reload of the window interrupts,
// curves, numbers, what would change, the decision, the hover, and back again. With the shipped model and the real
// trainer, on a few dozen labels.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import type { FrameLocator } from 'playwright-core';
import { writeLabels } from './labelledTexts.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

/** A busy machine trains slowly, and nothing here is about speed. */
const patience = { timeout: 540_000 };
const comment = 'HACK: the step is hard-coded';

describe('Fine-tuning in the editor', function () {
  this.timeout(600_000);
  let workbench: Workbench;
  let panel: FrameLocator;

  const openPanel = (): FrameLocator =>
    workbench.page.frameLocator('iframe.webview.ready >> nth=-1').frameLocator('#active-frame');
  const section = (id: string) => panel.locator(`#${id}`);
  const hover = async (expected: RegExp): Promise<string> => {
    const { page } = workbench;
    // The page of the panel has keys of its own, so the tab is clicked.
    await page.locator('.tab', { hasText: 'tideTable.ts' }).click();
    await page.locator('.editor-instance .monaco-editor.focused').first().waitFor();
    const shown = page.locator('.monaco-hover:visible', { hasText: expected }).first();
    for (let attempt = 0; attempt < 60 && !(await shown.isVisible()); attempt++) {
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+K');
      await page.keyboard.press('Control+I');
      await page.waitForTimeout(1_000);
    }
    const text = await shown.innerText();
    await page.keyboard.press('Escape');
    return text;
  };

  before(async () => {
    workbench = await openWorkbench();
    workbench.page.setDefaultTimeout(180_000);
    writeLabels(workbench.profile.harbour);
    await workbench.goTo('api/tideTable.ts', comment);
    await workbench.runCommand('Marginalia: Fine-Tune…');
    panel = openPanel();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot('failed-fine-tune');
  });
  after(() => workbench?.stop());

  it('shows what is labelled, and measures how long a training takes', async () => {
    await section('labels').locator('table').waitFor(patience);
    await section('labels').locator('select').selectOption('audience');
    const rows = section('labels').locator('tbody tr');
    assert.equal(await rows.count(), 3);
    assert.match(await section('labels').innerText(), /Operator\s+1\d\s+\d/);
    assert.match(await section('result').innerText(), /There is no new model yet/);
    await panel.getByText(/on this machine \(measured: \d/).waitFor(patience);
  });

  it('has choices that few need folded away, and opens them by keyboard', async () => {
    const { page } = workbench;
    const shallow = panel.locator('#shallow');
    assert.equal(await shallow.isVisible(), false);
    await panel.locator('summary', { hasText: 'Advanced' }).focus();
    await page.keyboard.press('Enter');
    await shallow.waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowUp');
    // The section was drawn again: what was open still is, and the choice and the focus are where they were.
    await panel.locator('#shallow:focus').waitFor();
    assert.equal(await shallow.inputValue(), '0');
    await panel.locator('#decay').selectOption('0.5');
    const spoken = await section('train').ariaSnapshot();
    assert.match(spoken, /- combobox "Other depths"/);
    assert.match(spoken, /- combobox "Rate by layer"/);
    await section('train').scrollIntoViewIfNeeded();
    await workbench.screenshot('fine-tune-advanced');
    await shallow.selectOption('0.25');
    await panel.locator('#decay').selectOption('1');
  });

  it('trains, and goes on after the window was reloaded in the middle', async () => {
    await panel.locator('#epochs').fill('6');
    await panel.locator('#epochs').press('Enter');
    await panel.getByRole('button', { name: 'Start Training' }).click();
    await panel.getByRole('button', { name: 'Pause' }).click(patience);
    await panel.getByRole('button', { name: 'Resume' }).waitFor();
    await section('progress').locator('svg.chart').first().waitFor();
    await workbench.page.reload();
    panel = openPanel();
    await section('progress').locator('strong.phase', { hasText: 'Done' }).waitFor(patience);
    assert.equal(await section('progress').locator('svg.chart').count(), 2);
    const epochs = section('progress').locator('circle.dot.second');
    assert.ok((await epochs.count()) >= 6, 'every epoch is drawn, those before the reload too');
  });

  it('says what the new model is worth, with the texts behind each number', async () => {
    const result = section('result');
    await result.locator('.metrics tbody tr').first().waitFor(patience);
    assert.equal(await result.locator('.metrics tbody tr').count(), 3);
    assert.match(await result.innerText(), /Measured on \d+ texts that no training saw/);
    const cell = result.locator('.confusion button.right').first();
    const count = Number(await cell.innerText());
    await cell.click();
    await result
      .locator('.examples li')
      .nth(count - 1)
      .waitFor();
    assert.equal(await result.locator('.examples li').count(), count);
    await workbench.screenshot('fine-tune-result');
  });

  it('shows what would change, and changes nothing by that', async () => {
    await panel.getByRole('button', { name: 'Compare in This Workspace' }).click();
    await section('preview').locator('.changes').waitFor(patience);
    assert.match(await section('preview').innerText(), /Read: \d+ comments in \d+ files/);
    assert.match(await section('models').innerText(), /the model that comes with Marginalia\s+in use/);
  });

  it('uses the model when it was accepted, and goes back in one step', async () => {
    await section('preview').getByRole('button', { name: 'Accept' }).click();
    await panel.locator('.notice', { hasText: 'This workspace uses audience-' }).waitFor(patience);
    assert.match(await hover(/audience: .*%/), /audience-\d{4}/);
    await workbench.page.locator('.tab', { hasText: 'Fine-Tune' }).click();
    panel = openPanel();
    await section('models')
      .getByRole('button', { name: /^Roll back to/ })
      .click();
    await panel.locator('.notice', { hasText: 'uses the model of the settings' }).waitFor(patience);
    assert.doesNotMatch(await hover(/marginalia-small/), /audience/);
  });
});
