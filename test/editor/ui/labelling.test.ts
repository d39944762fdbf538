// Labelling by keyboard alone, as a person does it: correct a comment from its quick fix, see the hover change, and
// find the label in the file that goes into the pull request.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import { openWorkbench, type Workbench } from './workbench.ts';

const file = 'api/tideTable.ts';
const hack = 'HACK: the step is hard-coded';

describe('Labelling', () => {
  let workbench: Workbench;
  before(async () => {
    // Whoever runs the tests is not whom they are about; git takes this before its files.
    Object.assign(process.env, {
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'user.name',
      GIT_CONFIG_VALUE_0: 'Ada',
    });
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

  const rows = () => labelRows(path.join(workbench.profile.harbour, '.marginalia', 'labels.jsonl'));
  /** The next passage is shown before the disk has the label of the last. */
  const waitUntil = async (isSo: () => boolean) => {
    for (let waitedMs = 0; !isSo() && waitedMs < 10_000; waitedMs += 50) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const firstRowBecomes = (isSo: (row: Record<string, unknown> | undefined) => boolean) =>
    waitUntil(() => isSo(rows()[0]));
  /** Passages with a label of form; the queue may begin with one that has another label already. */
  const formCount = () => rows().filter(({ labels }) => 'form' in Object(labels)).length;
  const formsBecome = async (count: number) => {
    await waitUntil(() => formCount() === count);
    assert.equal(formCount(), count);
  };

  it('is offered by the quick fix of a finding, and a digit chooses', async () => {
    const { page } = workbench;
    await workbench.goTo(file, hack);
    await page
      .locator('.monaco-editor .squiggly-info')
      .first()
      .waitFor({ state: 'attached', timeout: 60_000 });
    await chooseQuickFix(workbench, 'Wrong: it is…');
    const list = page.locator('.quick-input-widget:visible .monaco-list-row');
    await list
      .filter({ hasText: /1\s+\S/ })
      .first()
      .waitFor();
    await workbench.screenshot('label-choices');
    const wanted = await list.filter({ hasText: 'Missing documentation' }).first().innerText();
    await page.keyboard.type(/^(\d)/.exec(wanted.trim())![1]!);
    await page.locator('.quick-input-widget:visible').waitFor({ state: 'hidden' });
  });

  it('shows in the hover who labelled the comment, at once', async () => {
    const { page } = workbench;
    await workbench.goTo(file, hack);
    await page.keyboard.press('Control+K');
    await page.keyboard.press('Control+I');
    const hover = page
      .locator('.monaco-hover:visible', { hasText: /debt: Missing documentation labelled by/ })
      .first();
    await hover.waitFor();
    assert.match(await hover.innerText(), /debt: Missing documentation labelled by Ada on \d{4}-\d\d-\d\d/);
    for (const link of ['Right', 'Wrong: it is…', 'Not debt', 'Still accurate']) {
      await hover.locator('a', { hasText: link }).first().waitFor();
    }
    await workbench.screenshot('label-hover');
    await waitUntil(() => rows().length === 1);
    assert.equal(rows().length, 1);
    const [row] = rows();
    assert.match(String(row?.text), /^HACK: the step is hard-coded/);
    assert.deepEqual([row?.labels, row?.verdict, row?.file], [{ debt: ['documentation'] }, 'wrong', file]);
  });

  it('dismisses a finding, whose underline goes away, and takes that back', async () => {
    const { page } = workbench;
    await workbench.goTo(file, hack);
    const underlines = page.locator('.monaco-editor .squiggly-info');
    await underlines.first().waitFor({ state: 'attached' });
    const before = await underlines.count();
    await workbench.runCommand('Marginalia: Dismiss Finding');
    await page.waitForFunction(hasUnderlines(before - 1), undefined, { timeout: 30_000 });
    await firstRowBecomes((row) => row?.dismissed !== undefined);
    assert.deepEqual(rows()[0]?.dismissed, ['debt']);
    await workbench.runCommand('Marginalia: Undo Last Label');
    await page.waitForFunction(hasUnderlines(before), undefined, { timeout: 30_000 });
    await firstRowBecomes((row) => row?.labels !== undefined);
    assert.deepEqual(rows()[0]?.labels, { debt: ['documentation'] });
  });

  it('goes through a queue by keyboard: label, take back, skip, end', async () => {
    const { page } = workbench;
    const box = page.locator('.quick-input-widget:visible');
    const before = formCount();
    await workbench.runCommand('Marginalia: Label Next…');
    await box.locator('.monaco-list-row', { hasText: 'form' }).first().waitFor();
    await page.keyboard.type('form');
    await page.keyboard.press('Enter');
    await box.locator('.monaco-list-row', { hasText: 'Open files' }).first().waitFor();
    await page.keyboard.press('Enter');
    await box.filter({ hasText: /form: 1 of \d+/ }).waitFor({ timeout: 60_000 });
    await workbench.screenshot('label-queue');
    await page.keyboard.type('1');
    await box.filter({ hasText: /form: 2 of \d+/ }).waitFor();
    await formsBecome(before + 1);
    await page.keyboard.type('-');
    await box.filter({ hasText: /form: 1 of \d+/ }).waitFor();
    await formsBecome(before);
    await page.keyboard.type('0');
    await box.filter({ hasText: /form: 2 of \d+/ }).waitFor();
    await page.keyboard.press('Enter');
    await box.filter({ hasText: /form: 3 of \d+/ }).waitFor();
    await formsBecome(before + 1);
    await page.keyboard.press('Escape');
    await box.waitFor({ state: 'hidden' });
  });

  it('shows all labels in a tree, whose rows open their comments', async () => {
    const { page } = workbench;
    await workbench.runCommand('Marginalia: Focus on Labels View');
    const row = page.locator('.part.sidebar .monaco-list-row');
    const group = row.filter({ hasText: 'Missing documentation' }).first();
    await group.waitFor({ timeout: 60_000 });
    await workbench.screenshot('labels-tree');
    await group.click();
    const passage = row.filter({ hasText: hack }).first();
    await passage.waitFor();
    await workbench.screenshot('labels-tree-open');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await workbench.cursorIsOnLineOf(file, '// HACK');
  });
});

/** An expression for the page. Other findings may be underlined, too. */
function hasUnderlines(count: number): string {
  return `document.querySelectorAll('.monaco-editor .squiggly-info').length === ${count}`;
}

/** Opens the quick fixes at the cursor, moves to one with this title and accepts it. */
async function chooseQuickFix({ page, screenshot }: Workbench, title: string): Promise<void> {
  const menu = page.locator('.action-widget:visible');
  const wanted = menu.locator('.monaco-list-row.focused', { hasText: title });
  // Another extension that answers late closes the menu once more.
  for (let attempt = 0; attempt < 8; attempt += 1) {
    await page.keyboard.press('Control+.');
    const row = menu.locator('.monaco-list-row', { hasText: title });
    const isThere = await row.waitFor({ timeout: 6000 }).then(
      () => true,
      () => false,
    );
    if (!isThere) {
      await page.keyboard.press('Escape');
      continue;
    }
    await screenshot('label-quick-fix');
    for (let step = 0; step < 12 && (await wanted.count()) === 0; step += 1) {
      await page.keyboard.press('ArrowDown');
    }
    if ((await wanted.count()) > 0) return await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
  }
  throw new Error(`The quick fix ${title} could not be chosen.`);
}

function labelRows(file: string): Record<string, unknown>[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}
