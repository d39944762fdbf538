// The same file in a light, a dark and a high-contrast theme: the findings must be visible in each. The
// screenshots are for people to look at; the assertion is that the squiggle is there and has a colour.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { openWorkbench, type Workbench } from './workbench.ts';

/** What the list of themes calls it, and the class that the workbench then carries. */
const themes = [
  { name: 'light', theme: 'Light Modern', className: 'vs' },
  { name: 'dark', theme: 'Dark Modern', className: 'vs-dark' },
  { name: 'high-contrast', theme: 'Dark High Contrast', className: 'hc-black' },
  { name: 'high-contrast-light', theme: 'Light High Contrast', className: 'hc-light' },
] as const;

interface PageGlobals {
  getComputedStyle(
    element: unknown,
    part?: string,
  ): { readonly backgroundImage: string; readonly borderBottomWidth: string };
}

describe('Themes', () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await openWorkbench();
    await workbench.goTo('api/tideTable.ts', 'HACK: the step is hard-coded');
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot('failed-theme');
    await workbench.page.keyboard.press('Escape');
  });
  after(() => workbench?.stop());

  for (const { name, theme, className } of themes) {
    it(`show the findings in ${theme}`, async () => {
      const { page } = workbench;
      await workbench.chooseTheme(theme);
      await page.locator(`.monaco-workbench.${className}`).waitFor();
      const squiggle = page.locator('.monaco-editor .squiggly-info').first();
      await squiggle.waitFor({ state: 'attached', timeout: 60_000 });
      const drawn = await squiggle.evaluate((element) => {
        // This function runs in the page, whose globals the types of this project do not know.
        const { getComputedStyle } = globalThis as unknown as PageGlobals;
        const drawings = [getComputedStyle(element), getComputedStyle(element, '::before')];
        return drawings.map((style) => style.backgroundImage + style.borderBottomWidth).join(' ');
      });
      assert.match(drawn, /svg|[1-9]\d*px/, `nothing is drawn: ${drawn}`);
      await page.keyboard.press('Control+K');
      await page.keyboard.press('Control+I');
      await page
        .locator('.monaco-hover:visible', { hasText: /purpose: .*%/ })
        .first()
        .waitFor();
      await workbench.screenshot(`theme-${name}`);
      await page.keyboard.press('Escape');
    });
  }
});
