// The same file in a light, a dark and a high-contrast theme: the findings must be visible in each. The
// screenshots are for people to look at; the assertion is that the squiggle is there and has a colour.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { openWorkbench, type Workbench } from './workbench.ts';

const themes = [
  ['light', 'Default Light Modern'],
  ['dark', 'Default Dark Modern'],
  ['high-contrast', 'Default High Contrast'],
  ['high-contrast-light', 'Default High Contrast Light'],
] as const;

describe('Themes', () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await openWorkbench();
    await workbench.openFile('tideTable.ts');
    await workbench.goTo('HACK: the step is hard-coded');
  });
  after(() => workbench?.stop());

  for (const [name, theme] of themes) {
    it(`show the findings in ${theme}`, async () => {
      const { page } = workbench;
      await workbench.setUserSetting('workbench.colorTheme', theme);
      const kind = {
        light: 'vs',
        dark: 'vs-dark',
        'high-contrast': 'hc-black',
        'high-contrast-light': 'hc-light',
      }[name];
      await page.locator(`.monaco-workbench.${kind}`).waitFor();
      const squiggle = page.locator('.monaco-editor .squiggly-info').first();
      await squiggle.waitFor({ state: 'attached', timeout: 60_000 });
      // A string, because the function runs in the page, whose globals this project's types do not know.
      const drawn = await squiggle.evaluate(
        "(element) => getComputedStyle(element, '::before').backgroundImage + getComputedStyle(element).borderBottom",
      );
      assert.match(String(drawn), /svg|[1-9]\d*px/, `nothing is drawn: ${drawn}`);
      await page.keyboard.press('Control+K');
      await page.keyboard.press('Control+I');
      await page.locator('.monaco-hover:visible', { hasText: '%' }).first().waitFor();
      await workbench.screenshot(`theme-${name}`);
      await page.keyboard.press('Escape');
    });
  }
});
