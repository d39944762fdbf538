// The search view as a user has it, by keyboard alone: open it, type, see results, preview and open them, ask.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, afterEach, before, describe, it } from 'mocha';
import type { FrameLocator } from 'playwright-core';
import { openWorkbench, type Workbench } from './workbench.ts';

const height = 'Height of the water at one moment';

describe('The search view', () => {
  let workbench: Workbench;
  let view: FrameLocator;
  before(async () => {
    workbench = await openWorkbench();
    // The palette lists what is known when it opens: the extension has to be there before.
    await workbench.page
      .locator('.activitybar [aria-label^="Marginalia"]')
      .first()
      .waitFor({ timeout: 60_000 });
    await workbench.runCommand('Marginalia: Open Search View');
    view = workbench.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
    // Words are found as soon as the folder is read; the model may still be at work.
    await view.locator('.footer', { hasText: /\d+ passages/ }).waitFor({ timeout: 60_000 });
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') {
      await workbench.screenshot(`failed-${this.currentTest.title.replace(/\W+/g, '-')}`.slice(0, 80));
    }
  });
  after(() => workbench?.stop());

  it('explains itself and waits for words', async () => {
    await view.locator('input:focus').waitFor();
    await view.getByText('Find what the comments and docs').waitFor();
    await workbench.screenshot('search-empty');
  });

  it('shows results while typing, in groups, with the words marked', async () => {
    await workbench.page.keyboard.type('height water');
    const row = view.locator('[role=treeitem].passage', { hasText: height });
    await row.waitFor();
    assert.deepEqual(
      (await row.locator('mark').allInnerTexts()).map((word) => word.toLowerCase()).slice(0, 2),
      ['height', 'water'],
    );
    await view.locator('[role=treeitem].group', { hasText: 'tideTable.ts' }).waitFor();
    assert.match(await view.locator('.summary').innerText(), /^\d+ results?$/);
    await workbench.screenshot('search-results-light');
  });

  it('previews with Space and keeps the keyboard, opens with Enter and goes there', async () => {
    const { page } = workbench;
    await page.keyboard.press('ArrowDown');
    const chosen = view.locator('[aria-selected=true]', { hasText: height });
    for (let step = 0; step < 30 && (await chosen.count()) === 0; step += 1) {
      await page.keyboard.press('ArrowDown');
    }
    await chosen.waitFor();
    await page.keyboard.press('Space');
    await page.locator('.tab.active[data-resource-name="tideTable.ts"]').waitFor();
    await view.locator('.list:focus').waitFor();
    await workbench.screenshot('search-preview');
    await page.keyboard.press('Enter');
    await page.locator('.editor-instance .monaco-editor.focused').first().waitFor();
    await workbench.cursorIsOnLineOf('api/tideTable.ts', '/**\n * Height of the water');
  });

  it('offers filters as chips, which write themselves into the query and go away again', async () => {
    await view.locator('input').fill('gauge lang:go');
    await view.locator('.chip .key', { hasText: 'lang' }).waitFor();
    // The results of the words before stand there until the new ones come.
    await view
      .locator('.group .title', { hasText: /(?<!\.go)$/ })
      .first()
      .waitFor({ state: 'detached' });
    const files = await view.locator('.group .title').allInnerTexts();
    assert.ok(files.length > 0 && files.every((file) => file.endsWith('.go')), files.join());
    await view.locator('.chip', { has: view.locator('.key', { hasText: 'lang' }) }).click();
    await view.locator('.chip .key').waitFor({ state: 'hidden' });
    assert.equal(await view.locator('input').inputValue(), 'gauge');
  });

  it('finds by who wrote a line and since when', async () => {
    const { harbour } = workbench.profile;
    const git = (author: string, date: string, ...command: string[]) =>
      execFileSync(
        'git',
        ['-c', `user.name=${author}`, '-c', `user.email=${author}@example.org`, ...command],
        {
          cwd: harbour,
          env: { ...process.env, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
        },
      );
    const commit = (author: string, date: string, ...paths: string[]) => {
      git(author, date, 'add', ...paths);
      git(author, date, 'commit', '--quiet', '--message', `By ${author}`);
    };
    git('Ann', '2020-01-01T00:00:00Z', 'init', '--quiet');
    commit('Ann', '2020-01-01T00:00:00Z', '.', ':!collector');
    commit('Bo', new Date().toISOString(), 'collector');
    const files = async () => (await view.locator('.group .title').allInnerTexts()).join();
    const notebook = view.locator('.group .title', { hasText: 'calibration.ipynb' });
    await view.locator('input').fill('gauge');
    await notebook.waitFor();
    for (const filter of ['author:bo', 'since:7d']) {
      await view.locator('input').fill(`gauge ${filter}`);
      await view.locator('.chip .key', { hasText: filter.split(':')[0]! }).waitFor();
      await notebook.waitFor({ state: 'detached' });
      assert.equal(await files(), 'gauge.go');
    }
    await workbench.screenshot('search-since');
    await view.locator('input').fill('gauge author:ann');
    await notebook.waitFor();
    assert.doesNotMatch(await files(), /gauge\.go/);
  });

  it('says what was not found', async () => {
    await view.locator('input').fill('"there is no such sentence here"');
    await view.getByText('Nothing found for').waitFor();
  });

  it('answers with the exact sentence and goes to it', async () => {
    const lost = 'readings are lost when the disk is full';
    await workbench.runCommand('Marginalia: Ask…');
    await view.locator('[role=radio][aria-checked=true]', { hasText: 'Ask' }).waitFor();
    await view.locator('input').fill('What happens to readings when the disk is full?');
    await view.locator('input').press('Enter');
    const answer = view.locator('.answer');
    await answer.locator('.sentence', { hasText: lost }).waitFor({ timeout: 60_000 });
    assert.match(await answer.locator('.caption').innerText(), /\d\d % sure/);
    assert.match(await answer.locator('.where').innerText(), /^collector\/gauge\.go:\d+$/);
    await workbench.screenshot('search-ask');
    await view.locator('input').press('ArrowDown');
    await workbench.page.keyboard.press('Enter');
    await workbench.cursorIsOnLineOf('collector/gauge.go', lost);
    await workbench.screenshot('search-ask-opened');
  });

  it('marks an answer about what is deprecated', async () => {
    await workbench.runCommand('Marginalia: Ask…');
    await view.locator('input').fill('What should I use instead of the CSV export?');
    await view.locator('input').press('Enter');
    await view.locator('.answer .badge.deprecated').waitFor({ timeout: 60_000 });
    await workbench.screenshot('search-ask-deprecated');
  });

  it('says that there is no answer, why, and shows what is nearest', async () => {
    await view.locator('input').fill('What is the capital of France?');
    await view.locator('input').press('Enter');
    const verdict = view.locator('.verdict', { hasText: 'No answer.' });
    await verdict.getByText('Nothing in this workspace mentions: capital, France.').waitFor();
    await view.locator('.summary', { hasText: /^Nearest passages: 5$/ }).waitFor();
    assert.equal(await view.locator('.answer').count(), 0);
    await workbench.screenshot('search-no-answer');
  });

  it('finds what is similar to the comment at the caret', async () => {
    const { page } = workbench;
    await workbench.goTo('api/tideTable.ts', height);
    await workbench.runCommand('Marginalia: Find Similar Comments');
    await view.locator('.summary', { hasText: 'Similar to “Height of the water' }).waitFor();
    await page.keyboard.press('Escape');
  });

  it('keeps what was typed when it is hidden and shown again', async () => {
    const { page } = workbench;
    await workbench.runCommand('Marginalia: Open Search View');
    await view.locator('input').fill('water height');
    await view.locator('.passage').first().waitFor();
    await page.keyboard.press('Control+Shift+E');
    await page.locator('.explorer-folders-view').waitFor();
    await workbench.runCommand('Marginalia: Open Search View');
    await view.locator('.passage').first().waitFor();
    assert.equal(await view.locator('input').inputValue(), 'water height');
  });

  for (const [name, theme, className] of [
    ['dark', 'Dark Modern', 'vs-dark'],
    ['high-contrast', 'Dark High Contrast', 'hc-black'],
    ['high-contrast-light', 'Light High Contrast', 'hc-light'],
  ] as const) {
    it(`can be read in ${theme}`, async () => {
      await workbench.chooseTheme(theme);
      await workbench.page.locator(`.monaco-workbench.${className}`).waitFor();
      await view.locator('.passage mark').first().waitFor();
      await view.locator('.list').focus();
      await workbench.screenshot(`search-results-${name}`);
    });
  }

  it('has a quick pick that leads to the same places', async () => {
    const { page } = workbench;
    await workbench.runCommand('Marginalia: Search Comments and Docs…');
    const pick = page.locator('.quick-input-widget:visible');
    await pick.locator('input').first().fill('height water');
    await pick.locator('.monaco-list-row', { hasText: height }).first().waitFor();
    await workbench.screenshot('search-quick-pick');
    const chosen = pick.locator('.monaco-list-row.focused', { hasText: height });
    for (let step = 0; step < 20 && (await chosen.count()) === 0; step += 1) {
      await page.keyboard.press('ArrowDown');
    }
    await page.keyboard.press('Enter');
    await workbench.cursorIsOnLineOf('api/tideTable.ts', '/**\n * Height of the water');
  });
});
