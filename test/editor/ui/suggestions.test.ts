// What history suggests as labels, by keyboard alone: a comment that a commit took away is shown as it was, Enter
// confirms the suggested label, 0 skips, and only what was confirmed stands in the file.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import { openWorkbench, type Workbench } from './workbench.ts';

const comment = 'HACK: the pump starts twice because the relay bounces';

describe('Labels that history suggests', () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await openWorkbench();
    writePast(workbench.profile.harbour);
    await workbench.openFile('api/pump.ts');
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot('failed-suggestions');
  });
  after(() => workbench?.stop());

  it('are asked about with their reason, and kept when Enter confirms them', async () => {
    const { page, profile } = workbench;
    const labels = path.join(profile.harbour, '.marginalia', 'labels.jsonl');
    const question = page.locator('.quick-input-widget:visible');
    await workbench.runCommand('Marginalia: Review Suggested Labels…');
    await question.filter({ hasText: 'Whole workspace' }).waitFor();
    await page.keyboard.press('Enter');
    await question
      .filter({ hasText: /debt: 1 of \d+ · removed on 2026-03-09 in [0-9a-f]{7}: Debounce the relay/ })
      .waitFor({ timeout: 60_000 });
    await page.locator('.editor-instance .view-lines', { hasText: comment.slice(0, 30) }).waitFor();
    await question.locator('.monaco-list-row.focused', { hasText: 'suggested by “HACK”' }).waitFor();
    await workbench.screenshot('label-suggestion', question.first());
    assert.ok(!existsSync(labels), 'asking keeps nothing');
    await page.keyboard.press('Enter');
    await question.filter({ hasText: /accuracy: 2 of \d+ · its code changed in 3 commits since/ }).waitFor();
    await workbench.screenshot('label-suggestion-stale');
    await page.keyboard.type('0');
    await page.keyboard.press('Escape');
    const lines = readFileSync(labels, 'utf8').trim().split('\n');
    assert.equal(lines.length, 1);
    const row = JSON.parse(lines[0]!) as Record<string, unknown>;
    assert.deepEqual([row.text, row.labels, row.file], [comment, { debt: ['design'] }, 'api/pump.ts']);
  });
});

/** Three commits change a function below a comment that stays; the first of them takes another comment away. */
function writePast(folder: string): void {
  const file = path.join(folder, 'api', 'pump.ts');
  const source = (...lines: readonly string[]) =>
    `/** Starts the pump of one sluice and waits until it runs. */\nexport function startPump() {\n${lines.join('')}}\n`;
  const commit = (message: string, time: string, text: string) => {
    writeFileSync(file, text);
    const date = `2026-03-${time}:00:00Z`;
    const who = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', '-c', 'commit.gpgsign=false'];
    const options = {
      cwd: folder,
      stdio: 'ignore',
      env: { ...process.env, GIT_COMMITTER_DATE: date },
    } as const;
    execFileSync('git', ['add', '-A'], options);
    execFileSync('git', [...who, 'commit', '-m', message, '--date', date], options);
  };
  execFileSync('git', ['init', '-q'], { cwd: folder });
  const [open, start, wait] = ['  open();\n', '  start();\n', '  wait();\n'];
  commit('first', '01T12', `${source(open, start, wait)}\n// ${comment}\nexport const delay = 1;\n`);
  commit(
    'Debounce the relay',
    '09T12',
    `${source('  openSlowly();\n', start, wait)}\nexport const delay = 0;\n`,
  );
  commit(
    'Start again',
    '09T13',
    `${source('  openSlowly();\n', '  restart();\n', wait)}\nexport const delay = 0;\n`,
  );
  commit(
    'Wait longer',
    '09T14',
    `${source('  openSlowly();\n', '  restart();\n', '  waitLong();\n')}\nexport const delay = 0;\n`,
  );
}
