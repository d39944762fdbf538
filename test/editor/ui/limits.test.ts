// What a user sees when not everything is well: a folder that is not trusted, a model that is not there.

import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { openWorkbench, type Workbench } from './workbench.ts';

describe('Under limits', () => {
  let workbench: Workbench | undefined;
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') {
      await workbench?.screenshot(`failed-${this.currentTest.title.replace(/\W+/g, '-')}`.slice(0, 80));
    }
    await workbench?.stop();
    workbench = undefined;
  });

  it('in Restricted Mode comments still have labels', async () => {
    workbench = await openWorkbench({ askForTrust: true });
    const { page } = workbench;
    await page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).waitFor();
    await workbench.goTo('api/tideTable.ts', 'HACK: the step is hard-coded');
    await page
      .locator('.monaco-editor .squiggly-info')
      .first()
      .waitFor({ state: 'attached', timeout: 60_000 });
    await workbench.screenshot('restricted-mode');
  });

  it('a model that is not there gives one message with what to do, and the editor stays usable', async () => {
    workbench = await openWorkbench({ settings: { 'marginalia.model.path': '/nowhere/no-model' } });
    const { page } = workbench;
    await workbench.openFile('api/tideTable.ts');
    const notification = page.locator('.notifications-toasts .notification-list-item', {
      hasText: '/nowhere/no-model',
    });
    await notification.first().waitFor({ timeout: 60_000 });
    assert.equal(await notification.count(), 1);
    await notification.locator('.monaco-button', { hasText: 'Open Settings' }).waitFor();
    await workbench.screenshot('no-model');
    await workbench.goTo('forecast/harmonics.py', 'Fits harmonic constituents');
    await page.keyboard.type('x');
    await page.locator('.tab.active.dirty').waitFor();
  });
});
